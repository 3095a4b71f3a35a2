"""The cap in the engine: never passed by a cent, with 256 on the wire and whatever goes wrong."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from curate.errors import ConfigError
from curate.teachers.transport import TeacherFault


def bound_at_any_time(lab) -> Decimal:
    return max(snapshot.money.bound_usd for snapshot in lab.progress)


def test_a_cap_is_never_passed_with_256_on_the_wire(lab, answer) -> None:
    draw = random.Random(1)
    lab.max_usd = Decimal(1000)

    def script(request, n):
        fate = draw.random()
        if fate < 0.1:
            return TeacherFault("dropped", "broke", is_maybe_billed=True)
        if fate < 0.3:
            return TeacherFault("rate_limited", "slow", http_status=429)
        return answer(n_out=draw.randrange(11))

    lab.script = script
    lab.ask(lab.units(lab.priced(limits={"concurrency": 256}), 2000))
    money = lab.report().money
    assert money.bound_usd <= 1000
    assert bound_at_any_time(lab) <= 1000
    assert money.spent_usd == sum(a.cost_usd for a in lab.answers())
    billed_maybe = sum(f.is_maybe_billed for f in lab.faults())
    assert money.maybe_billed_usd == 10 * billed_maybe
    assert money.reserved_usd == 0
    assert lab.report().exit_code == 4
    assert 1000 - money.bound_usd < 10, "the cap is used up to less than one more request"


def test_near_a_small_cap_less_is_sent_at_once(lab) -> None:
    lab.max_usd = Decimal(35)
    lab.ask(lab.units(lab.priced(limits={"concurrency": 256}), 100))
    assert lab.most_on_wire == 3
    assert lab.report().money.spent_usd == 30
    assert len(lab.answers()) == 6


def test_what_finishing_would_cost_is_said(lab) -> None:
    lab.max_usd = Decimal(50)
    lab.ask(lab.units(lab.priced(), 100))
    report = lab.report()
    assert report.left == (("cap", report.n_left),)
    assert report.needed_usd == 5 * report.n_left


def test_a_cap_below_one_request_sends_nothing_and_says_why(lab) -> None:
    lab.max_usd = Decimal("9.5")
    lab.ask(lab.units(lab.priced(), 3))
    report = lab.report()
    assert report.n_sent == 0
    assert report.exit_code == 4
    said = report.teachers[0].ended_because
    assert said == "cap: the next request may cost 10.000000 USD, and 9.500000 USD are left"


def test_a_cap_that_does_not_bind_changes_nothing(lab) -> None:
    lab.max_usd = Decimal(100_000)
    lab.ask(lab.units(lab.priced(limits={"concurrency": 50}), 200))
    assert lab.most_on_wire == 50
    assert lab.report().exit_code == 0


def test_a_teachers_own_cap_ends_that_teacher_only(lab) -> None:
    lab.max_usd_per_teacher = {"dear": Decimal(20)}
    units = lab.units(lab.priced("dear"), 50) + lab.units(lab.priced("cheap", model="m2"), 50)
    lab.ask(units)
    dear, cheap = lab.report().teachers
    assert dear.money.spent_usd <= 20
    assert dear.ended_because.startswith("cap: the next request may cost 10.000000 USD")
    assert cheap.n_answered == 50


def test_under_a_cap_teachers_share_by_weight(lab, answer) -> None:
    lab.max_usd = Decimal(80)
    lab.script = lambda request, n: answer(n_out=10)
    heavy, light = lab.priced("heavy", weight=3), lab.priced("light", model="m2", weight=1)
    lab.ask(lab.units(heavy, 50) + lab.units(light, 50))
    assert [teacher.n_answered for teacher in lab.report().teachers] == [6, 2]


def test_money_is_only_free_again_once_the_answer_is_on_the_disk(lab) -> None:
    lab.journal.flush_s = 0.1
    lab.max_usd = Decimal(30)
    lab.ask(lab.units(lab.priced(), 10))
    assert len(lab.answers()) == 5
    assert sorted({round(now, 1) for now, _, _ in lab.calls}) == [0.0, 0.3, 0.6]
    assert bound_at_any_time(lab) <= 30


def test_an_answer_dearer_than_its_reservation_is_booked_in_truth_and_later_ones_reserve_more(
    lab, answer
) -> None:
    lab.max_usd = Decimal(1000)
    lab.script = lambda request, n: answer(n_out=40)
    lab.ask(lab.units(lab.priced(limits={"concurrency": 1}), 100))
    report = lab.report()
    assert report.n_over_reserved >= 1
    assert report.money.spent_usd <= 1000
    assert {sent.reserved_usd for sent in lab.sent()[3:]} == {Decimal(40)}


def test_a_cap_without_a_price_or_a_longest_answer_is_refused_before_anything_is_sent(lab) -> None:
    from curate.types import Sampling

    lab.max_usd = Decimal(1)
    with pytest.raises(ConfigError, match="needs a price") as caught:
        lab.ask(lab.units(lab.teacher("free"), 1))
    assert caught.value.exit_code == 2
    with pytest.raises(ConfigError, match="max_tokens"):
        lab.ask(lab.units(lab.priced(sampling=Sampling()), 1))
    assert lab.journal.records == []


def test_a_longest_answer_may_be_named_the_way_reasoning_models_want(lab) -> None:
    from curate.types import Sampling

    lab.max_usd = Decimal(100)
    lab.ask(lab.units(lab.priced(sampling=Sampling(extra={"max_completion_tokens": 10})), 3))
    assert len(lab.answers()) == 3


def test_reservations_stand_in_the_journal(lab) -> None:
    lab.ask(lab.units(lab.priced(), 2))
    assert [sent.reserved_usd for sent in lab.sent()] == [10, 10]
    assert [a.cost_usd for a in lab.answers()] == [5, 5]
    lab.ask(lab.units(lab.teacher("free", model="m2"), 1))
    assert lab.sent()[-1].reserved_usd is None
    assert lab.answers()[-1].cost_usd is None
