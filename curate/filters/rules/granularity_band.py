"""Rule granularity_band: the reasoning is finer or coarser than the student can use.

By the asked level of granularity (1 shortest to 6 longest) where it is known, and by measured steps and
words. `student_billions` sets the band of levels for a student of that size; source and limits stand in
`curate.filters.student`. A bound that is null is not applied; a trace without a level is judged by steps and
words only.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field, model_validator

from curate.filters.facts import TraceFacts
from curate.filters.rule import Finding, TraceRule
from curate.filters.student import fit_student


class GranularityBand(TraceRule):
    """Drop traces outside the band."""

    name: ClassVar[str] = "granularity_band"

    student_billions: float | None = Field(None, gt=0, description="parameters of the student, in billions")
    min_level: int | None = Field(None, ge=1, le=6, description="coarsest level; null: by the student's size")
    max_level: int | None = Field(None, ge=1, le=6, description="finest level; null: by the student's size")
    min_steps: int | None = Field(None, ge=0, description="fewest steps")
    max_steps: int | None = Field(None, ge=1, description="most steps")
    min_words: int | None = Field(None, ge=0, description="fewest words")
    max_words: int | None = Field(None, ge=1, description="most words")

    @model_validator(mode="after")
    def _has_bounds_in_order(self) -> GranularityBand:
        if all(bound is None for _, _, *bounds in self._bounds(None) for bound in bounds):
            raise ValueError("student_billions or a bound: without one nothing is dropped")
        for unit, _, low, high in self._bounds(None):
            if low is not None and high is not None and low > high:
                raise ValueError(f"min_{unit}s {low} is above max_{unit}s {high}: nothing would be kept")
        return self

    def _bounds(self, trace: TraceFacts | None) -> list[tuple[str, int | None, int | None, int | None]]:
        fit = fit_student(self.student_billions) if self.student_billions else None
        low = self.min_level if self.min_level is not None or fit is None else fit.min_level
        high = self.max_level if self.max_level is not None or fit is None else fit.max_level
        return [
            ("level", trace.granularity if trace else None, low, high),
            ("step", trace.n_steps if trace else None, self.min_steps, self.max_steps),
            ("word", trace.n_words if trace else None, self.min_words, self.max_words),
        ]

    def decide(self, trace: TraceFacts) -> Finding | None:
        """Name the first bound that is broken."""
        for unit, value, low, high in self._bounds(trace):
            if value is None:
                continue
            if low is not None and value < low:
                return Finding(value, low, {"unit": f"{unit}s", "bound": "min"})
            if high is not None and value > high:
                return Finding(value, high, {"unit": f"{unit}s", "bound": "max"})
        return None
