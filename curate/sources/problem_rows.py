"""Problems from rows: id, question, answer, and where known choices, split, type, level and solution.

In: a file and a mapping of columns. Out: problems, and a complaint for each row that is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from curate.sources.columns import rename_rows
from curate.sources.fields import FieldFault, gold_text, need_text, options, scalar_text
from curate.sources.row_complaint import RowComplaint
from curate.sources.rows import Row, file_stem, read_plain_rows
from curate.types import Problem

PROBLEM_FIELDS = (
    "question", "gold", "answer", "choices", "subject", "level", "split", "solution", "origin_id", "licence",
    "source",
)  # fmt: skip


def read_problem_rows(
    path: Path, columns: Mapping[str, str], *, source: str | None = None, licence: str = ""
) -> Iterator[Problem | RowComplaint]:
    """Read a file of problems; `source` stands for all rows, else the row's own or the file's name.

    Raises:
        InputError: for a file that cannot be used at all.
        ConfigError: for a mapping to a column that the file does not have.
    """
    rows = rename_rows(read_plain_rows(path), columns, PROBLEM_FIELDS, str(path))
    return problems_of(rows, str(path), source=source, fallback=file_stem(path), licence=licence)


def problems_of(
    rows: Iterator[Row | RowComplaint], where: str, *, source: str | None, fallback: str, licence: str
) -> Iterator[Problem | RowComplaint]:
    """Turn rows under our names into problems."""
    for row in rows:
        if isinstance(row, RowComplaint):
            yield row
        else:
            yield problem_of(row, where, source=source, fallback=fallback, licence=licence)


def problem_of(
    row: Row, where: str, *, source: str | None = None, fallback: str, licence: str = ""
) -> Problem | RowComplaint:
    """Turn one row into a problem, or say why it is none."""
    values = row.values
    try:
        question = need_text(values, "question")
        if not question.strip():
            raise FieldFault("empty_question", "the question is empty")
        return Problem.of(
            source=source or scalar_text(values, "source") or fallback,
            question=question,
            gold=gold_text(values),
            choices=options(values),
            split=scalar_text(values, "split"),
            subject=scalar_text(values, "subject") or scalar_text(values, "type"),
            level=scalar_text(values, "level"),
            licence=scalar_text(values, "licence") or licence,
            solution=scalar_text(values, "solution"),
            origin_id=scalar_text(values, "origin_id") or scalar_text(values, "id"),
        )
    except FieldFault as fault:
        return RowComplaint(where, row.line, fault.reason, fault.message)
