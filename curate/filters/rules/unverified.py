"""Rule unverified: no check has looked at the trace yet.

It keeps a forgotten `tracemill verify` from passing for a verified corpus.
"""

from __future__ import annotations

from typing import ClassVar

from curate.filters.facts import TraceFacts
from curate.filters.rule import Finding, TraceRule


class Unverified(TraceRule):
    """Drop traces without any verdict."""

    name: ClassVar[str] = "unverified"

    def decide(self, trace: TraceFacts) -> Finding | None:
        """Drop when there is no verdict at all."""
        return Finding(evidence={"remedy": "tracemill verify"}) if trace.status is None else None
