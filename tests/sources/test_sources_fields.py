"""Fields of problems and traces: choices, golds, granularities, defaults."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from curate.sources import RowComplaint, TraceRow, read_problem_rows, read_rows, read_traces
from curate.types import Problem, TraceFormat

TRACE = {"question": "q", "response": "r"}


def write(folder: Path, *rows: object, name: str = "made.jsonl") -> Path:
    path = folder / name
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def only_problem(folder: Path, **fields: object) -> Problem:
    (found,) = read_problem_rows(write(folder, {"question": "q", **fields}), {})
    assert isinstance(found, Problem)
    return found


def only_trace(folder: Path, **fields: object) -> TraceRow:
    (found,) = read_traces(write(folder, TRACE | fields), {})
    assert isinstance(found, TraceRow)
    return found


@pytest.mark.parametrize(
    ("given", "choices"),
    [
        (["A. bank", "B. pond"], ("bank", "pond")),
        (["A)21", "B)21.5", "C)None"], ("21", "21.5", "None")),
        (["A)A)59", "B)B)69"], ("59", "69")),
        (["A)", "B)"], ("", "")),
        (["(A) x", "(B) y"], ("x", "y")),
        (["A. A. Milne", "B. C. Forester"], ("A. Milne", "C. Forester")),
        (["B. Brecht", "A. Camus"], ("B. Brecht", "A. Camus")),
        (["bank", "B. pond"], ("bank", "B. pond")),
        ([1, 2.5], ("1", "2.5")),
        ({"label": ["A", "B"], "text": ["x", "y"]}, ("x", "y")),
        ([{"label": "A", "text": "x"}], ("x",)),
        ([], ()),
        (None, ()),
    ],
)
def test_choices_lose_their_letters_only_when_all_have_them_in_order(
    tmp_path: Path, given: object, choices: tuple[str, ...]
) -> None:
    assert only_problem(tmp_path, choices=given).choices == choices


@pytest.mark.parametrize(
    ("given", "gold"),
    [
        ("12", "12"),
        (12, "12"),
        (12.0, "12"),
        (0.5, "0.5"),
        (True, "True"),
        (None, None),
        (" ", None),
        ("A", "A"),
    ],
)
def test_gold_is_text_or_none(tmp_path: Path, given: object, gold: str | None) -> None:
    assert only_problem(tmp_path, answer=given).gold == gold
    assert only_trace(tmp_path, gold=given).gold == gold


def test_a_problem_takes_the_shape_of_the_benchmarks(tmp_path: Path) -> None:
    problem = only_problem(
        tmp_path, id="x-1", level=5.0, type="Algebra", split="test", solution="s", year=2024
    )
    assert (problem.origin_id, problem.level, problem.subject) == ("x-1", "5", "Algebra")
    assert (problem.split, problem.solution, problem.source) == ("test", "s", "made")


@pytest.mark.parametrize(
    ("given", "granularity", "style", "kept"),
    [
        ("level1", 1, "", None),
        ("level6", 6, "", None),
        (4, 4, "", None),
        ("level3+bsm", 3, "sub-questions", None),
        ("level3+rar", 3, "rephrase", None),
        ("level5+sym", 5, "symbolic", None),
        ("answer only", None, "answer-only", None),
        ("concise cot", None, "", "concise cot"),
        ("level3+new", None, "", "level3+new"),
        (None, None, "", None),
    ],
)
def test_granularity_is_a_level_a_style_or_kept_as_it_is(
    tmp_path: Path, given: object, granularity: int | None, style: str, kept: str | None
) -> None:
    trace = only_trace(tmp_path, granularity=given)
    assert (trace.granularity, trace.style, trace.extra.get("granularity")) == (granularity, style, kept)


def test_a_trace_has_defaults_for_all_but_question_and_response(tmp_path: Path) -> None:
    trace = only_trace(tmp_path)
    assert (trace.source, trace.teacher, trace.format, trace.line) == ("made", "unknown", TraceFormat.COT, 1)
    assert (trace.gold, trace.label, trace.extra) == (None, None, {})


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"response": None}, "missing_field"),
        ({"response": 5}, "wrong_type"),
        ({"question": ""}, "empty_question"),
        ({"format": "poem"}, "wrong_type"),
        ({"label": "maybe"}, "wrong_type"),
        ({"extra": [1]}, "wrong_type"),
        ({"gold": {}}, "wrong_type"),
        ({"teacher": []}, "wrong_type"),
    ],
)
def test_a_bad_field_of_a_trace_is_a_complaint(
    tmp_path: Path, fields: dict[str, object], reason: str
) -> None:
    (found,) = read_traces(write(tmp_path, TRACE | fields), {})
    assert isinstance(found, RowComplaint) and (found.reason, found.line) == (reason, 1)


def test_an_empty_response_is_a_trace(tmp_path: Path) -> None:
    assert only_trace(tmp_path, response="").response == ""


def test_rows_with_a_response_are_traces_and_others_problems(tmp_path: Path) -> None:
    path = write(tmp_path, TRACE, {"question": "q"}, {"response": "r"}, {"answer": 1})
    kinds = [type(row) for row in read_rows(path, {})]
    assert kinds == [TraceRow, Problem, RowComplaint, RowComplaint]


def test_a_mapped_response_makes_a_trace(tmp_path: Path) -> None:
    (found,) = read_rows(write(tmp_path, {"q": "x", "out": "y"}), {"question": "q", "response": "out"})
    assert isinstance(found, TraceRow) and (found.question, found.response) == ("x", "y")


@pytest.mark.parametrize("depth", range(300, 500, 7))
def test_deep_nesting_never_ends_the_reading(tmp_path: Path, depth: int) -> None:
    path = tmp_path / "deep.jsonl"
    row = '{"question": "q", "response": "r", "extra": {"a": ' + "[" * depth + "]" * depth + "}}\n"
    path.write_text(row + json.dumps(TRACE) + "\n", encoding="utf-8")
    first, second = read_traces(path, {})
    assert isinstance(first, TraceRow | RowComplaint) and isinstance(second, TraceRow)
