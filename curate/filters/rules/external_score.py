"""Rule external_score: a number from elsewhere is out of its band: perplexity, IFD, a judge's mark.

The number comes from a file with `trace_id` or `origin_id` and the column, or, without a file, from the
column of that name which an import kept beside its traces. A trace without a number passes unless
`required`.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field, model_validator

from curate.filters.facts import TraceFacts
from curate.filters.rule import Finding, Need, TraceRule
from curate.filters.scores import ScoreFile


class ExternalScore(TraceRule):
    """Drop traces outside the band."""

    name: ClassVar[str] = "external_score"
    needs: ClassVar[frozenset[Need]] = frozenset({"scores"})

    column: str = Field(min_length=1, description="name of the column with the number")
    file: str | None = Field(None, description="JSONL, CSV or Parquet file; null: what the import kept")
    min: float | None = Field(None, description="smallest value; null: no bound")
    max: float | None = Field(None, description="largest value; null: no bound")
    required: bool = Field(False, description="drop traces without a number too")

    @model_validator(mode="after")
    def _has_a_bound(self) -> ExternalScore:
        if self.min is None and self.max is None and not self.required:
            raise ValueError("min, max or required: without one of them nothing is dropped")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"min {self.min} is above max {self.max}: nothing would be kept")
        return self

    @property
    def score_file(self) -> ScoreFile:
        """Say what is to be read."""
        return ScoreFile(self.column, self.file, self.column)

    def look(self, trace: TraceFacts) -> Finding | None:
        """Give the number where there is one."""
        value = trace.scores.get(self.column)
        if value is None:
            return None
        is_low = self.min is not None and value < self.min
        return Finding(value, self.min if is_low or self.max is None else self.max, {"column": self.column})

    def decide(self, trace: TraceFacts) -> Finding | None:
        """Drop outside the band; a missing number only when it is required."""
        value = trace.scores.get(self.column)
        if value is None:
            return Finding(evidence={"column": self.column, "fault": "missing"}) if self.required else None
        is_low = self.min is not None and value < self.min
        is_high = self.max is not None and value > self.max
        return self.look(trace) if is_low or is_high else None
