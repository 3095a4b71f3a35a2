"""Rule check_timeout: the check ran out of time, for example on an endless loop."""

from __future__ import annotations

from typing import ClassVar

from curate.filters.facts import TraceFacts
from curate.filters.rule import Finding, TraceRule
from curate.types import VerdictStatus


class CheckTimeout(TraceRule):
    """Drop traces whose check took too long."""

    name: ClassVar[str] = "check_timeout"

    def decide(self, trace: TraceFacts) -> Finding | None:
        """Look at the best verdict only."""
        if trace.status is not VerdictStatus.TIMEOUT:
            return None
        return Finding(evidence={"reason": trace.reason})
