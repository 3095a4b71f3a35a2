"""Laws of comparing answers, over generated values."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import example, given, settings
from hypothesis import strategies as st

from curate.answers import compare_answers

RATIONALS = st.fractions(min_value=-(10**9), max_value=10**9, max_denominator=10**6)
TEXTS = st.text(max_size=60)


def _status(gold: str, answer: str) -> str:
    return compare_answers(gold=gold, answer=answer).status


def _latex(value: Fraction) -> str:
    sign = "-" if value < 0 else ""
    return rf"{sign}\frac{{{abs(value.numerator)}}}{{{value.denominator}}}"


@given(RATIONALS, RATIONALS)
def test_rationals_agree_with_exact_arithmetic(left: Fraction, right: Fraction) -> None:
    assert _status(str(left), _latex(right)) == ("equal" if left == right else "not_equal")


@given(RATIONALS)
def test_a_value_equals_itself_in_every_dressing(value: Fraction) -> None:
    for dressed in (
        f"${_latex(value)}$",
        rf"\({_latex(value)}\)",
        rf"\boxed{{{value}}}",
        f" **{value}** ",
        f"{value}.",
    ):
        assert _status(str(value), dressed) == "equal"


@given(st.integers(-(10**18), 10**18))
def test_unicode_width_and_script_do_not_matter(value: int) -> None:
    wide = str(value).translate({ord("-"): "−"} | {48 + d: 0xFF10 + d for d in range(10)})
    arabic = str(value).translate({48 + d: 0x0660 + d for d in range(10)})
    assert _status(str(value), wide) == _status(str(value), arabic) == "equal"


@given(st.integers(0, 10**15))
def test_group_commas_do_not_matter(value: int) -> None:
    assert _status(str(value), f"{value:,}") == "equal"
    assert _status(str(value), f"{value:,}".replace(",", "{,}")) == "equal"


@given(st.integers(-(10**30), 10**30))
def test_neighbours_of_huge_integers_differ(value: int) -> None:
    assert _status(str(value), str(value + 1)) == "not_equal"


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_never_equal_to_the_hundredfold(value: int, other: int) -> None:
    assert _status(str(value), str(100 * value)) == "not_equal"
    is_share = other == value or 100 * other == value
    assert _status(f"{value}%", str(other)) == ("equal" if is_share else "not_equal")


@given(TEXTS)
@example("nan")
@example("\ud800")
@example("5\0")
def test_any_text_is_equal_to_itself_or_undecided(text: str) -> None:
    assert _status(text, text) in ("equal", "undecided")


@settings(max_examples=300)
@given(
    st.text(alphabet="0123456789.,-+/%$()[]{}\\ xyabAC=<>^_:√π½²", max_size=16),
    st.text(alphabet="0123456789.,-+/%$()[]{}\\ xyabAC=<>^_:√π½²", max_size=16),
)
def test_equal_and_unequal_are_symmetric(left: str, right: str) -> None:
    forward, back = compare_answers(gold=left, answer=right), compare_answers(gold=right, answer=left)
    if "rounded_decimal" not in (forward.reason, back.reason):
        assert {forward.status, back.status} != {"equal", "not_equal"}


@given(st.lists(st.integers(-50, 50), min_size=2, max_size=6), st.randoms())
def test_bare_lists_ignore_order_and_tuples_do_not(values: list[int], random: object) -> None:
    turned = list(reversed(values))
    assert _status(", ".join(map(str, values)), ", ".join(map(str, turned))) == "equal"
    expected = "equal" if turned == values else "not_equal"
    tuples = [f"({', '.join(map(str, items))})" for items in (values, turned)]
    assert _status(*tuples) == expected
