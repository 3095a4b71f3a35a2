"""The notations of the five sets, and what is refused with which code."""

from __future__ import annotations

import pytest

from curate.errors import UsageError
from curate.sources.adapters import find_adapter
from curate.sources.human_equations import adapt_equations
from curate.sources.row_complaint import RowComplaint
from curate.sources.trace_rows import TraceRow
from curate.types import TraceFormat
from curate.verify import solve_many


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("( ( 9.0 - 2.0 ) * 3.0 )", ["21"]),
        ("X=((9.0+20.0)-4.0)", ["25"]),
        ("8+7=15", ["15"]),
        ("3*4=12; 12+5=17", ["17"]),
        ("m+n=30.0 ; m-n=4.0", ["17", "13"]),
        ("y=12-x; 2*x = 3*y + 4", ["4", "8"]),
        ("2x+3=11", ["4"]),
        ("2(x+3)=14", ["4"]),
        ("x:the number of pens; x+(x-4)=26", ["15"]),
        ("11 (day) * 24 (hour/day) = 264 (hour)", ["264"]),
        ("99+99=198 cents", ["198"]),
        ("LCM[4,6]=12", ["12"]),
        ("GCD(15,9)=3", ["3"]),
        ("(300 (mL)+200 (mL))/1000 (mL/L)=0.5 (L)", ["1/2"]),
    ],
)
def test_each_notation_is_rewritten_and_solved(text: str, answers: list[str]) -> None:
    systems = adapt_equations(text).systems
    assert [found.solution.answer for found in solve_many(systems, workers=1)] == answers


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("", "empty"),
        ("17/5=3 r2", "remainder"),
        ("10/16(Fall) > 7/12(Winter)", "comparison"),
        ("x + y; x = 3", "not_an_equation"),
        ("1+" * 4000 + "1", "too_long"),
        ("=5", "not_an_equation"),
    ],
)
def test_what_cannot_be_rewritten_has_a_code(text: str, note: str) -> None:
    assert adapt_equations(text).note == note


def _row(response: str) -> TraceRow:
    return TraceRow("1", "p", "own", "human", TraceFormat.EOT, "How many?", "5", response)


def test_the_adapter_keeps_the_original_and_refuses_several_values() -> None:
    adapt = find_adapter("human-equations")
    row = adapt(_row("( 2.0 + 3.0 )"))
    assert isinstance(row, TraceRow)
    assert row.response == "ans = ( 2.0 + 3.0 )"
    assert row.extra["original"] == "( 2.0 + 3.0 )"
    refused = adapt(_row("m+n=5; m-n=1"))
    assert isinstance(refused, RowComplaint)
    assert refused.reason == "several_unknowns"


def test_an_unknown_adapter_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError) as caught:
        find_adapter("latex")
    assert "human-equations" in caught.value.hint
