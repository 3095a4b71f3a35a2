"""The shapes of an estimate: what a run would cost and take, as ranges."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Range:
    """An uncertain number."""

    low: float
    expected: float
    high: float


@dataclass(frozen=True, slots=True)
class UsdRange:
    """An uncertain amount of money."""

    low: Decimal
    expected: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class PromptEstimate:
    """One teacher at one prompt. USD is None without a price; `batch_usd` is the price of the Batch API."""

    teacher: str
    prompt: str
    n_requests: int
    n_answered: int
    n_tokens_in: int
    n_tokens_out: Range
    usd: UsdRange | None
    batch_usd: UsdRange | None
    basis: str
    latency_s: float

    @property
    def n_left(self) -> int:
        """Give the number of requests that would be sent."""
        return self.n_requests - self.n_answered


@dataclass(frozen=True, slots=True)
class TeacherEstimate:
    """One teacher over all prompts. `hours` is the longest of what each of its limits allows; teachers run
    side by side, so a run takes as long as its slowest one."""

    alias: str
    n_requests: int
    n_left: int
    usd: UsdRange | None
    batch_usd: UsdRange | None
    hours: Range
    bound_by: str


@dataclass(frozen=True, slots=True)
class Estimate:
    """The whole run. `usd` adds up the teachers that have a price; `unpriced` names the others.

    With a cascade or `stop_after_verified` it is the upper end: what rounds save is not known before.
    """

    prompts: tuple[PromptEstimate, ...]
    teachers: tuple[TeacherEstimate, ...]
    n_requests: int
    n_left: int
    usd: UsdRange | None
    batch_usd: UsdRange | None
    hours: Range
    unpriced: tuple[str, ...]
    max_usd: Decimal | None
    is_upper_end: bool
