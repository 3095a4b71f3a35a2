"""Benchmarks as items, ready to be asked: read, cut to a limit, and seen to have answers.

In: the section. Out: `Suite`s in the order of the section. Reading and names are curate's.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from curate.errors import InputError
from curate.evaluation_section import EvaluateSection
from curate.ids import canonical_json, content_id
from curate.sources import read_benchmark
from curate.sources.benchmarks import FOLDER_VARIABLE
from evaluate.types import Item


@dataclass(frozen=True, slots=True)
class Suite:
    """One benchmark as it is measured; `suite_id` covers every problem, its gold and the order."""

    name: str
    title: str
    origin: str
    items: tuple[Item, ...]
    n_all: int

    @property
    def suite_id(self) -> str:
        """Identify the problems and their golds."""
        rows = [[item.item_id, item.problem.gold] for item in self.items]
        return content_id("suite", canonical_json(rows))


def read_suites(section: EvaluateSection) -> tuple[Suite, ...]:
    """Read all benchmarks of a section.

    Raises:
        InputError: for a benchmark with problems that have no answer, or one that is named twice.
        MissingError, UsageError: as `curate.sources.read_benchmark`.
    """
    named = os.environ.get(FOLDER_VARIABLE)
    folder = section.benchmarks_dir or (Path(named) if named else None)
    suites = tuple(_suite(entry, folder, section.limit) for entry in section.benchmarks)
    for name, count in Counter(suite.name for suite in suites).items():
        if count > 1:
            raise InputError(
                f"evaluate.benchmarks: two benchmarks are named {name!r}", "give one another name: name=path"
            )
    return suites


def _suite(entry: str, folder: Path | None, limit: int | None) -> Suite:
    found = read_benchmark(entry, folder)
    without = [number for number, one in enumerate(found.problems, 1) if not one.problem.gold]
    if without:
        raise InputError(
            f"benchmark {found.name} ({found.origin}): {len(without)} of {len(found.problems)} problems have "
            f"no answer, the first is number {without[0]}",
            "nothing can be scored without a gold: add `answer` to each row, or map its column",
        )
    seen: Counter[str] = Counter()
    items = []
    for one in found.problems:
        seen[one.problem.problem_id] += 1
        count = seen[one.problem.problem_id]
        item_id = one.problem.problem_id if count == 1 else f"{one.problem.problem_id}.{count}"
        items.append(Item(item_id, found.name, one.problem, one.section, one.year))
    return Suite(found.name, found.title, found.origin, tuple(items[:limit]), len(items))
