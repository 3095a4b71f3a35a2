"""Choices that look random and are functions of what was asked: the same request always gives the same."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")


class Draws:
    """A stream of choices, each under a name of its own, so that one more choice moves none of the others."""

    def __init__(self, content: bytes, sample_index: int) -> None:
        self._root = hashlib.blake2b(content, digest_size=16, salt=b"%d" % (sample_index % 10**9)).digest()

    def point(self, name: str) -> float:
        """Give a number in [0, 1)."""
        digest = hashlib.blake2b(name.encode(), digest_size=8, key=self._root).digest()
        return int.from_bytes(digest, "big") / 2**64

    def below(self, name: str, n: int) -> int:
        """Give a number from 0 to n - 1; n is at least 1."""
        return int(self.point(name) * n)

    def pick(self, name: str, options: Sequence[T]) -> T:
        """Pick one of some options."""
        return options[self.below(name, len(options))]

    def weigh(self, name: str, weights: Mapping[T, float]) -> T:
        """Pick a key by its weight."""
        point = self.point(name) * sum(weights.values())
        for key, weight in weights.items():
            if point < weight:
                return key
            point -= weight
        return next(reversed(list(weights)))
