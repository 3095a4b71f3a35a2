"""A trace that passed all rules, as far as selection must know it; and what a step of selection is."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import md5
from typing import ClassVar, Literal

from curate.filters.facts import TraceFacts
from curate.filters.rule import Finding, Grain, Rule
from curate.types import VerdictStatus

Key = Literal["problem", "teacher", "format", "granularity", "source", "subject", "level"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One trace. `pass_rate` is that of its problem over all decided traces, None when none was decided."""

    trace_id: str
    problem_id: str
    format: str
    teacher: str
    source: str
    subject: str
    level: str
    granularity: int | None
    n_words: int
    n_tokens: int | None
    pass_rate: float | None
    near: tuple[tuple[str, float], ...]

    def key(self, names: Sequence[Key]) -> tuple[str, ...]:
        """Give the group it belongs to."""
        return tuple(
            self.problem_id if name == "problem" else str(getattr(self, name) or "") for name in names
        )


class Step(Rule):
    """The base of all steps."""

    grain: ClassVar[Grain] = "export"

    @abstractmethod
    def choose(self, candidates: Sequence[Candidate]) -> Iterator[tuple[str, Finding]]:
        """Name the candidates that are left out, each with its finding."""

    def judge(self, traces: Sequence[TraceFacts]) -> Iterator[tuple[str, Finding]]:
        """Choose among the traces alone, as if they were the whole store."""
        return self.choose([candidate_of(trace, pass_rate_of(traces)) for trace in traces])


def candidate_of(trace: TraceFacts, pass_rate: float | None) -> Candidate:
    """Take what selection needs from a trace's facts."""
    return Candidate(
        trace.trace_id,
        trace.problem_id,
        str(trace.format),
        trace.teacher,
        trace.source,
        trace.subject,
        trace.level,
        trace.granularity,
        trace.n_words,
        trace.n_tokens,
        pass_rate,
        trace.near,
    )


def pass_rate_of(traces: Sequence[TraceFacts]) -> float | None:
    """Give the share of correct traces among the decided ones of a problem."""
    right = sum(trace.status is VerdictStatus.CORRECT for trace in traces)
    wrong = sum(trace.status is VerdictStatus.INCORRECT for trace in traces)
    return right / (right + wrong) if right + wrong else None


def draw(seed: int, name: str) -> str:
    """Give a place in an order drawn from the seed: the same on every machine, whatever else is in the
    store.
    """
    return md5(f"{seed}:{name}".encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()
