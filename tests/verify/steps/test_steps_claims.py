"""The table of claims, the places of claims, chains, and bounds."""

from __future__ import annotations

import time
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.verify.steps.claims import MAX_CLAIMS, find_claims


def _cases() -> list[tuple[str, str]]:
    lines = (Path(__file__).parent / "claims.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.partition(" | ") for line in lines if line and not line.startswith("#")]
    return [(text, finding.strip()) for finding, _, text in rows]


@pytest.mark.parametrize(("text", "finding"), _cases())
def test_one_claim_is_found_and_judged(text: str, finding: str) -> None:
    assert [claim.finding for claim in find_claims(text)] == ([] if finding == "none" else [finding])


def test_a_chain_is_judged_link_by_link() -> None:
    found = find_claims("A = (-9 - 5) * 2 = -14 * 2 = -27")
    assert [(claim.text, claim.finding) for claim in found] == [
        ("(-9 - 5) * 2 = -14 * 2", "holds"),
        ("-14 * 2 = -27", "fails"),
    ]


def test_two_sums_run_on_in_one_line_are_read_as_meant() -> None:
    assert [(c.text, c.finding) for c in find_claims("5 + 3 = 8 - 2 = 6")] == [("8 - 2 = 6", "holds")]


def test_a_chain_goes_on_in_the_next_line() -> None:
    assert [claim.finding for claim in find_claims("5 * 3\n= 15\n= 16 - 2")] == ["holds", "fails"]


def test_code_between_fences_is_no_claim() -> None:
    found = find_claims("```python\nassert 2 + 2 == 5\n```\nso 2 + 2 = 4")
    assert [claim.finding for claim in found] == ["holds"]


def test_a_number_glued_to_the_next_list_marker_is_not_held_against_the_text() -> None:
    assert [c.finding for c in find_claims("we get 134 - 39 = 953. Subtract the rest")] == ["not_checkable"]
    assert [c.finding for c in find_claims("we get 120 / 20 = 6.5. Therefore")] == ["not_checkable"]


def test_places_point_at_the_claim() -> None:
    text = "First line.\nHe pays 3 * $4 = $12 and\nthen \\(5 \\times 2 = 11\\)."
    for claim in find_claims(text):
        assert text[claim.start : claim.end] == claim.text
    assert [claim.text for claim in find_claims(text)] == ["3 * $4 = $12", "5 \\times 2 = 11"]


@pytest.mark.parametrize(
    "text",
    [
        "1 " * 200_000,
        "= " * 200_000,
        "1 = " * 200_000,
        "(" * 200_000 + "1 + 1 = 3",
        "((1+" * 50_000 + "= 2",
        "\\frac{" * 50_000 + "1 = 2",
        "-" * 300_000 + "1 = 2",
        "9^" * 100_000 + "9 = 1",
        "<<" * 200_000,
        "1+" * 200_000 + "1 = 2",
        "x" * 1_000_000,
        "٣ + ٤ = ٨ \ud800 \x00 5 + 3 = 8",
        "\\text{" * 100_000,
        "is " * 300_000,
        "5 % of " * 100_000 + "is 3",
    ],
)
def test_hostile_text_is_read_in_bounds(text: str) -> None:
    begun = time.process_time()
    assert len(find_claims(text)) <= MAX_CLAIMS
    assert time.process_time() - begun < 20, "linear in the part that is read, on any machine"


@given(st.integers(-999, 999), st.sampled_from("+-*"), st.integers(-999, 999), st.integers(-5, 5))
def test_integer_claims_agree_with_python(a: int, op: str, b: int, off: int) -> None:
    value = {"+": a + b, "-": a - b, "*": a * b}[op] + off
    [claim] = find_claims(f"we get ({a}) {op} ({b}) = {value}")
    assert claim.finding == ("holds" if off == 0 else "fails")


@given(st.fractions(max_denominator=50), st.fractions(max_denominator=50))
def test_fractions_agree_with_exact_arithmetic(a: Fraction, b: Fraction) -> None:
    left = " + ".join(f"({part.numerator}/{part.denominator})" for part in (a, b))
    [claim] = find_claims(f"{left} = ({(a + b).numerator}/{(a + b).denominator})")
    assert claim.finding == "holds"
