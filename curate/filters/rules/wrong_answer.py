"""Rule wrong_answer: the best verdict says that the answer is not the gold.

Only `incorrect` is wrong. A trace that could not be decided, failed in its check or states no answer has a
rule of its own.
"""

from __future__ import annotations

from typing import ClassVar

from curate.filters.facts import TraceFacts
from curate.filters.rule import Finding, TraceRule
from curate.types import VerdictStatus


class WrongAnswer(TraceRule):
    """Drop traces whose answer was shown to be wrong."""

    name: ClassVar[str] = "wrong_answer"

    def decide(self, trace: TraceFacts) -> Finding | None:
        """Look at the best verdict only."""
        if trace.status is not VerdictStatus.INCORRECT:
            return None
        return Finding(evidence={"reason": trace.reason})
