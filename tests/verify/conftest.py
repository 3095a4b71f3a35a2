"""Traces to verify, made in one line."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from curate.answers import parse_trace
from curate.types import FinishReason, TraceFormat
from curate.verify import TraceToVerify

MakeItem = Callable[..., TraceToVerify]


@pytest.fixture
def make_item() -> MakeItem:
    """Give a maker: text and gold in, parsed trace out; numbers its traces."""
    count = 0

    def make(
        text: str,
        gold: str | None = "18",
        format: TraceFormat = TraceFormat.COT,
        *,
        choices: tuple[str, ...] = (),
        finish_reason: FinishReason = FinishReason.STOP,
    ) -> TraceToVerify:
        nonlocal count
        count += 1
        parsed = parse_trace(text, format, finish_reason)
        return TraceToVerify(f"trace-{count}", format, gold, choices, text, parsed, finish_reason)

    return make
