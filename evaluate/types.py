"""The values of an evaluation, frozen: what is asked, what comes back, and what it counts as.

Shares are between 0 and 1, tokens are the student's own. A `view` is a form, or a way to put forms together
(`vote`, `fall-back`, `any`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from curate.evaluation_section import Form
from curate.types import FinishReason, Json, Message, Problem, TraceFormat

View = Literal["cot", "pot", "eot", "answer-only", "vote", "fall-back", "any"]

FORMATS: Mapping[Form, TraceFormat] = {
    "cot": TraceFormat.COT,
    "pot": TraceFormat.POT,
    "eot": TraceFormat.EOT,
    "answer-only": TraceFormat.COT,
}


@dataclass(frozen=True, slots=True)
class Item:
    """One place in a benchmark. Benchmarks that hold a question twice count it twice."""

    item_id: str
    benchmark: str
    problem: Problem
    section: str = ""
    year: str = ""


@dataclass(frozen=True, slots=True)
class SamplingRule:
    """How answers are drawn; temperature 0 is greedy."""

    temperature: float = 0.0
    top_p: float = 1.0
    top_k: int | None = None
    max_tokens: int = 1024
    seed: int = 0

    def as_json(self) -> dict[str, Json]:
        """Give the values for hashes and records."""
        return {
            "temperature": self.temperature,
            "top_p": self.top_p,
            "top_k": self.top_k,
            "max_tokens": self.max_tokens,
            "seed": self.seed,
        }


@dataclass(frozen=True, slots=True)
class Ask:
    """One answer that is wanted. `key` is the hash of all that decides it; `prompt` is the text as sent.

    `prefix` holds tokens that the model is taken to have written already (a cut answer that is to be ended).
    """

    key: str
    messages: tuple[Message, ...]
    prompt: str
    form: Form
    sample: int
    max_tokens: int
    item: Item
    prefix: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model wrote. `token_ids` is empty where a backend does not tell them."""

    key: str
    text: str
    n_tokens: int
    finish_reason: FinishReason
    token_ids: tuple[int, ...] = ()
    reasoning: str = ""
    cost_usd: Decimal | None = None
    fault: str = ""
    """Why there is no text, where an endpoint gave none; such an answer counts as undecided."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One answer as it is scored: whole, cut at a budget, or cut and forced to its result."""

    key: str
    item: Item
    form: Form
    sample: int
    text: str
    n_tokens: int
    finish_reason: FinishReason
    budget: int | None = None
    is_forced: bool = False
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """What a reading counts as. `answer` is the value that was compared with the gold, "" for none.

    `status` is the verdict of curate's verifier (strict: the answer as the form asks for it); `lenient` is
    what the last formula or number of the text would give. `cross` is math-verify's word, where asked for.
    """

    reading: Reading
    status: str
    reason: str
    decided_by: str
    answer: str
    lenient: str
    lenient_answer: str
    cross: str = ""

    @property
    def is_right(self) -> bool:
        """Say whether the gold was reached."""
        return self.status == "correct"

    @property
    def is_open(self) -> bool:
        """Say whether nobody can tell: undecided, or a check that failed or ran out of time."""
        return self.status in ("undecided", "error", "timeout")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a view says of one item: the share of its answers that are right, and the figures beside it."""

    item: Item
    share: float
    statuses: tuple[str, ...]
    lenient_share: float
    n_tokens: float
    n_cut: int
    values: tuple[tuple[str, bool], ...] = ()
    """The answers' values and whether each is right, for votes over samples."""
