"""What rules may know of a trace: plain values, read from the store or made by hand in a test.

Rules never see the text itself; what they need of it is measured once (`features.py`) and travels as numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from curate.types import FinishReason, ParseState, TraceFormat, VerdictStatus


@dataclass(frozen=True, slots=True)
class TextFeatures:
    """Measures of one trace's text. Shares are between 0 and 1; an empty text measures 0 everywhere."""

    n_words: int = 0
    n_chars: int = 0
    repeat4_share: float = 0.0
    """Share of the 4-word windows that occurred before in the same text."""
    dup_line_share: float = 0.0
    """Share of the lines of 10 characters or more that occurred before in the same text."""
    n_code_blocks: int = 0
    leftover: str = ""
    """Markup of a prompt or a chat format that leaked into the text, empty when there is none."""
    n_chars_after_answer: int = 0
    """Characters that follow the last statement of the answer, white space and closing marks not counted."""


@dataclass(frozen=True, slots=True)
class ContaminationHit:
    """How a problem is like an item of a benchmark: by which sign, how strongly, and in what text."""

    benchmark: str
    item_id: str
    rule: str
    score: float
    matched_text: str


@dataclass(frozen=True, slots=True)
class TraceFacts:
    """One trace as the rules see it.

    `status` is that of the best verdict, None when nothing checked it yet.
    """

    trace_id: str
    problem_id: str
    format: TraceFormat
    norm_hash: str = ""
    status: VerdictStatus | None = None
    reason: str = ""
    parse_state: ParseState = ParseState.OK
    finish_reason: FinishReason | None = None
    with_gold: bool = False
    cost_usd: Decimal | None = None
    source: str = ""
    teacher: str = ""
    granularity: int | None = None
    has_answer: bool = True
    n_words: int = 0
    n_chars: int = 0
    contamination: ContaminationHit | None = None
    features: TextFeatures | None = None
    """None when no rule of the policy asks for them."""
    failed_rewrite: str = ""
    """Why a compressor's rewrite is no good, `unchecked` when nobody looked; empty for all else."""
    flags: tuple[str, ...] = ()
    """Step checks that flag the reasoning, in name order."""
    near: tuple[tuple[str, float], ...] = ()
    """Traces of the same problem with a similar text, and how similar (0.3 to 1); empty unless asked for."""
    mark: str = ""
    """A person's word: `accept`, `reject`, or empty when nobody said anything that stands."""
    mark_comment: str = ""
