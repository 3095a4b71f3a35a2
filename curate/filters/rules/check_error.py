"""Rule check_error:

The check itself failed, for example on a program that raised or equations that do not parse.
"""

from __future__ import annotations

from typing import ClassVar

from curate.filters.facts import TraceFacts
from curate.filters.rule import Finding, TraceRule
from curate.types import VerdictStatus


class CheckError(TraceRule):
    """Drop traces whose check ended in an error."""

    name: ClassVar[str] = "check_error"

    def decide(self, trace: TraceFacts) -> Finding | None:
        """Look at the best verdict only."""
        if trace.status is not VerdictStatus.ERROR:
            return None
        return Finding(evidence={"reason": trace.reason})
