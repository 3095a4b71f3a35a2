"""Rule undecided: the check could not tell whether the answer is right.

The reason says why: no gold, a notation that cannot be compared, no sandbox for programs.
"""

from __future__ import annotations

from typing import ClassVar

from curate.filters.facts import TraceFacts
from curate.filters.rule import Finding, TraceRule
from curate.types import VerdictStatus


class Undecided(TraceRule):
    """Drop traces that no check could decide."""

    name: ClassVar[str] = "undecided"

    def decide(self, trace: TraceFacts) -> Finding | None:
        """Look at the best verdict only."""
        if trace.status is not VerdictStatus.UNDECIDED:
            return None
        return Finding(evidence={"reason": trace.reason})
