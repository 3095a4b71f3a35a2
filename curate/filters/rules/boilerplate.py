"""Rule boilerplate: the text holds 20 words in a row that stand in the traces of many other problems.

Unit: other problems; default: more than 20. Within a problem samples share wording by nature, so only other
problems count. Counted over the whole store by `curate.filters.corpus`, case and white space folded.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from curate.filters.facts import TraceFacts
from curate.filters.rule import Finding, Need, TraceRule


class Boilerplate(TraceRule):
    """Drop texts that are padded with a stock passage."""

    name: ClassVar[str] = "boilerplate"
    needs: ClassVar[frozenset[Need]] = frozenset({"boilerplate"})

    max_other_problems: int = Field(20, ge=1, le=200, description="other problems with the same 20 words")

    def look(self, trace: TraceFacts) -> Finding:
        """Give the count of the commonest 20 words."""
        count, text = trace.boilerplate
        return Finding(count, self.max_other_problems, {"text": text} if text else {})

    def decide(self, trace: TraceFacts) -> Finding | None:
        """Drop above the count."""
        return self.look(trace) if trace.boilerplate[0] > self.max_other_problems else None
