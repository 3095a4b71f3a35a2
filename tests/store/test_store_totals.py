"""Money and progress from the journal alone."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from curate.store import Store
from curate.store.journal import JournalWriter
from curate.store.records import BatchRecord, RunRecord
from curate.store.scan import id_digest


def test_an_empty_store_has_empty_totals(store: Store) -> None:
    totals = store.totals()
    assert (totals.n_sent, totals.spent_usd, totals.runs, totals.damaged) == (0, Decimal(0), (), ())
    assert store.answered_ids() == set()
    assert store.final_fault_ids() == set()


def test_answers_faults_and_open_attempts_are_told_apart(store: Store, sample: Any, write: Any) -> None:
    run = "run-1"
    records = [*sample.head(run), *sample.pair(1, run), sample.sent(2, run), sample.fault(2, run)]
    records += [sample.sent(2, run, 2), sample.answer(2, run, 2), sample.sent(3, run)]
    records += [sample.sent(4, run), sample.fault(4, run, is_final=True)]
    write(run, records)
    totals = store.totals()
    assert (totals.n_sent, totals.n_answers, totals.n_faults, totals.n_final_faults) == (5, 2, 2, 1)
    assert totals.spent_usd == Decimal("0.004")
    assert totals.maybe_billed_usd == Decimal("0.03")
    assert [sent.request_id for sent in totals.maybe_billed] == [sample.request(3).request_id]
    assert totals.n_tokens_out == 40
    assert store.answered_ids() == {id_digest(sample.request(n).request_id) for n in (1, 2)}
    assert store.final_fault_ids() == {id_digest(sample.request(4).request_id)}


def test_a_final_fault_that_was_answered_later_is_no_final_fault(
    store: Store, sample: Any, write: Any
) -> None:
    write("run-1", [*sample.head("run-1"), sample.sent(1, "run-1"), sample.fault(1, "run-1", is_final=True)])
    write("run-2", [*sample.head("run-2"), *sample.pair(1, "run-2")])
    assert store.final_fault_ids() == set()


def test_what_a_living_run_has_on_the_wire_is_reserved_and_not_lost(store: Store, sample: Any) -> None:
    with store.write_journal("run-1") as journal:
        for record in [*sample.head("run-1"), sample.sent(1, "run-1")]:
            journal.append(record)
        live = store.totals()
    dead = store.totals()
    assert (live.reserved_usd, live.maybe_billed_usd) == (Decimal("0.01"), Decimal(0))
    assert (dead.reserved_usd, dead.maybe_billed_usd) == (Decimal(0), Decimal("0.01"))
    assert live.runs[0].is_live
    assert not dead.runs[0].is_live


def test_a_request_bought_again_after_a_kill_is_listed(store: Store, sample: Any, write: Any) -> None:
    write("run-1", [*sample.head("run-1"), sample.sent(1, "run-1"), sample.sent(2, "run-1")])
    write("run-2", [*sample.head("run-2"), *sample.pair(1, "run-2")])
    lost = {sent.request_id: sent.is_answered_by_another for sent in store.totals().maybe_billed}
    assert lost == {sample.request(1).request_id: True, sample.request(2).request_id: False}


def test_money_is_told_apart_by_run_and_teacher(store: Store, sample: Any, write: Any) -> None:
    write("run-1", [*sample.head("run-1"), *sample.pair(1, "run-1")])
    write("run-2", [*sample.head("run-2"), *sample.pair(2, "run-2"), *sample.pair(3, "run-2")])
    totals = store.totals()
    assert totals.of_run("run-2").spent_usd == Decimal("0.004")
    assert totals.of_teacher(sample.teacher.teacher_id).n_answers == 3
    assert totals.of_teacher("nobody").n_answers == 0


def batch(sample: Any, state: Any, run_id: str, at: float, **more: Any) -> BatchRecord:
    return BatchRecord("hash", state, run_id, at, sample.teacher.teacher_id, **more)


def test_an_open_batch_keeps_its_ids_and_reserves_its_money(store: Store, sample: Any, write: Any) -> None:
    ids = tuple(sample.request(n).request_id for n in (1, 2))
    records = [*sample.head("run-1"), sample.sent(1, "run-1"), sample.sent(2, "run-1")]
    records += [batch(sample, "preparing", "run-1", 1.0, request_ids=ids)]
    records += [batch(sample, "submitted", "run-1", 2.0, file_id="f", batch_id="b")]
    write("run-1", records)
    totals = store.totals()
    [found] = totals.open_batches
    assert (found.state, found.request_ids, found.batch_id) == ("submitted", ids, "b")
    assert (totals.reserved_usd, totals.maybe_billed_usd) == (Decimal("0.02"), Decimal(0))


def test_a_batch_collected_by_a_later_run_closes_the_attempts_of_the_first(
    store: Store, sample: Any, write: Any
) -> None:
    write("run-1", [*sample.head("run-1"), sample.sent(1, "run-1"), sample.sent(2, "run-1")])
    collected = batch(sample, "collected", "run-2", 3.0)
    write("run-2", [sample.answer(1, "run-2"), sample.answer(2, "run-2"), collected])
    totals = store.totals()
    assert (totals.n_answers, totals.maybe_billed, totals.open_batches) == (2, (), ())
    assert totals.of_run("run-1").spent_usd == Decimal("0.004")


def test_damage_is_counted_with_its_place(store: Store, sample: Any, write: Any) -> None:
    write("run-1", [*sample.head("run-1"), *sample.pair(1, "run-1"), *sample.pair(2, "run-1")])
    [segment] = (store.path / "journal").glob("*.jsonl")
    data = bytearray(segment.read_bytes())
    place = data.find(b'{"kind":"answer"')
    data[place + 60] ^= 8
    segment.write_bytes(bytes(data))
    totals = store.totals()
    [damage] = totals.damaged
    assert (damage.segment, damage.offset, damage.reason) == (segment.name, place, "checksum")
    assert store.project().damaged == totals.damaged
    assert store.answered_ids() == {id_digest(sample.request(2).request_id)}


def test_runs_tell_how_they_ended(store: Store, sample: Any, write: Any) -> None:
    stop = RunRecord("run-1", "cap", 1_700_000_009.0, "generate", reason="max_usd")
    write("run-1", [*sample.head("run-1"), stop])
    write("run-2", sample.head("run-2"))
    assert [(r.run_id, r.event, r.reason) for r in store.totals().runs] == [
        ("run-1", "cap", "max_usd"),
        ("run-2", "", ""),
    ]


def test_totals_of_finished_segments_are_kept_and_stay_true(store: Store, sample: Any) -> None:
    body = sample.response(1, "x" * 5000)
    with store.write_journal("run-1") as journal:
        for record in sample.head("run-1"):
            journal.append(record)
        for number in range(400):
            journal.append(sample.sent(number, "run-1"))
            if number % 3:
                journal.append(sample.answer(number, "run-1", body=body))
    fresh = store.totals()
    kept = list((store.path / "tmp" / "totals").iterdir())
    assert len(kept) == 1
    assert store.totals() == fresh
    kept[0].write_bytes(b"junk")
    assert store.totals() == fresh
    with store.write_journal("run-2") as journal:
        journal.append(sample.answer(0, "run-2"))
    assert store.totals().n_answers == fresh.n_answers + 1
    assert store.totals().n_maybe_billed == fresh.n_maybe_billed - 1


def test_a_run_over_several_segments_keeps_its_attempts_together(store: Store, sample: Any) -> None:
    with JournalWriter(store.path / "journal", "run-1", max_segment_bytes=700) as journal:
        for number in range(20):
            for record in sample.pair(number, "run-1"):
                journal.append(record)
    assert len(list((store.path / "journal").glob("*.jsonl"))) > 10
    totals = store.totals()
    assert (totals.n_sent, totals.n_answers, totals.maybe_billed) == (20, 20, ())
