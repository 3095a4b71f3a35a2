"""Rule flagged_steps: a step check flags the reasoning, whatever the answer is.

The checks are those of `tracemill verify`: `claims` (an arithmetic slip), `consistency` (states another value
than it reached), `gold_in_view` (speaks of a given answer), `soundness` (error text, refusal, cut text,
loop). Flags are right nine times in ten (docs/results/steps.md); which of them drop a trace is a parameter.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from curate.filters.facts import TraceFacts
from curate.filters.rule import Finding, TraceRule

Check = Literal["claims", "consistency", "gold_in_view", "soundness"]


class FlaggedSteps(TraceRule):
    """Drop traces whose reasoning a step check flags."""

    name: ClassVar[str] = "flagged_steps"

    checks: tuple[Check, ...] = Field(
        ("claims", "consistency", "gold_in_view", "soundness"), min_length=1, description="flags that drop"
    )

    def decide(self, trace: TraceFacts) -> Finding | None:
        """Drop on any of the wanted flags."""
        raised = [flag for flag in trace.flags if flag in self.checks]
        return Finding(evidence={"flags": list(raised)}) if raised else None
