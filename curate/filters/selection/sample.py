"""Step sample: so many traces, or all traces of so many problems, drawn by the seed.

A trace's place in the draw depends on its id and the seed alone, so a larger sample of the same seed holds
the smaller one, and new traces do not shuffle the old ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Literal

from pydantic import Field

from curate.filters.rule import Finding
from curate.filters.selection.candidate import Candidate, Step, draw


class Sample(Step):
    """Leave out what is not drawn."""

    name: ClassVar[str] = "sample"

    most: int = Field(ge=1, description="traces, or problems, that stay")
    unit: Literal["traces", "problems"] = Field("traces", description="what is drawn")
    seed: int = Field(0, ge=0, description="the draw")

    def choose(self, candidates: Sequence[Candidate]) -> Iterator[tuple[str, Finding]]:
        """Rank by the seed and cut."""
        name = "trace_id" if self.unit == "traces" else "problem_id"
        drawn = sorted(
            {str(getattr(candidate, name)) for candidate in candidates}, key=lambda n: draw(self.seed, n)
        )
        rank = {one: place for place, one in enumerate(drawn, 1)}
        for candidate in candidates:
            place = rank[str(getattr(candidate, name))]
            if place > self.most:
                yield candidate.trace_id, Finding(place, self.most, {"unit": self.unit})
