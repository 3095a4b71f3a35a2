"""Rule script: letters of scripts that the student is not meant to write, or remains of broken characters.

Unit: share of letters outside the expected scripts (Latin and Greek by default, the alphabets of mathematics;
digits and signs are no letters). Control characters mostly are LaTeX that went through JSON once too often
(`\\frac` becomes a form feed and `rac`): the text is damaged. Question and answer are both looked at.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from curate.filters.facts import TextFeatures, TraceFacts
from curate.filters.rule import Finding, Need, TraceRule


class Script(TraceRule):
    """Drop texts in another script, and damaged ones."""

    name: ClassVar[str] = "script"
    needs: ClassVar[frozenset[Need]] = frozenset({"features", "questions"})

    scripts: tuple[str, ...] = Field(("latin", "greek"), min_length=1, description="expected scripts")
    max_share: float = Field(0.1, ge=0, le=1, description="share of letters of other scripts")
    max_control_chars: int = Field(0, ge=0, description="control characters but tab and line ends")

    def look(self, trace: TraceFacts) -> Finding:
        """Give the larger share of question and answer."""
        share, where = 0.0, "answer"
        if trace.features is not None:
            share = trace.features.share_outside(self.scripts)
        if trace.question is not None:
            asked = TextFeatures(scripts=trace.question.scripts).share_outside(self.scripts)
            share, where = (asked, "question") if asked > share else (share, "answer")
        return Finding(round(share, 6), self.max_share, {"measure": "other_scripts", "in": where})

    def decide(self, trace: TraceFacts) -> Finding | None:
        """Drop on the share first."""
        seen = self.look(trace)
        if seen.value is not None and seen.value > self.max_share:
            return seen
        n_control = trace.features.n_control_chars if trace.features else 0
        if n_control > self.max_control_chars:
            return Finding(n_control, self.max_control_chars, {"measure": "control_chars", "in": "answer"})
        return None
