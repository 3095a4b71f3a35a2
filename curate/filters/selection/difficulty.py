"""Step difficulty: keep problems whose pass rate lies in a band.

Unit: share of correct traces among a problem's decided ones, those that rules drop included. A problem of
which nothing was decided stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from pydantic import Field

from curate.filters.rule import Finding
from curate.filters.selection.candidate import Candidate, Step


class Difficulty(Step):
    """Leave out problems that are too easy or too hard."""

    name: ClassVar[str] = "difficulty"

    min: float = Field(0.0, ge=0, le=1, description="smallest pass rate")
    max: float = Field(1.0, ge=0, le=1, description="largest pass rate")

    def choose(self, candidates: Sequence[Candidate]) -> Iterator[tuple[str, Finding]]:
        """Compare each problem's pass rate with the band."""
        for candidate in candidates:
            rate = candidate.pass_rate
            if rate is not None and not self.min <= rate <= self.max:
                yield candidate.trace_id, Finding(round(rate, 6), self.min if rate < self.min else self.max)
