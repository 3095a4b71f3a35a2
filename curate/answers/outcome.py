"""The result of comparing two values, before it is written up as a Comparison."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from curate.answers.comparison import Status

if TYPE_CHECKING:
    from curate.answers.values import Value

Match = Callable[["Value", "Value"], "Outcome"]


class Outcome(NamedTuple):
    """A status, the reason for it, and the path that settled it."""

    status: Status
    reason: str
    path: str = ""


def equal(reason: str, path: str) -> Outcome:
    """Say that two values are equal."""
    return Outcome("equal", reason, path)


def differ(reason: str, path: str) -> Outcome:
    """Say that two values were both read and differ."""
    return Outcome("not_equal", reason, path)


def unknown(reason: str) -> Outcome:
    """Say that nothing is certain."""
    return Outcome("undecided", reason)


def all_of(outcomes: Iterable[Outcome], reason: str, path: str) -> Outcome:
    """Join the outcomes of parts that must all be equal: one difference decides, else one doubt does."""
    doubt: Outcome | None = None
    for outcome in outcomes:
        if outcome.status == "not_equal":
            return differ(outcome.reason, path)
        if outcome.status == "undecided":
            doubt = doubt or outcome
    return doubt or equal(reason, path)
