"""Rule unusable_problem: the problem cannot be answered, or its answer not be compared, from its text alone.

Reasons: empty, too_short (fewer than 3 words), figure, image, url, table (spoken of and not there),
several_parts, proof. After Baral et al. (arXiv 2606.31048), who skipped problems that need a figure or are
too short. What shows each is measured in `curate.filters.questions`.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from curate.filters.facts import TraceFacts
from curate.filters.rule import Finding, Grain, Need, TraceRule

Reason = Literal["empty", "too_short", "figure", "image", "url", "table", "several_parts", "proof"]
ALL_REASONS: tuple[Reason, ...] = (
    "empty", "too_short", "figure", "image", "url", "table", "several_parts", "proof",
)  # fmt: skip


class UnusableProblem(TraceRule):
    """Drop every trace of a problem that is no self-contained question."""

    name: ClassVar[str] = "unusable_problem"
    grain: ClassVar[Grain] = "problem"
    needs: ClassVar[frozenset[Need]] = frozenset({"questions"})

    reasons: tuple[Reason, ...] = Field(ALL_REASONS, min_length=1, description="reasons that drop")

    def decide(self, trace: TraceFacts) -> Finding | None:
        """Name the first reason of those asked for."""
        faults = trace.question.faults if trace.question else {}
        for reason in self.reasons:
            if reason in faults:
                return Finding(evidence={"reason": reason, "text": faults[reason]})
        return None
