"""Rule refusal: the text declines the task, or is an API's error message that was stored as an answer.

The phrases are those of `curate.answers.failures`, anchored at the start of the text; the parser applies them
once. A text that starts like a refusal and still reaches an answer is kept.
"""

from __future__ import annotations

from typing import ClassVar

from curate.filters.facts import TraceFacts
from curate.filters.rule import Finding, TraceRule
from curate.types import FinishReason, ParseState

_STATES = frozenset({ParseState.REFUSED, ParseState.API_ERROR})


class Refusal(TraceRule):
    """Drop refusals and stored error messages."""

    name: ClassVar[str] = "refusal"

    def decide(self, trace: TraceFacts) -> Finding | None:
        """Trust the parser, and the vendor's own finish reason."""
        if trace.parse_state in _STATES:
            return Finding(evidence={"parse_state": str(trace.parse_state)})
        if trace.finish_reason is FinishReason.REFUSED:
            return Finding(evidence={"finish_reason": str(trace.finish_reason)})
        return None
