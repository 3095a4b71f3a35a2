"""Rule with_gold: the teacher was shown the gold answer.

Such a trace may reason to one value and state another; a check of its answer proves nothing about its steps.
"""

from __future__ import annotations

from typing import ClassVar

from curate.filters.facts import TraceFacts
from curate.filters.rule import Finding, TraceRule


class WithGold(TraceRule):
    """Drop traces that were made with the answer in view."""

    name: ClassVar[str] = "with_gold"

    def decide(self, trace: TraceFacts) -> Finding | None:
        """Drop by how the trace was asked for, whatever it says."""
        return Finding() if trace.with_gold else None
