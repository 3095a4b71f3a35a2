"""Batches in all their ends: what finished is journaled, the rest is asked again, at half the price."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

from curate.stages.batching.jobs import BatchLimits
from curate.stages.stop import StopSignal
from curate.teachers.batch import OpenAIBatchEndpoint
from curate.types import Request

PRICE_PER_ROW = Decimal("0.00009")
"""10 tokens in at 2 and 20 out at 8 USD per million, halved."""


def test_completed_batch_answers_every_row_under_its_request_id(make_bench) -> None:
    bench = make_bench()
    units = bench.units(5)
    outcome = bench.run(units)
    assert (outcome.n_asked, outcome.n_answered, outcome.n_left) == (5, 5, 0)
    assert set(bench.answers()) == {unit.request.request_id for unit in units}
    assert bench.states() == ["preparing", "uploaded", "submitted", "collected"]
    assert bench.store.totals().open_batches == ()


def test_rows_keep_their_own_answers_though_the_output_is_shuffled(make_bench) -> None:
    bench = make_bench()
    units = bench.units(20)
    bench.run(units)
    said = {
        r["request_id"]: r["response"]["choices"][0]["message"]["content"] for r in bench.records("answer")
    }
    assert said == {unit.request.request_id: f"{unit.problem.question} 0" for unit in units}


def test_second_run_asks_nothing_again(make_bench) -> None:
    bench = make_bench()
    bench.run(bench.units(4))
    outcome = bench.run(bench.units(6))
    assert outcome.n_asked == 2
    assert bench.server.tally.n_billed_again == 0


def test_half_price_is_reserved_and_settled(make_bench) -> None:
    bench = make_bench()
    bench.run(bench.units(3))
    assert bench.budget.money().spent_usd == 3 * PRICE_PER_ROW
    assert bench.budget.money().reserved_usd == 0
    assert bench.store.totals().spent_usd == 3 * PRICE_PER_ROW
    sent = bench.records("sent")[0]
    n_most = len(_body(bench)) + 64
    assert Decimal(sent["reserved_usd"]) == (n_most * 2 + 100 * 8) / Decimal(2_000_000)


def test_without_a_price_nothing_is_reserved(make_bench) -> None:
    bench = make_bench()
    bench.price = None
    bench.run(bench.units(2))
    assert {record["cost_usd"] for record in bench.records("answer")} == {None}


def test_expired_batch_keeps_what_finished_and_asks_the_rest_again(make_bench) -> None:
    bench = make_bench(ends=("expired",))
    outcome = bench.run(bench.units(30))
    assert (outcome.n_answered, outcome.n_left) == (30, 0)
    assert bench.states().count("expired") == 1
    assert 0 < dict(outcome.faults)["batch_expired"] < 30
    assert bench.server.tally.n_billed_again == 0
    assert bench.store.totals().n_maybe_billed == 0


def test_cancelled_batch_keeps_what_finished_and_asks_the_rest_again(make_bench) -> None:
    bench = make_bench(ends=("cancelled", "cancelled"))
    outcome = bench.run(bench.units(30))
    assert (outcome.n_answered, outcome.n_left) == (30, 0)
    assert bench.states().count("cancelled") == 2


def test_failed_batch_is_asked_again_under_another_hash(make_bench) -> None:
    bench = make_bench(ends=("failed",))
    outcome = bench.run(bench.units(3))
    assert (outcome.n_answered, outcome.n_left) == (3, 0)
    assert len({record["content_hash"] for record in bench.records("batch")}) == 2


def test_batches_that_fail_again_and_again_stop_the_teacher_with_a_reason(make_bench) -> None:
    bench = make_bench(ends=("failed",) * 9)
    outcome = bench.run(bench.units(3))
    assert (outcome.n_answered, outcome.n_left) == (0, 3)
    assert "3 batches in a row gave no answer" in outcome.note
    assert bench.store.totals().n_final_faults == 0
    assert bench.run(bench.units(3)).n_left == 3


def test_rows_with_errors_are_asked_again_alone(make_bench) -> None:
    bench = make_bench(row_errors=0.3)
    outcome = bench.run(bench.units(40))
    assert (outcome.n_answered, outcome.n_left) == (40, 0)
    assert dict(outcome.faults)["server_error"] > 0
    sizes = [
        len(record["request_ids"]) for record in bench.records("batch") if record["state"] == "preparing"
    ]
    assert sizes[0] == 40
    assert sizes[1] < 25


def test_row_that_always_fails_is_left_after_its_attempts(make_bench) -> None:
    bench = make_bench(ends=("expired",) * 50, finished_share=0.9)
    bench.max_attempts = 2
    outcome = bench.run(bench.units(40))
    assert outcome.n_answered + outcome.n_left == 40
    assert outcome.n_left > 0


def test_work_is_split_at_the_documented_limits(make_bench) -> None:
    bench = make_bench()
    bench.run(bench.units(10), limits=BatchLimits(max_rows=4))
    assert bench.server.tally.n_batches == 3
    line = 100 + len(_body(bench))
    bench.run(bench.units(14)[10:], limits=BatchLimits(max_bytes=2 * line + 80))
    assert bench.server.tally.n_batches == 5


def test_refusal_because_of_queued_tokens_waits_and_does_not_fail(make_bench) -> None:
    for refuses_at in ("validation", "creation"):
        bench = make_bench(token_limit_refusals=8, refuses_at=refuses_at)
        bench.max_attempts = 2
        outcome = bench.run(bench.units(3))
        assert (outcome.n_answered, outcome.n_left) == (3, 0)
        assert len(bench.pauses) >= 8


def test_waiting_grows_and_the_batch_is_named_meanwhile(make_bench) -> None:
    bench = make_bench(polls_until_done=8)
    bench.run(bench.units(2))
    assert bench.pauses == sorted(bench.pauses)
    assert bench.pauses[-1] > 2 * bench.pauses[0]
    assert any("batch_000001 in_progress" in note for note in bench.notes)


def test_cap_holds_and_room_is_used_as_it_comes_back(make_bench) -> None:
    bench = make_bench()
    cap = 40 * PRICE_PER_ROW
    outcome = bench.run(bench.units(40), cap=cap)
    assert bench.budget.money().spent_usd <= cap
    assert outcome.n_answered > 30
    assert outcome.n_left == 1
    assert "cap" in outcome.note
    assert bench.server.tally.n_batches > 1


def test_wish_to_stop_leaves_the_batch_open_for_a_later_run(make_bench) -> None:
    bench = make_bench(polls_until_done=100)
    stop = StopSignal()
    outcome = bench.run(bench.units(3), stop=stop, pause=lambda seconds: stop.request() and None)
    assert (outcome.n_answered, outcome.n_left) == (0, 3)
    totals = bench.store.totals()
    assert [batch.state for batch in totals.open_batches] == ["submitted"]
    assert totals.n_maybe_billed == 0
    assert bench.run(bench.units(3)).n_answered == 3
    assert bench.server.tally.n_batches == 1


def test_later_run_with_another_plan_collects_what_an_earlier_one_submitted(make_bench) -> None:
    bench = make_bench(polls_until_done=100)
    stop = StopSignal()
    bench.run(bench.units(3), stop=stop, pause=lambda seconds: stop.request() and None)
    outcome = bench.run([])
    assert (outcome.n_asked, outcome.n_answered, outcome.n_left) == (0, 3, 0)
    totals = bench.store.totals()
    assert (totals.reserved_usd, totals.maybe_billed_usd) == (0, 0)


def test_rows_left_by_an_earlier_runs_batch_are_asked_again_by_the_next(make_bench) -> None:
    bench = make_bench(polls_until_done=3, ends=("expired",))
    stop = StopSignal()
    bench.run(bench.units(20), stop=stop, pause=lambda seconds: stop.request() and None)
    outcome = bench.run(bench.units(25))
    assert len(bench.answers()) == 25
    assert outcome.n_left == 0
    assert bench.server.tally.n_billed_again == 0
    totals = bench.store.totals()
    assert (totals.n_maybe_billed, totals.reserved_usd) == (0, 0)


def test_wrong_key_stops_with_one_clear_note_and_nothing_is_owed(make_bench) -> None:
    bench = make_bench(api_key="right")
    outcome = bench.run(bench.units(2))
    assert outcome.n_left == 2
    assert "unauthorized" in outcome.note
    assert bench.store.totals().maybe_billed_usd == 0


def _body(bench) -> bytes:
    request: Request = bench.units(1)[0].request
    return request.body


def test_unreachable_endpoint_is_waited_for_and_then_given_up_for_a_later_run(make_bench) -> None:
    bench = make_bench()
    units = bench.units(2)
    real = bench.server
    bench.server = SimpleNamespace(base_url="http://127.0.0.1:9/v1")
    unreachable = OpenAIBatchEndpoint(bench.teacher, {})
    bench.server = real
    outcome = bench.run(units, endpoint=unreachable)
    assert outcome.n_left == 2
    assert "connect" in outcome.note
    assert sum(bench.pauses) >= 900
    assert bench.store.totals().maybe_billed_usd == 0
    assert bench.run(units).n_answered == 2


def test_later_run_closes_the_second_try_of_an_earlier_ones_rows(make_bench) -> None:
    bench = make_bench(ends=("expired",), polls_until_done=3)
    stop = StopSignal()

    def stop_in_the_second_batch(seconds: float) -> None:
        if bench.states().count("submitted") == 2:
            stop.request()

    bench.run(bench.units(20), stop=stop, pause=stop_in_the_second_batch)
    [batch] = bench.store.totals().open_batches
    assert batch.attempt == 2
    assert bench.run(bench.units(20)).n_left == 0
    totals = bench.store.totals()
    assert len(bench.answers()) == 20
    assert (totals.n_maybe_billed, totals.reserved_usd, totals.spent_usd) == (0, 0, 20 * PRICE_PER_ROW)
