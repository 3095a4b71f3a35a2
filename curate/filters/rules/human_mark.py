"""Rule human_mark: a person looked at the trace and said accept or reject (`tracemill browse`).

Reject drops, whatever the checks say. Accept overrules what other rules have against the trace, and leaves
its `kept` row with the names of the rules it overruled. It does not overrule `contamination`: that a test
problem must not be trained on is no matter of how good the trace is. Only the last mark of a trace counts;
`none` takes a mark back. In a policy without this rule marks count for nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from curate.filters.facts import TraceFacts
from curate.filters.rule import Finding, TraceRule
from curate.filters.rules.contamination import Contamination
from curate.types import Decision

ACCEPT, REJECT = "accept", "reject"


class HumanMark(TraceRule):
    """Drop what a person rejected; keep what a person accepted."""

    name: ClassVar[str] = "human_mark"

    def decide(self, trace: TraceFacts) -> Finding | None:
        """Drop on a reject; the evidence is the comment."""
        if trace.mark != REJECT:
            return None
        return Finding(evidence={"mark": REJECT, "comment": trace.mark_comment})


def overrule(trace: TraceFacts, drops: Sequence[Decision], kept: Decision) -> Sequence[Decision]:
    """Give the decisions on an accepted trace: `kept` with what it overruled, or what none can overrule."""
    final = [drop for drop in drops if drop.rule == Contamination.name]
    if final or not drops:
        return final or [kept]
    overruled = ", ".join(drop.rule for drop in drops)
    evidence = {"mark": ACCEPT, "comment": trace.mark_comment, "overruled": overruled}
    return [Decision(kept.trace_id, kept.rule_id, kept.rule, False, evidence=evidence)]
