"""Which requests need no asking: answered ones, finally refused ones, and those this run already took up.

A hundred thousand ids of a set of bytes weigh 9 MB; the ids of a run are kept at 16 bytes a slot instead, so
that memory stays flat. Thread-safe, because batches run in a thread of their own.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Protocol

from curate.ids import ID_PREFIX
from curate.stages.units import Unit

_SLOT = 16
_EMPTY = bytes(_SLOT)


def digest_of(content_id: str) -> bytes:
    """Give the 16 bytes of an id."""
    return bytes.fromhex(content_id[len(ID_PREFIX) :])


class DigestSet:
    """A set of 16-byte digests in one block of memory: open addressing, at most four fifths full."""

    def __init__(self) -> None:
        self._n_slots = 1024
        self._slots = bytearray(self._n_slots * _SLOT)
        self._n = 0

    def __len__(self) -> int:
        return self._n

    def add(self, digest: bytes) -> bool:
        """Add a digest; False when it was there."""
        at = self._find(digest)
        if self._slots[at : at + _SLOT] == digest:
            return False
        self._slots[at : at + _SLOT] = digest
        self._n += 1
        if 5 * self._n > 4 * self._n_slots:
            self._grow()
        return True

    def __contains__(self, digest: bytes) -> bool:
        at = self._find(digest)
        return self._slots[at : at + _SLOT] == digest

    def _find(self, digest: bytes) -> int:
        """Give the place of a digest, or the empty one where it belongs. Digests are uniform: no rehash."""
        slots, mask = self._slots, self._n_slots - 1
        number = int.from_bytes(digest[:8], "little") & mask
        while True:
            slot = slots[number * _SLOT : (number + 1) * _SLOT]
            if slot in (digest, _EMPTY):
                return number * _SLOT
            number = (number + 1) & mask

    def _grow(self) -> None:
        old = self._slots
        self._n_slots *= 2
        self._slots = bytearray(self._n_slots * _SLOT)
        for start in range(0, len(old), _SLOT):
            slot = bytes(old[start : start + _SLOT])
            if slot != _EMPTY:
                at = self._find(slot)
                self._slots[at : at + _SLOT] = slot


class HasIds(Protocol):
    """The part of a store that is needed here."""

    def answered_ids(self) -> set[bytes]: ...

    def final_fault_ids(self) -> set[bytes]: ...


class Known:
    """Answers "must this be asked?" once per request and run."""

    def __init__(self, answered: AbstractSet[bytes], final: AbstractSet[bytes]) -> None:
        self._answered, self._final = answered, final
        self._taken = DigestSet()
        self._lock = threading.Lock()

    @classmethod
    def of_store(cls, store: HasIds) -> Known:
        """Read the ids of a store; its teachers must be locked before."""
        return cls(store.answered_ids(), store.final_fault_ids())

    def is_settled(self, request_id: str) -> bool:
        """Say whether earlier runs have an answer or a final reason."""
        digest = digest_of(request_id)
        return digest in self._answered or digest in self._final

    def take(self, request_id: str) -> bool:
        """Take a request up; False when it is settled or was taken before."""
        digest = digest_of(request_id)
        if digest in self._answered or digest in self._final:
            return False
        with self._lock:
            return self._taken.add(digest)


class FreshUnits:
    """The units of a stream that must be asked, taken up as they are read, and a count of the others."""

    def __init__(self, units: Iterator[Unit], known: Known) -> None:
        self._units, self._known = units, known
        self.n_seen = self.n_skipped = 0

    def __iter__(self) -> Iterator[Unit]:
        return self

    def __next__(self) -> Unit:
        for unit in self._units:
            self.n_seen += 1
            if self._known.take(unit.request.request_id):
                return unit
            self.n_skipped += 1
        raise StopIteration
