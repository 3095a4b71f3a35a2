"""Weighted turns: several streams become one in which each has its share from the start.

Smooth weighted round robin: with weights 5, 1, 1 the order is a a b a c a a, never a a a a a b c.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class Turns:
    """Chooses among numbered takers by weight; the caller says who is ready."""

    weights: Sequence[int]
    _credit: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self._credit = [0] * len(self.weights)

    def choose(self, ready: Sequence[int]) -> int:
        """Give the number of the taker whose turn it is; `ready` must not be empty."""
        if len(ready) == 1:
            return ready[0]
        for number in ready:
            self._credit[number] += self.weights[number]
        chosen = max(ready, key=lambda number: (self._credit[number], -number))
        self._credit[chosen] -= sum(self.weights[number] for number in ready)
        return chosen


def take_turns(streams: Sequence[Iterator[T]], weights: Sequence[int]) -> Iterator[T]:
    """Merge streams by weight until all are empty.

    >>> "".join(take_turns([iter("aaaa"), iter("b")], [2, 1]))
    'abaaa'
    """
    turns = Turns(weights)
    ready = list(range(len(streams)))
    while ready:
        number = turns.choose(ready)
        try:
            yield next(streams[number])
        except StopIteration:
            ready.remove(number)
