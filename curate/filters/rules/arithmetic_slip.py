"""Rule arithmetic_slip: the text claims an `a op b = c` that does not hold.

The claims are found and computed by the step check `claims` of `tracemill verify`; a claim counts as failed
only when it is off by more than the rounding of the result as it is written. The first failed claim is the
evidence. A trace that was not verified has no claims and passes.
"""

from __future__ import annotations

from typing import ClassVar

from curate.filters.facts import TraceFacts
from curate.filters.rule import Finding, Need, TraceRule


class ArithmeticSlip(TraceRule):
    """Drop traces with a wrong calculation, whatever their answer is."""

    name: ClassVar[str] = "arithmetic_slip"
    needs: ClassVar[frozenset[Need]] = frozenset({"slips"})

    def decide(self, trace: TraceFacts) -> Finding | None:
        """Trust the step check."""
        return Finding(evidence={"claim": trace.slip}) if "claims" in trace.flags else None
