"""Rule student_difficulty: the student itself solves the problem always, or never.

Unit: the student's pass rate on the problem, from a file with `problem_id` (ours or the origin's id) and
`pass_rate`, or `n_correct` and `n_samples`. A problem that is not in the file is left alone. Bounds are open
by default; what an untrained student always solves teaches it nothing new (`max: 0.99`).
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from curate.filters.facts import TraceFacts
from curate.filters.rule import Finding, Grain, Need, TraceRule
from curate.filters.scores import ScoreFile

NAME = "student_pass_rate"


class StudentDifficulty(TraceRule):
    """Drop all traces of a problem outside the band."""

    name: ClassVar[str] = "student_difficulty"
    grain: ClassVar[Grain] = "problem"
    needs: ClassVar[frozenset[Need]] = frozenset({"scores"})

    file: str = Field(min_length=1, description="JSONL, CSV or Parquet file with the student's pass rates")
    min: float = Field(0.0, ge=0, le=1, description="smallest pass rate")
    max: float = Field(1.0, ge=0, le=1, description="largest pass rate")

    @property
    def score_file(self) -> ScoreFile:
        """Say what is to be read."""
        return ScoreFile(NAME, self.file, "pass_rate")

    def look(self, trace: TraceFacts) -> Finding | None:
        """Give the pass rate where the file has one."""
        rate = trace.scores.get(NAME)
        if rate is None:
            return None
        return Finding(round(rate, 6), self.min if rate < self.min else self.max)

    def decide(self, trace: TraceFacts) -> Finding | None:
        """Drop outside the band."""
        rate = trace.scores.get(NAME)
        return None if rate is None or self.min <= rate <= self.max else self.look(trace)
