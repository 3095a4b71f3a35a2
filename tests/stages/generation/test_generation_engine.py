"""The engine in virtual time: retries, limits, breaker, stops, and what stands in the journal."""

from __future__ import annotations

from collections import Counter

import pytest

from curate.errors import JournalError, MissingError
from curate.stages.stop import StopLevel
from curate.store.records import (
    AnswerRecord,
    ProblemRecord,
    RunRecord,
    SentRecord,
    TeacherRecord,
    TemplateRecord,
)
from curate.teachers.transport import TeacherFault


def rate_limited(after_s: float | None = None) -> TeacherFault:
    return TeacherFault("rate_limited", "slow down", http_status=429, retry_after_s=after_s)


def test_every_unit_is_asked_once_and_answered(lab) -> None:
    outcome = lab.ask(lab.units(lab.teacher(), 50, samples=2))
    assert len(lab.sent()) == len(lab.answers()) == 100
    assert outcome.lanes[0].n_answered == 100
    assert lab.report().exit_code == 0
    assert lab.report().n_planned == 100


def test_what_a_request_was_made_from_is_written_before_it(lab) -> None:
    lab.ask(lab.units(lab.teacher(), 3, samples=2))
    kinds = [type(record) for record in lab.journal.records]
    first_sent = kinds.index(SentRecord)
    assert set(kinds[:first_sent]) == {RunRecord, TeacherRecord, TemplateRecord, ProblemRecord}
    assert Counter(kinds)[ProblemRecord] == 3
    assert Counter(kinds)[TemplateRecord] == Counter(kinds)[TeacherRecord] == 1
    assert [r.event for r in lab.journal.of(RunRecord)] == ["start", "stop"]


def test_no_more_than_the_configured_number_is_on_the_wire(lab) -> None:
    lab.ask(lab.units(lab.teacher(limits={"concurrency": 7}), 100))
    assert lab.most_on_wire == 7


def test_a_second_run_asks_nothing_and_more_samples_ask_only_those(lab) -> None:
    teacher = lab.teacher()
    lab.ask(lab.units(teacher, 10, samples=4))
    lab.ask(lab.units(teacher, 10, samples=4))
    assert len(lab.sent()) == 40
    assert lab.report().n_already == 40
    lab.ask(lab.units(teacher, 10, samples=8))
    assert len(lab.sent()) == 80
    assert {sent.request.sample_index for sent in lab.sent()[40:]} == {4, 5, 6, 7}


def test_another_alias_asks_nothing_again_and_another_model_asks_all(lab) -> None:
    lab.ask(lab.units(lab.teacher("a"), 10))
    lab.ask(lab.units(lab.teacher("b"), 10))
    assert len(lab.sent()) == 10
    lab.ask(lab.units(lab.teacher("b", model="m2"), 10))
    assert len(lab.sent()) == 20


def test_units_with_the_same_body_are_asked_once_in_a_run(lab) -> None:
    units = lab.units(lab.teacher(), 5)
    lab.ask([*units, *units])
    assert len(lab.sent()) == 5
    assert lab.report().is_complete


def test_two_keys_of_one_endpoint_share_the_work(lab) -> None:
    units = lab.units(lab.teacher("k1", limits={"concurrency": 1}), 20)
    units += lab.units(lab.teacher("k2", limits={"concurrency": 1}), 20)
    lab.ask(units)
    assert len(lab.sent()) == 20
    assert Counter(alias for _, alias, _ in lab.calls) == {"k1": 10, "k2": 10}
    assert lab.report().is_complete


def test_teachers_run_side_by_side(lab) -> None:
    units = lab.units(lab.teacher("a", limits={"concurrency": 10}), 10)
    units += lab.units(lab.teacher("b", model="m2", limits={"concurrency": 10}), 10)
    lab.ask(units)
    assert {now for now, _, _ in lab.calls} == {0.0}


def test_a_fault_is_tried_again_and_both_attempts_are_kept(lab, answer) -> None:
    lab.script = lambda request, n: answer() if n == 2 else TeacherFault("server_error", "oops")
    lab.ask(lab.units(lab.teacher(), 1))
    assert [(s.attempt, s.has_body) for s in lab.sent()] == [(1, True), (2, False)]
    assert [(f.attempt, f.error_class, f.is_final) for f in lab.faults()] == [(1, "server_error", False)]
    assert lab.answers()[0].attempt == 2


def test_a_row_is_left_to_another_run_after_its_last_attempt(lab) -> None:
    lab.script = lambda request, n: TeacherFault("server_error", "oops")
    lab.ask(lab.units(lab.teacher(limits={"max_attempts": 3}), 2))
    assert len(lab.sent()) == 6
    report = lab.report()
    assert (report.exit_code, report.n_left) == (4, 2)
    assert report.left == (("gave up: server_error", 2),)
    lab.ask(lab.units(lab.teacher(limits={"max_attempts": 3}), 2))
    assert len(lab.sent()) == 12, "nothing was final, so the next run tries again"


def test_429s_use_up_no_attempts_but_time(lab, answer) -> None:
    lab.script = lambda request, n: answer() if n > 15 else rate_limited(1.0)
    lab.ask(lab.units(lab.teacher(limits={"max_attempts": 2}), 1))
    assert len(lab.answers()) == 1
    lab.script = lambda request, n: rate_limited(100.0)
    lab.ask(lab.units(lab.teacher(model="m2", limits={"retry_wall_s": 350.0}), 1))
    assert lab.report().left == (("gave up: rate_limited", 1),)
    assert len(lab.sent()) == 16 + 4


def test_the_servers_wish_is_respected_per_request(lab, answer) -> None:
    waits = {0: 30.0, 1: None}
    numbers: dict[str, int] = {}

    def script(request, n):
        number = numbers.setdefault(request.request_id, len(numbers))
        return answer() if n == 2 else rate_limited(waits[number])

    lab.script = script
    lab.ask(lab.units(lab.teacher(), 2))
    times = sorted((numbers[request.request_id], now) for now, _, request in lab.calls)
    assert times == [(0, 0.0), (0, pytest.approx(31.2)), (1, 0.0), (1, pytest.approx(0.7))]


def test_a_waiting_retry_holds_no_slot_and_is_served_ahead_of_new_work(lab, answer) -> None:
    first: list[str] = []

    def script(request, n):
        first.append(request.request_id)
        return rate_limited(0.5) if request.request_id == first[0] and n == 1 else answer()

    lab.script = script
    lab.ask(lab.units(lab.teacher(limits={"concurrency": 1}), 10))
    order = [request.request_id for _, _, request in lab.calls]
    assert len(order) == 11
    assert order.index(order[0], 1) == 4, "three others went while it waited, then it went first"


def test_a_refused_or_too_long_prompt_is_a_result_and_never_asked_again(lab, answer) -> None:
    lab.script = lambda request, n: TeacherFault("refused", "filtered", http_status=400, is_retryable=False)
    teacher = lab.teacher()
    lab.ask(lab.units(teacher, 3))
    report = lab.report()
    assert (report.exit_code, report.finals, report.n_left) == (0, (("refused", 3),), 0)
    assert all(fault.is_final for fault in lab.faults())
    lab.ask(lab.units(teacher, 3))
    assert len(lab.sent()) == 3


def test_a_bad_request_fails_its_row_once_and_the_run_goes_on(lab, answer) -> None:
    def script(request, n):
        is_bad = "What is 0 " in request.body.decode()
        return TeacherFault("bad_request", "no", http_status=400, is_retryable=False) if is_bad else answer()

    lab.script = script
    lab.ask(lab.units(lab.teacher(), 10))
    assert len(lab.sent()) == 10
    assert len(lab.answers()) == 9
    assert lab.report().exit_code == 0


def test_a_wrong_key_stops_its_teacher_with_one_message_and_others_go_on(lab, answer) -> None:
    def script(request, n):
        if request.teacher.alias == "bad":
            return TeacherFault("unauthorized", "HTTP 401: bad key", http_status=401, is_retryable=False)
        return answer()

    lab.script = script
    units = lab.units(lab.teacher("bad", limits={"concurrency": 1}), 100)
    units += lab.units(lab.teacher("good", model="m2"), 100)
    lab.ask(units)
    bad, good = lab.report().teachers
    assert bad.n_sent == 3
    assert bad.ended_because == "unauthorized: HTTP 401: bad key"
    assert (good.n_answered, lab.report().n_left, lab.report().exit_code) == (100, 100, 4)


def test_a_body_that_is_no_completion_is_a_fault_that_may_have_been_billed(lab, answer) -> None:
    lab.script = lambda request, n: answer() if n == 2 else b"<html>login</html>"
    lab.ask(lab.units(lab.teacher(), 1))
    [fault] = lab.faults()
    assert (fault.error_class, fault.http_status, fault.is_maybe_billed) == ("html", 200, True)
    assert len(lab.answers()) == 1


def test_an_answer_is_kept_byte_for_byte_also_when_it_was_cut_off(lab, answer) -> None:
    body = answer("cut").replace(b'"stop"', b'"length"')
    lab.script = lambda request, n: body
    lab.ask(lab.units(lab.teacher(), 1))
    assert lab.answers()[0].response == body
    assert len(lab.sent()) == 1


def test_a_bug_in_a_client_costs_an_attempt_and_not_the_run(lab, answer) -> None:
    def script(request, n):
        if n == 1:
            raise ZeroDivisionError("a bug")
        return answer()

    lab.script = script
    lab.ask(lab.units(lab.teacher(), 3))
    assert len(lab.answers()) == 3
    assert {fault.error_class for fault in lab.faults()} == {"client_error"}


def test_missing_usage_is_estimated_and_says_so(lab) -> None:
    lab.script = lambda request, n: b'{"choices":[{"message":{"content":"%b"}}]}' % (b"x" * 35)
    lab.ask(lab.units(lab.teacher(), 1))
    usage = lab.answers()[0].usage
    assert (usage.is_estimated, usage.n_tokens_out) == (True, 10)
    assert usage.n_tokens_in > 0
    assert lab.report().n_usage_estimated == 1


def test_requests_per_minute_are_kept_from_the_first_minute_on(lab) -> None:
    lab.latency_s = 0.0
    lab.ask(lab.units(lab.teacher(limits={"requests_per_minute": 60, "concurrency": 50}), 180))
    assert len(lab.answers()) == 180
    for minute in range(3):
        n = sum(minute * 60 <= now < (minute + 1) * 60 for now, _, _ in lab.calls)
        assert 58 <= n <= 61
    assert lab.ended_at == pytest.approx(179, abs=2)


def test_tokens_per_minute_are_settled_with_what_was_used(lab, answer) -> None:
    lab.script = lambda request, n: answer(n_in=50, n_out=50)
    lab.ask(lab.units(lab.teacher(limits={"tokens_per_minute": 6000, "concurrency": 5}), 120))
    assert lab.ended_at == pytest.approx(120, rel=0.1), "60 requests of 100 tokens a minute"


def test_429_on_everything_for_a_minute_then_full_speed_within_ten_seconds(lab, answer) -> None:
    clock = lambda: lab.calls[-1][0]  # noqa: E731
    lab.script = lambda request, n: rate_limited() if clock() < 60 else answer()
    lab.ask(lab.units(lab.teacher(limits={"concurrency": 100}), 5000))
    assert len(lab.answers()) == 5000
    late = [now for now, _, _ in lab.calls if now >= 70]
    busiest = Counter(int(now * 5) for now in late)
    assert min(busiest[slot] for slot in list(busiest)[:20]) >= 90, "100 per 200 ms is full speed"
    assert sum(1 for now, _, _ in lab.calls if now < 60) < 200, "an outage is not hammered"
    assert lab.report().is_complete


def test_an_outage_pauses_a_teacher_says_so_and_ends_the_run_after_give_up_s(lab) -> None:
    lab.script = lambda request, n: TeacherFault("overloaded", "503", http_status=503)
    lab.ask(lab.units(lab.teacher(limits={"concurrency": 30, "give_up_s": 100.0}), 1000))
    report = lab.report()
    assert report.exit_code == 4
    assert report.teachers[0].ended_because.startswith("no answer for 100 s (paused, overloaded x ")
    assert lab.ended_at <= 101
    assert len(lab.sent()) < 60
    notes = {line.note for snapshot in lab.progress for line in snapshot.lanes}
    assert any("paused, overloaded x" in note and "next try in" in note for note in notes)


def test_a_teacher_in_an_outage_does_not_end_another_ones_work(lab, answer) -> None:
    def script(request, n):
        return TeacherFault("overloaded", "503") if request.teacher.alias == "down" else answer()

    lab.script = script
    units = lab.units(lab.teacher("down", limits={"concurrency": 30, "give_up_s": 10.0}), 100)
    units += lab.units(lab.teacher("up", model="m2", limits={"concurrency": 1}), 200)
    lab.ask(units)
    down, up = lab.report().teachers
    assert (down.n_answered, up.n_answered) == (0, 200)
    assert lab.ended_at >= 40


def test_the_first_wish_to_stop_drains_and_leaves_a_state_to_go_on_from(lab, answer) -> None:
    def script(request, n):
        if len(lab.calls) == 20:
            lab.stop.request()
        return answer()

    lab.script = script
    lab.ask(lab.units(lab.teacher(limits={"concurrency": 10}), 100))
    assert len(lab.sent()) == len(lab.answers()) == 20
    assert lab.report().exit_code == 4
    assert lab.journal.of(RunRecord)[-1].event == "interrupt"
    lab.stop = type(lab.stop)()
    lab.ask(lab.units(lab.teacher(limits={"concurrency": 10}), 100))
    assert len(lab.sent()) == len(lab.answers()) == 100, "nothing was bought twice"


def test_the_second_wish_abandons_what_is_on_the_wire_and_says_that_it_may_be_billed(lab, answer) -> None:
    def script(request, n):
        if len(lab.calls) == 20:
            lab.stop.request()
            lab.stop.request()
        return answer()

    lab.script = script
    lab.ask(lab.units(lab.teacher(limits={"concurrency": 10}), 100))
    assert lab.stop.level is StopLevel.AT_ONCE
    assert lab.report().exit_code == 130
    interrupted = [fault for fault in lab.faults() if fault.error_class == "interrupted"]
    assert len(interrupted) == len(lab.sent()) - len(lab.answers()) > 0
    assert all(fault.is_maybe_billed and not fault.is_final for fault in interrupted)


def test_a_wish_to_stop_from_before_the_start_sends_nothing(lab) -> None:
    lab.stop.request()
    lab.ask(lab.units(lab.teacher(), 10))
    assert lab.sent() == []


def test_a_disk_that_refuses_stops_the_run_before_more_is_spent(lab) -> None:
    lab.journal.fails_after = 60
    with pytest.raises(JournalError):
        lab.ask(lab.units(lab.teacher(limits={"concurrency": 10}), 1000))
    assert len(lab.journal.records) == 60
    assert len(lab.calls) == len(lab.sent()), "nothing left without its record"


def test_a_missing_key_is_found_before_anything_is_written(lab) -> None:
    with pytest.raises(MissingError, match="R1_KEY"):
        lab.ask(lab.units(lab.teacher(api_key_env="R1_KEY"), 1))
    assert lab.journal.records == []


def test_memory_does_not_grow_with_the_plan(lab) -> None:
    """The stream is pulled only as far as something can leave."""
    pulled = []
    teacher = lab.teacher(limits={"concurrency": 5})
    units = lab.units(teacher, 200)

    class Lazy:
        teachers = (teacher,)

        def units(self, teacher):
            for unit in units:
                pulled.append(len(lab.answers()))
                yield unit

        def count_rows(self):
            yield (len(units),)

    from curate.stages.engine.session import RunOrder, open_session

    order = RunOrder("r", "generate", "", (teacher,))
    with open_session(
        lab.store, order, world=lab.world(), stop=lab.stop, on_progress=lambda p: None
    ) as session:
        session.ask(Lazy())
    assert all(number - answered <= 6 for number, answered in enumerate(pulled))


def test_progress_tells_rates_totals_and_time_left(lab) -> None:
    lab.latency_s = 1.0
    lab.ask(lab.units(lab.teacher(limits={"concurrency": 10}), 200))
    middle = lab.progress[len(lab.progress) // 2]
    assert middle.total == 200
    assert 0 < middle.done < 200
    assert middle.lanes[0].n_on_wire == 10
    last = lab.progress[-1]
    assert (last.done, last.seconds_left, last.n_answered) == (200, 0.0, 200)


def test_only_what_reached_the_disk_counts_as_done(lab) -> None:
    lab.journal.flush_s = None
    lab.ask(lab.units(lab.teacher(limits={"concurrency": 10}), 100))
    assert all(snapshot.done == 0 for snapshot in lab.progress[:-1])
    assert lab.progress[-1].done == 100


def test_answers_of_the_journal_are_all_different(lab) -> None:
    lab.script = lambda request, n: (
        rate_limited() if n == 1 and len(lab.calls) % 3 == 0 else b'{"choices":[]}'
    )
    lab.ask(lab.units(lab.teacher(limits={"max_attempts": 2}), 30))
    ids = [record.request_id for record in lab.journal.of(AnswerRecord)]
    assert len(ids) == len(set(ids))
