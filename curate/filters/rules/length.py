"""Rule length: the text is shorter or longer than asked, in words or characters.

Words are runs of non-space; they need no tokenizer. A bound that is null is not applied.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field, model_validator

from curate.filters.facts import TraceFacts
from curate.filters.rule import Finding, TraceRule


class Length(TraceRule):
    """Drop traces outside the bounds."""

    name: ClassVar[str] = "length"

    min_words: int | None = Field(1, ge=0, description="fewest words; null: no bound")
    max_words: int | None = Field(None, ge=1, description="most words; null: no bound")
    min_chars: int | None = Field(None, ge=0, description="fewest characters; null: no bound")
    max_chars: int | None = Field(None, ge=1, description="most characters; null: no bound")

    @model_validator(mode="after")
    def _bounds_are_ordered(self) -> Length:
        for low, high, unit in (
            (self.min_words, self.max_words, "words"),
            (self.min_chars, self.max_chars, "chars"),
        ):
            if low is not None and high is not None and low > high:
                raise ValueError(f"min_{unit} {low} is above max_{unit} {high}: nothing would be kept")
        return self

    def decide(self, trace: TraceFacts) -> Finding | None:
        """Name the first bound that is broken."""
        for unit, value, low, high in (
            ("words", trace.n_words, self.min_words, self.max_words),
            ("characters", trace.n_chars, self.min_chars, self.max_chars),
        ):
            if low is not None and value < low:
                return Finding(value, low, {"unit": unit, "bound": "min"})
            if high is not None and value > high:
                return Finding(value, high, {"unit": unit, "bound": "max"})
        return None
