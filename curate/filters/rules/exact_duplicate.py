"""Rule exact_duplicate: the same normalised text was already seen for this problem.

Texts are compared by the hash of their normalised form (case and white space folded, numbers never touched),
and only within a problem: short answers repeat across problems by nature. The best copy stays: verified
before unverified, made without the gold before made with it, then the cheaper one, then the smaller id, so
the choice is the same in every run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import ClassVar

from curate.filters.facts import TraceFacts
from curate.filters.rule import Finding, Rule
from curate.types import VerdictStatus

_DEAR = Decimal("Infinity")


class ExactDuplicate(Rule):
    """Drop all but the best of the traces of a problem that have one normalised text."""

    name: ClassVar[str] = "exact_duplicate"

    def judge(self, traces: Sequence[TraceFacts]) -> Iterator[tuple[str, Finding]]:
        """Keep one trace per normalised text; an imported text without a hash is left alone."""
        best: dict[str, TraceFacts] = {}
        for trace in traces:
            held = best.get(trace.norm_hash)
            if trace.norm_hash and (held is None or rank_of_copy(trace) < rank_of_copy(held)):
                best[trace.norm_hash] = trace
        for trace in traces:
            kept = best.get(trace.norm_hash)
            if kept is not None and kept.trace_id != trace.trace_id:
                yield trace.trace_id, Finding(evidence={"kept": kept.trace_id})


def rank_of_copy(trace: TraceFacts) -> tuple[bool, bool, Decimal, str]:
    """Order copies, the best first: verified, made without the gold, cheap, small id."""
    cost = _DEAR if trace.cost_usd is None else trace.cost_usd
    return trace.status is not VerdictStatus.CORRECT, trace.with_gold, cost, trace.trace_id
