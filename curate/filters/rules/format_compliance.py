"""Rule format_compliance: the text does not have the shape that its format promises.

All formats: no leftovers of prompts or chat markup. CoT: a stated answer, and nothing long after it. PoT: a
program, in at most one code block. EoT: a block of equations. What "after the answer" means is measured in
`features.py`.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from curate.filters.facts import TextFeatures, TraceFacts
from curate.filters.rule import Finding, Need, TraceRule
from curate.types import ParseState, TraceFormat

_FAULTY = {
    TraceFormat.COT: ParseState.NO_ANSWER,
    TraceFormat.POT: ParseState.NO_PROGRAM,
    TraceFormat.EOT: ParseState.NO_EQUATIONS,
    TraceFormat.OTHER: ParseState.NO_ANSWER,
}


class FormatCompliance(TraceRule):
    """Drop traces that a student would learn a bad shape from."""

    name: ClassVar[str] = "format_compliance"
    needs: ClassVar[frozenset[Need]] = frozenset({"features"})

    max_chars_after_answer: int = Field(
        200, ge=0, description="CoT: most characters after the stated answer, spaces not counted"
    )
    max_code_blocks: int = Field(1, ge=1, description="PoT: most fenced code blocks")

    def decide(self, trace: TraceFacts) -> Finding | None:
        """Name the first fault."""
        if trace.parse_state is _FAULTY[trace.format]:
            return Finding(evidence={"fault": str(trace.parse_state)})
        return None if trace.features is None else self._shape(trace.format, trace.features)

    def _shape(self, format: TraceFormat, features: TextFeatures) -> Finding | None:
        if features.leftover:
            return Finding(evidence={"fault": "leftover_markup", "text": features.leftover})
        if format is TraceFormat.COT and features.n_chars_after_answer > self.max_chars_after_answer:
            return Finding(
                features.n_chars_after_answer, self.max_chars_after_answer, {"fault": "text_after_answer"}
            )
        if format is TraceFormat.POT and features.n_code_blocks > self.max_code_blocks:
            return Finding(features.n_code_blocks, self.max_code_blocks, {"fault": "several_code_blocks"})
        return None
