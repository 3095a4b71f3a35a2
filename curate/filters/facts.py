"""What rules may know of a trace: plain values, read from the store or made by hand in a test.

Rules never see the text itself; what they need of it is measured once (`features.py`) and travels as numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
    n_repeated_tail: int = 0
    """Words at the end that only say again what stands before them: the last loop without its first round."""
    n_control_chars: int = 0
    """Control characters other than tab and line ends; they are what is left of LaTeX that JSON has eaten."""
    scripts: Mapping[str, int] = field(default_factory=dict)
    """Letters by Unicode script name in lower case (`latin`, `greek`, `cjk`, ...)."""

    def share_outside(self, scripts: Sequence[str]) -> float:
        """Give the share of letters of other scripts; 0 for a text without letters."""
        total = sum(self.scripts.values())
        return 1 - sum(self.scripts.get(name, 0) for name in scripts) / total if total else 0.0


@dataclass(frozen=True, slots=True)
class ContaminationHit:
    """How a problem is like an item of a benchmark: by which sign, how strongly, and in what text."""

    benchmark: str
    item_id: str
    rule: str
    score: float
    matched_text: str


@dataclass(frozen=True, slots=True)
class QuestionFacts:
    """What was measured of a problem's text (`questions.py`)."""

    n_words: int = 0
    faults: Mapping[str, str] = field(default_factory=dict)
    """Reasons why nobody can answer it from its text alone, each with the words that say so."""
    stated_answer: str = ""
    """The words with which the question gives its own answer away, empty when it does not."""
    scripts: Mapping[str, int] = field(default_factory=dict)
    copy_of: str = ""
    """The problem of which this one is a copy, empty for a problem that stands alone or is the one kept."""
    similarity: float = 0.0
    n_copies: int = 1


@dataclass(frozen=True, slots=True)
class Suspect:
    """A gold that sound traces of several origins agree against (view `gold_suspects_v`)."""

    gold: str
    agreed: str
    n_agree: int
    agreement: float


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

    subject: str = ""
    level: str = ""
    n_steps: int = 0
    has_gold: bool = True
    answer: str = ""
    """The value it reached, written one way, so that traces can be compared; empty when it reached none."""
    question: QuestionFacts | None = None
    suspect: Suspect | None = None
    slip: str = ""
    """The first arithmetic claim of the text that does not hold."""
    boilerplate: tuple[int, str] = (0, "")
    """In how many other problems its commonest 20 words stand, and these words."""
    n_tokens: int | None = None
    """Tokens of question and answer for the student's tokenizer; None when not asked for."""
    length_rank: float = 0.5
    """Its place by words among the traces of its format and granularity, 0 the shortest, 1 the longest."""
    scores: Mapping[str, float] = field(default_factory=dict)
    """Numbers from elsewhere by name, of the trace or its problem."""
