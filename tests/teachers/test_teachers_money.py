"""Prices and the cap, to the last billionth of a dollar."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.teachers.bodies import build_request
from curate.teachers.budget import Budget
from curate.teachers.pricing import FALLBACK_MAX_TOKENS, cost_of, most_tokens_out, most_usage
from curate.types import Message, Price, Sampling, Teacher, TraceFormat, Usage

PRICE = Price(Decimal("0.55"), Decimal("2.19"), Decimal("0.14"))


def test_cached_input_has_its_own_price_and_batches_cost_half() -> None:
    usage = Usage(1000, 400, 200)
    assert cost_of(usage, PRICE) == Decimal("0.000824")
    assert cost_of(usage, PRICE, is_batch=True) == Decimal("0.000412")
    assert cost_of(usage, Price(Decimal(1), Decimal(1))) == Decimal("0.0012")
    assert cost_of(usage, None) is None


@pytest.mark.parametrize(
    ("sampling", "most"),
    [
        (Sampling(max_tokens=100), 100),
        (Sampling(extra={"max_completion_tokens": 50}), 50),
        (Sampling(max_tokens=100, extra={"max_tokens": 70}), 70),
        (Sampling(max_tokens=100, extra={"n": 4}), 400),
        (Sampling(), FALLBACK_MAX_TOKENS),
    ],
)
def test_the_longest_answer_is_what_the_body_allows(sampling, most) -> None:
    teacher = Teacher.of(alias="a", model="m", base_url="http://h/v1", sampling=sampling)
    assert most_tokens_out(teacher) == most


def test_the_worst_case_covers_a_prompt_of_one_token_per_byte() -> None:
    teacher = Teacher.of(alias="a", model="m", base_url="http://h/v1", sampling=Sampling(max_tokens=5))
    request = build_request(
        teacher,
        [Message("user", "\u0e01" * 100)],
        problem_id="p",
        template_id="t",
        format=TraceFormat.COT,
        sample_index=0,
    )
    assert most_usage(request).n_tokens_in > 300
    assert most_usage(request).n_tokens_out == 5


def test_a_reservation_that_does_not_fit_is_refused_until_another_is_settled() -> None:
    budget = Budget(Decimal("1.00"))
    assert budget.reserve("a", Decimal("0.60"))
    assert not budget.reserve("a", Decimal("0.41"))
    assert budget.could_fit("a", Decimal("0.41"))
    budget.settle("a", Decimal("0.60"), Decimal("0.10"))
    assert budget.reserve("a", Decimal("0.90"))
    assert not budget.could_fit("a", Decimal("0.91"))


def test_what_may_have_been_billed_stays_under_the_cap_for_good() -> None:
    budget = Budget(Decimal(1))
    assert budget.reserve("a", Decimal("0.7"))
    budget.hold("a", Decimal("0.7"))
    assert not budget.reserve("a", Decimal("0.4"))
    money = budget.money()
    assert (money.maybe_billed_usd, money.reserved_usd, money.spent_usd) == (Decimal("0.7"), 0, 0)


def test_a_teachers_own_cap_binds_beside_the_runs() -> None:
    budget = Budget(Decimal(10), {"dear": Decimal(1)})
    assert not budget.reserve("dear", Decimal(2))
    assert budget.reserve("cheap", Decimal(2))
    assert budget.money("dear").cap_usd == 1


def test_without_a_price_nothing_is_counted_and_everything_fits() -> None:
    budget = Budget(Decimal(0))
    assert budget.reserve("a", None)
    budget.settle("a", None, None)
    assert budget.money().bound_usd == 0


amounts = st.decimals(min_value=0, max_value=2, places=6)


@given(st.lists(st.tuples(amounts, st.sampled_from(["settle", "hold", "release", "keep"]), st.floats(0, 1))))
def test_no_order_of_events_passes_the_cap(events) -> None:
    budget = Budget(Decimal(3))
    for amount, end, share in events:
        if not budget.reserve("a", amount):
            continue
        if end == "settle":
            budget.settle("a", amount, (amount * Decimal(share)).quantize(Decimal("1e-9")))
        elif end != "keep":
            getattr(budget, end)("a", amount)
        assert budget.money().bound_usd <= 3
        assert budget.money("a").bound_usd == budget.money().bound_usd
