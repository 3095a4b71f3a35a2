"""Step length_band: question and answer fit the student's context, and are not too short to teach.

Unit: tokens of the student's tokenizer over question, captured reasoning and answer, `overhead` for its chat
template added; or an estimate by characters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from pydantic import Field

from curate.filters.rule import Finding
from curate.filters.selection.candidate import Candidate, Step
from curate.filters.tokens import TokenRule


class LengthBand(TokenRule, Step):
    """Leave out what is outside the band."""

    name: ClassVar[str] = "length_band"

    min_tokens: int | None = Field(None, ge=0, description="fewest tokens; null: no bound")
    max_tokens: int = Field(ge=1, description="the student's context or training length")
    overhead: int = Field(0, ge=0, description="tokens that the student's chat template adds")

    def choose(self, candidates: Sequence[Candidate]) -> Iterator[tuple[str, Finding]]:
        """Compare each trace with the band."""
        for candidate in candidates:
            if candidate.n_tokens is None:
                continue
            n_tokens = candidate.n_tokens + self.overhead
            if self.min_tokens is not None and n_tokens < self.min_tokens:
                yield candidate.trace_id, Finding(n_tokens, self.min_tokens, {"bound": "min"})
            elif n_tokens > self.max_tokens:
                yield candidate.trace_id, Finding(n_tokens, self.max_tokens, {"bound": "max"})
