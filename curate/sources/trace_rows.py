"""Traces that somebody else made, from rows: question, response, and what is known of their making.

In: a file and a mapping of columns. Out: trace rows with checked types, and a complaint for each bad row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from curate.sources.columns import rename_rows
from curate.sources.fields import FieldFault, flag, gold_text, need_text, scalar_text, table
from curate.sources.row_complaint import RowComplaint
from curate.sources.rows import Row, file_stem, read_plain_rows
from curate.types import Json, Style, TraceFormat

TRACE_FIELDS = (
    "question", "response", "gold", "answer", "origin_id", "origin_problem_id", "source", "teacher", "format",
    "granularity", "style", "label", "label_by", "reasoning", "extra",
)  # fmt: skip
_LEVEL = re.compile(r"(?:level\s*)?([0-9]{1,2})(?:\+([a-z]+))?", re.ASCII)
_STYLES = {"": "", "bsm": Style.SUB_QUESTIONS, "rar": Style.REPHRASE, "sym": Style.SYMBOLIC}


@dataclass(frozen=True, slots=True)
class TraceRow:
    """One imported trace as its file has it. `label` is the origin's claim, `line` its place."""

    origin_id: str
    origin_problem_id: str
    source: str
    teacher: str
    format: TraceFormat
    question: str
    gold: str | None
    response: str
    granularity: int | None = None
    style: str = ""
    label: bool | None = None
    label_by: str = ""
    reasoning: str = ""
    extra: Mapping[str, Json] = field(default_factory=dict)
    line: int = 0


def read_traces(path: Path, columns: Mapping[str, str]) -> Iterator[TraceRow | RowComplaint]:
    """Read a file of traces.

    Raises:
        InputError: for a file that cannot be used at all.
        ConfigError: for a mapping to a column that the file does not have.
    """
    rows = rename_rows(read_plain_rows(path), columns, TRACE_FIELDS, str(path))
    return _traces_of(rows, path)


def _traces_of(rows: Iterator[Row | RowComplaint], path: Path) -> Iterator[TraceRow | RowComplaint]:
    for row in rows:
        yield row if isinstance(row, RowComplaint) else trace_of(row, path)


def trace_of(row: Row, path: Path) -> TraceRow | RowComplaint:
    """Turn one row into a trace, or say why it is none."""
    try:
        return _trace(row, file_stem(path))
    except FieldFault as fault:
        return RowComplaint(str(path), row.line, fault.reason, fault.message)
    except RecursionError:
        return RowComplaint(str(path), row.line, "wrong_type", "'extra' is nested too deeply")


def _trace(row: Row, source: str) -> TraceRow:
    values = row.values
    extra = table(values, "extra")
    granularity, style, other = _granularity(values)
    question = need_text(values, "question")
    if not question.strip():
        raise FieldFault("empty_question", "the question is empty")
    return TraceRow(
        origin_id=scalar_text(values, "origin_id") or scalar_text(values, "id"),
        origin_problem_id=scalar_text(values, "origin_problem_id") or scalar_text(values, "problem_id"),
        source=scalar_text(values, "source") or source,
        teacher=scalar_text(values, "teacher") or "unknown",
        format=_format(values),
        question=question,
        gold=gold_text(values),
        response=need_text(values, "response"),
        granularity=granularity,
        style=scalar_text(values, "style") or style,
        label=flag(values, "label"),
        label_by=scalar_text(values, "label_by"),
        reasoning=scalar_text(values, "reasoning"),
        extra=extra | {"granularity": other} if other else extra,
        line=row.line,
    )


def _format(values: Mapping[str, object]) -> TraceFormat:
    word = scalar_text(values, "format").strip().lower() or TraceFormat.COT.value
    try:
        return TraceFormat(word)
    except ValueError:
        known = ", ".join(item.value for item in TraceFormat)
        raise FieldFault("wrong_type", f"'format' is {word[:40]!r}; known are {known}") from None


def _granularity(values: Mapping[str, object]) -> tuple[int | None, str, str]:
    """Read a level and a style; words that are neither are given back to be kept as they are."""
    given = scalar_text(values, "granularity").strip()
    word = given.lower()
    found = _LEVEL.fullmatch(word)
    if found and (found.group(2) or "") in _STYLES:
        return int(found.group(1)), str(_STYLES[found.group(2) or ""]), ""
    if word == "answer only":
        return None, str(Style.ANSWER_ONLY), ""
    return None, "", given
