"""Rule repetition: the text loops.

Two measures, either is enough: the share of 4-word windows seen before, and the share of lines seen before
(Rae et al. 2021, table A1, adapted to short texts). Texts under `min_words` are left alone: a short list of
steps repeats words without looping.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from curate.filters.facts import TraceFacts
from curate.filters.rule import Finding, TraceRule


class Repetition(TraceRule):
    """Drop texts that say the same again and again."""

    name: ClassVar[str] = "repetition"
    needs_features: ClassVar[bool] = True

    max_repeat4_share: float = Field(0.5, gt=0, le=1, description="share of repeated 4-word windows")
    max_dup_line_share: float = Field(0.3, gt=0, le=1, description="share of repeated lines")
    min_words: int = Field(50, ge=0, description="shorter texts are not judged")

    def decide(self, trace: TraceFacts) -> Finding | None:
        """Drop above either share."""
        features = trace.features
        if features is None or features.n_words < self.min_words:
            return None
        if features.repeat4_share > self.max_repeat4_share:
            value, threshold, measure = features.repeat4_share, self.max_repeat4_share, "repeat4_share"
        elif features.dup_line_share > self.max_dup_line_share:
            value, threshold, measure = features.dup_line_share, self.max_dup_line_share, "dup_line_share"
        else:
            return None
        return Finding(round(value, 6), threshold, {"measure": measure})
