"""The seam behind which a model answers: in this process, or at an endpoint. Tests pass a small fake."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from curate.types import Json, Message
from evaluate.prompts import Mode
from evaluate.types import Answer, Ask

OnAnswer = Callable[[Answer], None]
OnProgress = Callable[[str, int, int], None]
"""Told the stage (`seed-0: answers`, `seed-0: scores`), how much is done, of how much."""


class Backend(Protocol):
    """A model that can be asked."""

    @property
    def identity(self) -> Mapping[str, Json]:
        """Give all that decides its answers: weights or endpoint, template, numerics; part of every key."""
        ...

    def render(self, messages: Sequence[Message]) -> str:
        """Write messages as the text (or body) that the model gets."""
        ...

    def answer(self, asks: Sequence[Ask], on_answer: OnAnswer) -> None:
        """Answer every ask, in any order; `on_answer` is called as soon as an answer is complete."""
        ...

    def cut(self, answer: Answer, n_tokens: int) -> tuple[str, tuple[int, ...]]:
        """Give the text and the tokens of an answer's first `n_tokens`."""
        ...

    def encode(self, text: str) -> tuple[int, ...]:
        """Give the tokens of a text that is put behind a cut answer."""
        ...


@dataclass(frozen=True, slots=True)
class Candidate:
    """One model to measure: `open_backend` loads it, so that only one is in memory at a time."""

    label: str
    name: str
    weights: str
    mode: Mode
    open_backend: Callable[[], Backend]
    seed: int | None = None
    training: str | None = None
    export_id: str | None = None
