"""How a rule counts tokens: by the student's own tokenizer, or by characters where that is good enough."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Protocol

from pydantic import Field, model_validator

from curate.errors import MissingError
from curate.filters.rule import Rule


class TokenRule(Rule):
    """Parameters of all rules that count tokens. There is no default: a guess would pass for a measure."""

    tokenizer: str | None = Field(None, description="the student's tokenizer.json")
    chars_per_token: float | None = Field(
        None, gt=0, description="instead of a tokenizer: characters per token, to estimate by"
    )

    @property
    def wants_tokens(self) -> bool:
        """Say whether a bound in tokens is set."""
        return any(getattr(self, name, None) is not None for name in ("min_tokens", "max_tokens"))

    @model_validator(mode="after")
    def _has_one_measure(self) -> TokenRule:
        if self.tokenizer is not None and self.chars_per_token is not None:
            raise ValueError("tokenizer and chars_per_token: give one of the two")
        if self.wants_tokens and self.tokenizer is None and self.chars_per_token is None:
            raise ValueError("a bound in tokens needs `tokenizer` (a tokenizer.json) or `chars_per_token`")
        return self


class CountsTokens(Protocol):
    """Counts the tokens of texts."""

    def __call__(self, texts: list[str]) -> list[int]:
        """Give the number of tokens of each text."""


def read_tokenizer(path: str) -> CountsTokens:
    """Read a tokenizer.json; special tokens are not counted.

    Raises:
        MissingError: when the file or the package that reads it is not there.
    """
    if not Path(path).is_file():
        raise MissingError(
            f"tokenizer: there is no file {path}", "name the tokenizer.json of the student's folder"
        )
    try:
        from tokenizers import Tokenizer
    except ImportError:
        raise MissingError(
            "tokenizer: counting tokens needs the package tokenizers",
            "install the extra `train`, or use chars_per_token",
        ) from None
    try:
        tokenizer = Tokenizer.from_file(path)
    except Exception as error:  # noqa: BLE001 - the package raises bare Exceptions
        raise MissingError(f"tokenizer: {path} is no tokenizer.json: {error}", "check the file") from None
    tokenizer.no_padding()
    tokenizer.no_truncation()

    def count(texts: list[str]) -> list[int]:
        return [len(one.ids) for one in tokenizer.encode_batch(texts, add_special_tokens=False)]

    return count


def estimate_tokens(n_chars: int, chars_per_token: float) -> int:
    """Estimate from characters, rounded up."""
    return math.ceil(n_chars / chars_per_token)
