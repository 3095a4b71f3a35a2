"""Rule failed_rewrite: a compressor's rewrite that did not earn its place.

Longer than what it was made from, a copy of it, with a number from nowhere, or never checked: its answer may
be right and its level would still be a lie. Why it failed is the reason of the verdict `compression`.
"""

from __future__ import annotations

from typing import ClassVar

from curate.filters.facts import TraceFacts
from curate.filters.rule import Finding, TraceRule


class FailedRewrite(TraceRule):
    """Drop rewrites that the compression check refused or never saw."""

    name: ClassVar[str] = "failed_rewrite"

    def decide(self, trace: TraceFacts) -> Finding | None:
        """Drop with the check's reason."""
        return Finding(evidence={"reason": trace.failed_rewrite}) if trace.failed_rewrite else None
