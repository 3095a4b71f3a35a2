"""Rule contamination: the problem stands in a benchmark that must not be trained on.

What is measured is in `curate.filters.contamination`: the share of the item's number-masked 5-grams (a
smaller one when the numbers are the same, a larger one over masked names), any 13-gram, or equality without
digits, boilerplate not counted. The measuring happens once per problem before
the rules run; this rule turns a hit into a decision. Without benchmarks (`decontaminate:`) it drops nothing,
and says so in the report.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from curate.filters.facts import TraceFacts
from curate.filters.rule import Finding, TraceRule

OTHER_SHARES = {"share5_same_numbers": 0.15, "share5_other_names": 0.9}
"""Thresholds of `curate.filters.contamination.index` for the two weaker signs; tests compare them."""


class Contamination(TraceRule):
    """Drop every trace of a problem that a benchmark holds."""

    name: ClassVar[str] = "contamination"
    version: ClassVar[str] = "2"

    share: float = Field(
        0.3, gt=0, le=1, description="share of an item's number-masked 5-grams from which it counts"
    )
    benchmarks: tuple[str, ...] = Field(
        (), description="filled in from `decontaminate:`: each benchmark's name and the hash of its items"
    )

    def decide(self, trace: TraceFacts) -> Finding | None:
        """Drop on any hit; the value is the score of the likest item."""
        hit = trace.contamination
        if hit is None:
            return None
        threshold = {"share5": self.share, **OTHER_SHARES}.get(hit.rule, 1.0)
        return Finding(
            hit.score,
            threshold,
            {
                "benchmark": hit.benchmark,
                "item": hit.item_id,
                "matched_by": hit.rule,
                "text": hit.matched_text,
            },
        )
