"""Benchmarks that must not be trained on, from files: what `filter.decontaminate` names.

An entry is `name=path`, or the path of a JSONL, CSV or Parquet file with a question per row. A bare name
needs a file too: no benchmark ships with tracemill. Nothing is left out silently: a row that cannot be read
stops the filter, because a problem that is not compared would be trained on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from curate.errors import InputError, MissingError, UsageError
from curate.filters.contamination import BenchmarkItem, items_digest
from curate.types import Problem

_N_HEX = 12

if TYPE_CHECKING:
    from curate.sources import RowComplaint


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A named set of test questions. `label` holds the name and the hash of the questions."""

    name: str
    items: tuple[BenchmarkItem, ...]

    @property
    def label(self) -> str:
        """Identify name and content, for the policy's id and for people."""
        return f"{self.name}@{items_digest(self.items)[3 : 3 + _N_HEX]}"


def read_benchmarks(entries: Sequence[str]) -> tuple[Benchmark, ...]:
    """Read all benchmarks that are named.

    Raises:
        MissingError: for a name without a file, or a file that is not there.
        InputError: for a file with an unreadable or empty question.
        UsageError: for one name given twice.
    """
    named = [_locate(entry) for entry in entries]
    for name in sorted({name for name, _ in named if sum(other == name for other, _ in named) > 1}):
        raise UsageError(f"decontaminate names {name!r} twice", "give each benchmark its own name: name=path")
    return tuple(Benchmark(name, tuple(_read_items(name, path))) for name, path in named)


def _locate(entry: str) -> tuple[str, Path]:
    name, sign, given = entry.rpartition("=")
    path = Path(given)
    if path.is_file():
        return (name if sign and name else path.name.split(".")[0]), path
    if sign or path.suffix or "/" in given:
        raise MissingError(f"decontaminate: there is no file {given}", "check the path")
    raise MissingError(
        f"decontaminate: the benchmark {entry!r} has no file; benchmarks do not ship with tracemill",
        f"download it and write {entry}=path/to/{entry}.jsonl (JSONL, CSV or Parquet with a question column)",
    )


def _read_rows(path: Path) -> list[Problem | RowComplaint]:
    """Read a file to its end, so that it is closed; its faults say what they were read for."""
    from curate.sources import read_problem_rows

    try:
        return list(read_problem_rows(path, {}))
    except InputError as error:
        raise InputError(f"decontaminate: {error.message}", error.hint) from None


def _read_items(name: str, path: Path) -> list[BenchmarkItem]:
    items: list[BenchmarkItem] = []
    for row in _read_rows(path):
        if not isinstance(row, Problem):
            raise InputError(
                f"decontaminate: {path}, line {row.line}: {row.message}",
                "correct or remove the line; an unread question would not be kept out of training",
            )
        if not row.question.strip():
            raise InputError(
                f"decontaminate: {path}: item {len(items) + 1} has no question", "remove the item"
            )
        items.append(BenchmarkItem(name, row.origin_id or str(len(items) + 1), row.question))
    if not items:
        raise InputError(f"decontaminate: {path} holds no question", "check the file")
    return items
