"""Benchmarks that must not be trained on: what `filter.decontaminate` names.

An entry is a benchmark's name (`gsm8k_test`, `aime` for all years), `name=path`, or the path of a JSONL, CSV
or Parquet file with a question per row. A name is looked for in the user's folder of benchmarks, then on the
hub. Nothing is left out silently: a row that cannot be read stops the filter, because a problem that is not
compared would be trained on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from curate.errors import InputError, MissingError, UsageError
from curate.filters.contamination import BenchmarkItem, items_digest

_N_HEX = 12
GROUPS = {"aime": ("aime_1983_2021", "aime_2022_2024", "aime_2025")}
"""Names that stand for several benchmarks."""


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A named set of test questions. `label` holds the name and the hash of the questions."""

    name: str
    items: tuple[BenchmarkItem, ...]

    @property
    def label(self) -> str:
        """Identify name and content, for the policy's id and for people."""
        return f"{self.name}@{items_digest(self.items)[3 : 3 + _N_HEX]}"


def read_benchmarks(entries: Sequence[str], folder: Path | None = None) -> tuple[Benchmark, ...]:
    """Read all benchmarks that are named.

    Raises:
        MissingError: for a name or file that is neither in the folder nor on the hub.
        InputError: for a file with an unreadable or empty question.
        UsageError: for one name given twice, or a name that means nothing.
    """
    wanted = [name for entry in entries for name in GROUPS.get(entry, (entry,))]
    found = [_read(entry, folder) for entry in wanted]
    for name in sorted({one.name for one in found if sum(other.name == one.name for other in found) > 1}):
        raise UsageError(f"decontaminate names {name!r} twice", "give each benchmark its own name: name=path")
    return tuple(found)


def _read(entry: str, folder: Path | None) -> Benchmark:
    from curate.sources import read_benchmark

    if folder is not None and not folder.is_dir():
        raise MissingError(
            f"decontaminate: the folder of benchmarks {folder} is not there",
            "correct filter.benchmarks_dir, --benchmarks-dir or TRACEMILL_BENCHMARKS",
        )
    is_bare_file = "=" not in entry and Path(entry).is_file()
    given = f"{Path(entry).name.split('.')[0]}={entry}" if is_bare_file else entry
    try:
        benchmark = read_benchmark(given, folder)
    except (MissingError, InputError, UsageError) as error:
        raise type(error)(f"decontaminate: {error.message}", error.hint) from None
    items = []
    for number, one in enumerate(benchmark.problems, 1):
        problem = one.problem
        if not problem.question.strip():
            raise InputError(
                f"decontaminate: {benchmark.origin}: item {number} has no question", "remove the item"
            )
        items.append(BenchmarkItem(benchmark.name, problem.origin_id or str(number), problem.question))
    return Benchmark(benchmark.name, tuple(items))
