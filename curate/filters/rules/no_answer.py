"""Rule no_answer: the trace states nothing that could be compared.

Empty texts, plans without a result and answers that only stand inside hidden thinking fall here.
"""

from __future__ import annotations

from typing import ClassVar

from curate.filters.facts import TraceFacts
from curate.filters.rule import Finding, TraceRule
from curate.types import ParseState, VerdictStatus

_STATES = frozenset({ParseState.EMPTY, ParseState.NO_ANSWER})


class NoAnswer(TraceRule):
    """Drop traces without a final answer."""

    name: ClassVar[str] = "no_answer"

    def decide(self, trace: TraceFacts) -> Finding | None:
        """Trust the verdict, and the parser where there is none yet."""
        if trace.status is VerdictStatus.NO_ANSWER:
            return Finding(evidence={"reason": trace.reason, "parse_state": str(trace.parse_state)})
        if trace.status is None and trace.parse_state in _STATES:
            return Finding(evidence={"reason": "not_checked", "parse_state": str(trace.parse_state)})
        return None
