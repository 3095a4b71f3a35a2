"""Rule length: the text is shorter or longer than asked, in words, characters or the student's tokens.

Words are runs of non-space; they need no tokenizer. Tokens are those of question, captured reasoning and
answer, which is what a student reads; by the student's tokenizer.json or estimated by `chars_per_token`.
`min_rank` and `max_rank` cut outliers: a trace's place by words among those of its format and granularity. A
bound that is null is not applied.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field, model_validator

from curate.filters.facts import TraceFacts
from curate.filters.rule import Finding, TraceRule
from curate.filters.tokens import TokenRule


class Length(TokenRule, TraceRule):
    """Drop traces outside the bounds."""

    name: ClassVar[str] = "length"

    min_words: int | None = Field(1, ge=0, description="fewest words; null: no bound")
    max_words: int | None = Field(None, ge=1, description="most words; null: no bound")
    min_chars: int | None = Field(None, ge=0, description="fewest characters; null: no bound")
    max_chars: int | None = Field(None, ge=1, description="most characters; null: no bound")
    min_tokens: int | None = Field(None, ge=0, description="fewest tokens; null: no bound")
    max_tokens: int | None = Field(None, ge=1, description="most tokens; null: no bound")
    min_rank: float | None = Field(None, ge=0, le=1, description="share of the shortest that is dropped")
    max_rank: float | None = Field(None, ge=0, le=1, description="share up to which the longest are kept")

    @model_validator(mode="after")
    def _bounds_are_ordered(self) -> Length:
        for unit, _, low, high in self._bounds(None):
            if low is not None and high is not None and low > high:
                raise ValueError(f"min_{unit} {low} is above max_{unit} {high}: nothing would be kept")
        return self

    def _bounds(
        self, trace: TraceFacts | None
    ) -> tuple[tuple[str, float | None, float | None, float | None], ...]:
        return (
            ("words", trace.n_words if trace else None, self.min_words, self.max_words),
            ("chars", trace.n_chars if trace else None, self.min_chars, self.max_chars),
            ("tokens", trace.n_tokens if trace else None, self.min_tokens, self.max_tokens),
            ("rank", trace.length_rank if trace else None, self.min_rank, self.max_rank),
        )

    @property
    def wants_ranks(self) -> bool:
        """Say whether a bound by rank is set."""
        return self.min_rank is not None or self.max_rank is not None

    def look(self, trace: TraceFacts) -> Finding | None:
        """Give the first measure that has a bound, with its nearer one."""
        for unit, value, low, high in self._bounds(trace):
            if value is not None and (low is not None or high is not None):
                return Finding(value, high if high is not None else low, {"unit": unit})
        return None

    def decide(self, trace: TraceFacts) -> Finding | None:
        """Name the first bound that is broken."""
        for unit, value, low, high in self._bounds(trace):
            if value is None:
                continue
            name = "characters" if unit == "chars" else unit
            if low is not None and value < low:
                return Finding(value, low, {"unit": name, "bound": "min"})
            if high is not None and value > high:
                return Finding(value, high, {"unit": name, "bound": "max"})
        return None
