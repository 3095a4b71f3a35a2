"""Rule truncated: the answer ended before the teacher was done.

Seen by finish reason `length`, a context that was too long, or an opened think tag that never closes.
"""

from __future__ import annotations

from typing import ClassVar

from curate.filters.facts import TraceFacts
from curate.filters.rule import Finding, TraceRule
from curate.types import FinishReason, ParseState

_ENDS = frozenset({FinishReason.LENGTH, FinishReason.TOO_LONG})


class Truncated(TraceRule):
    """Drop traces that were cut off."""

    name: ClassVar[str] = "truncated"

    def decide(self, trace: TraceFacts) -> Finding | None:
        """Drop on either sign; an answer that was reached before the cut does not save the trace."""
        if trace.finish_reason in _ENDS or trace.parse_state is ParseState.TRUNCATED:
            return Finding(
                evidence={
                    "finish_reason": str(trace.finish_reason or ""),
                    "parse_state": str(trace.parse_state),
                }
            )
        return None
