"""Step balance: no group of a level, subject, form or other key holds more than `ratio` times the smallest.

Groups under `at_least` traces do not set the measure: one stray subject must not shrink a corpus to nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import ClassVar

from pydantic import Field

from curate.filters.rule import Finding
from curate.filters.selection.candidate import Candidate, Key, Step, draw


class Balance(Step):
    """Leave out what a group has too much of, in the order of the seed."""

    name: ClassVar[str] = "balance"

    by: tuple[Key, ...] = Field(min_length=1, description="what makes a group: one key or several")
    ratio: float = Field(1.0, ge=1, description="largest group over the smallest")
    at_least: int = Field(10, ge=1, description="smaller groups do not set the measure")
    seed: int = Field(0, ge=0, description="which traces stay")

    def choose(self, candidates: Sequence[Candidate]) -> Iterator[tuple[str, Finding]]:
        """Cut all groups to one size."""
        groups: defaultdict[tuple[str, ...], list[Candidate]] = defaultdict(list)
        for candidate in candidates:
            groups[candidate.key(self.by)].append(candidate)
        sizes = [len(group) for group in groups.values() if len(group) >= self.at_least]
        if not sizes:
            return
        most = int(min(sizes) * self.ratio)
        for key in sorted(groups):
            ranked = sorted(groups[key], key=lambda c: draw(self.seed, c.trace_id))
            for rank, candidate in enumerate(ranked[most:], most + 1):
                yield candidate.trace_id, Finding(rank, most, {"by": list(self.by), "group": list(key)})
