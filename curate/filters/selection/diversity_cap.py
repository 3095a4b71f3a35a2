"""Step diversity_cap: at most so many traces of one problem, teacher, format, or any combination of them.

In OpenThoughts3's ablations (arXiv 2506.04178) up to 16 answers a question and few sources were best; there
is no default, because what is best depends on the data. Of a group those stay that come first in the order
of the seed, or the shortest, or the longest; groups are independent of each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import ClassVar, Literal

from pydantic import Field

from curate.filters.rule import Finding
from curate.filters.selection.candidate import Candidate, Key, Step, draw


class DiversityCap(Step):
    """Leave out what is beyond the cap."""

    name: ClassVar[str] = "diversity_cap"

    per: tuple[Key, ...] = Field(min_length=1, description="what makes a group: one key or several")
    most: int = Field(ge=1, description="traces of a group that stay")
    prefer: Literal["any", "short", "long"] = Field("any", description="which of a group stay")
    seed: int = Field(0, ge=0, description="order in which `any` takes them")

    def choose(self, candidates: Sequence[Candidate]) -> Iterator[tuple[str, Finding]]:
        """Rank within each group."""
        groups: defaultdict[tuple[str, ...], list[Candidate]] = defaultdict(list)
        for candidate in candidates:
            groups[candidate.key(self.per)].append(candidate)
        sign = {"any": 0, "short": 1, "long": -1}[self.prefer]
        for key in sorted(groups):
            ranked = sorted(groups[key], key=lambda c: (sign * c.n_words, draw(self.seed, c.trace_id)))
            for rank, candidate in enumerate(ranked[self.most :], self.most + 1):
                yield candidate.trace_id, Finding(rank, self.most, {"per": list(self.per)})
