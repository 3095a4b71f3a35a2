"""Counts what arrived and what was billed, by the hash of the body: so a client's losses are measured."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Tally:
    """What the server has seen. Billed means that an answer was made, whether or not it arrived."""

    n_requests: int
    n_distinct: int
    n_repeated: int
    n_billed: int
    n_billed_again: int
    n_batches: int
    n_files: int
    fates: tuple[tuple[str, int], ...]


@dataclass(slots=True)
class Counters:
    """Counts per body; not thread-safe, the server's loop is the only caller."""

    n_batches: int = 0
    n_files: int = 0
    n_rejected_first: int = 0
    _arrivals: dict[bytes, int] = field(default_factory=dict)
    _billed: dict[bytes, int] = field(default_factory=dict)
    _fates: Counter[str] = field(default_factory=Counter)
    _n_requests: int = 0

    def note_arrival(self, digest: bytes) -> int:
        """Count an arrival and give its number among those of the same body, from 0."""
        number = self._arrivals.get(digest, 0)
        self._arrivals[digest] = number + 1
        self._n_requests += 1
        return number

    def note_fate(self, fate: str) -> None:
        """Count what became of an arrival."""
        self._fates[str(fate)] += 1

    def bill(self, digest: bytes) -> int:
        """Count an answer and give its number among those to the same body, from 0."""
        number = self._billed.get(digest, 0)
        self._billed[digest] = number + 1
        return number

    def tally(self) -> Tally:
        """Look at all counts."""
        n_billed = sum(self._billed.values())
        return Tally(
            self._n_requests,
            len(self._arrivals),
            self._n_requests - len(self._arrivals),
            n_billed,
            n_billed - len(self._billed),
            self.n_batches,
            self.n_files,
            tuple(sorted(self._fates.items())),
        )


def body_digest(body: bytes) -> bytes:
    """Hash a request body."""
    return hashlib.blake2b(body, digest_size=16).digest()
