"""Step order: the order of the training set; it leaves nothing out.

`curriculum` (Bengio et al. 2009): easy problems first, by pass rate from high to low, then short reasoning
before long; a problem of which nothing was decided comes last. `short_first` and `long_first` go by words.
Ties are drawn by the seed. Without this step an export is shuffled by its own seed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Literal

from pydantic import Field

from curate.filters.rule import Finding
from curate.filters.selection.candidate import Candidate, Step, draw


class Order(Step):
    """Give each trace its place."""

    name: ClassVar[str] = "order"

    by: Literal["curriculum", "short_first", "long_first"] = Field(
        "curriculum", description="what comes first"
    )
    seed: int = Field(0, ge=0, description="order of ties")

    def choose(self, candidates: Sequence[Candidate]) -> Iterator[tuple[str, Finding]]:
        """Leave nothing out."""
        yield from ()

    def places(self, candidates: Sequence[Candidate]) -> dict[str, int]:
        """Give the place of each trace, from 0."""
        ranked = sorted(candidates, key=lambda c: (*self._key(c), draw(self.seed, c.trace_id)))
        return {candidate.trace_id: place for place, candidate in enumerate(ranked)}

    def _key(self, candidate: Candidate) -> tuple[float, ...]:
        if self.by == "curriculum":
            hard = 2.0 if candidate.pass_rate is None else 1 - candidate.pass_rate
            return (round(hard, 9), candidate.n_words)
        return (candidate.n_words if self.by == "short_first" else -candidate.n_words,)
