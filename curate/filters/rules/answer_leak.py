"""Rule answer_leak: the answer was in view, by the question's own words or by the trace's.

The question states it ("Answer: 42"), or the trace speaks of an answer that it was given ("this matches the
given answer"; the step check `gold_in_view` of `tracemill verify`). "The given answer choices" are no leak:
140 of 205 real GPT-4 traces on AQuA say so.
"""

from __future__ import annotations

from typing import ClassVar

from curate.filters.facts import TraceFacts
from curate.filters.rule import Finding, Need, TraceRule


class AnswerLeak(TraceRule):
    """Drop traces that may have been reasoned backwards."""

    name: ClassVar[str] = "answer_leak"
    needs: ClassVar[frozenset[Need]] = frozenset({"questions"})

    def decide(self, trace: TraceFacts) -> Finding | None:
        """Look at the question first: it concerns all of its traces."""
        if trace.question is not None and trace.question.stated_answer:
            return Finding(evidence={"in": "question", "text": trace.question.stated_answer})
        return (
            Finding(evidence={"in": "trace", "check": "gold_in_view"})
            if "gold_in_view" in trace.flags
            else None
        )
