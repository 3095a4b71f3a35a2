"""Rule repetition: the text loops.

Three measures, any is enough: the share of 4-word windows seen before, the share of lines seen before (Rae et
al. 2021, table A1, adapted to short texts), and a loop that the text ends in, in words beyond its first
round: a model that could not stop. Texts under `min_words` are left alone: a short list of steps repeats
words without looping.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from curate.filters.facts import TraceFacts
from curate.filters.rule import Finding, Need, TraceRule


class Repetition(TraceRule):
    """Drop texts that say the same again and again."""

    name: ClassVar[str] = "repetition"
    version: ClassVar[str] = "2"
    needs: ClassVar[frozenset[Need]] = frozenset({"features"})

    max_repeat4_share: float = Field(0.5, gt=0, le=1, description="share of repeated 4-word windows")
    max_dup_line_share: float = Field(0.3, gt=0, le=1, description="share of repeated lines")
    max_repeated_tail: int = Field(40, ge=1, description="words of a closing loop beyond its first round")
    min_words: int = Field(50, ge=0, description="shorter texts are not judged")

    def _measures(self, trace: TraceFacts) -> tuple[tuple[str, float, float], ...]:
        features = trace.features
        if features is None or features.n_words < self.min_words:
            return ()
        return (
            ("repeat4_share", features.repeat4_share, self.max_repeat4_share),
            ("dup_line_share", features.dup_line_share, self.max_dup_line_share),
            ("repeated_tail", features.n_repeated_tail, self.max_repeated_tail),
        )

    def look(self, trace: TraceFacts) -> Finding | None:
        """Give the measure that is nearest to its threshold."""
        measures = self._measures(trace)
        if not measures:
            return None
        name, value, threshold = max(measures, key=lambda one: one[1] / one[2])
        return Finding(round(value, 6), threshold, {"measure": name})

    def decide(self, trace: TraceFacts) -> Finding | None:
        """Drop above any threshold; the first one broken is named."""
        for name, value, threshold in self._measures(trace):
            if value > threshold:
                return Finding(round(value, 6), threshold, {"measure": name})
        return None
