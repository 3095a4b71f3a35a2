"""Rule pass_rate: the teacher solves the problem too seldom, or always.

Unit: share of a problem's decided traces that are correct; traces of which nobody can tell do not count, and
a problem with fewer than `min_decided` is left alone. Both bounds are open by default: 0 of n may be a wrong
gold (drop with `min: 0.01`), n of n may be too easy (drop with `max: 0.99`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from pydantic import Field

from curate.filters.facts import TraceFacts
from curate.filters.rule import Finding, Rule
from curate.types import VerdictStatus

_DECIDED = (VerdictStatus.CORRECT, VerdictStatus.INCORRECT)


class PassRate(Rule):
    """Drop all traces of a problem outside the band, per teacher or over all."""

    name: ClassVar[str] = "pass_rate"

    min: float = Field(0.0, ge=0, le=1, description="smallest share of correct traces")
    max: float = Field(1.0, ge=0, le=1, description="largest share of correct traces")
    min_decided: int = Field(2, ge=1, description="problems with fewer decided traces are left alone")
    per_teacher: bool = Field(False, description="judge each teacher by its own traces")

    def judge(self, traces: Sequence[TraceFacts]) -> Iterator[tuple[str, Finding]]:
        """Count once per problem, or per problem and teacher."""
        for teacher in sorted({trace.teacher for trace in traces}) if self.per_teacher else [None]:
            group = [trace for trace in traces if teacher in (None, trace.teacher)]
            finding = self._find(group)
            if finding is not None:
                for trace in group:
                    yield trace.trace_id, finding

    def _find(self, traces: Sequence[TraceFacts]) -> Finding | None:
        decided = [trace.status is VerdictStatus.CORRECT for trace in traces if trace.status in _DECIDED]
        if len(decided) < self.min_decided:
            return None
        rate = sum(decided) / len(decided)
        if self.min <= rate <= self.max:
            return None
        bound = self.min if rate < self.min else self.max
        return Finding(round(rate, 6), bound, {"n_correct": sum(decided), "n_decided": len(decided)})
