"""Step distinct: the traces that stay of a problem reason in different ways.

Unit: Jaccard similarity of 5-word windows, numbers kept. In the order of the seed a trace stays when it is
less similar than `max_similarity` to every trace of its problem that stays already. Chen et al. 2025 find
that a teacher's diversity counts for the student; stored pairs reach down to 0.3, so lower bounds make no
difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import ClassVar

from pydantic import Field

from curate.filters.rule import Finding, Need
from curate.filters.selection.candidate import Candidate, Step, draw


class Distinct(Step):
    """Leave out reasoning that is much like what stays."""

    name: ClassVar[str] = "distinct"
    needs: ClassVar[frozenset[Need]] = frozenset({"near"})

    max_similarity: float = Field(0.4, ge=0.3, le=1, description="share of 5-word windows in common")
    seed: int = Field(0, ge=0, description="which of similar traces stays")

    def choose(self, candidates: Sequence[Candidate]) -> Iterator[tuple[str, Finding]]:
        """Take greedily, problem by problem."""
        by_problem = sorted(candidates, key=attrgetter("problem_id"))
        for _, group in groupby(by_problem, key=attrgetter("problem_id")):
            taken: set[str] = set()
            for candidate in sorted(group, key=lambda c: draw(self.seed, c.trace_id)):
                like = [(score, other) for other, score in candidate.near if other in taken]
                closest = max(like, default=(0.0, ""))
                if closest[0] >= self.max_similarity:
                    yield (
                        candidate.trace_id,
                        Finding(round(closest[0], 6), self.max_similarity, {"kept": closest[1]}),
                    )
                else:
                    taken.add(candidate.trace_id)
