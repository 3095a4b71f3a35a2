"""One trace as the checks see it."""

from __future__ import annotations

from dataclasses import dataclass

from curate.answer_settings import DEFAULT_SETTINGS, AnswerSettings
from curate.types import FinishReason, ParsedTrace, TraceFormat


@dataclass(frozen=True, slots=True)
class TraceToVerify:
    """What the checks need of one trace; `gold` is None where the problem has none."""

    trace_id: str
    format: TraceFormat
    gold: str | None
    choices: tuple[str, ...]
    text: str
    parsed: ParsedTrace
    finish_reason: FinishReason = FinishReason.STOP
    with_gold: bool = False
    settings: AnswerSettings = DEFAULT_SETTINGS
