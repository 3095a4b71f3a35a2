"""Fill batches: which rows go into the next one, and the file that carries them.

Rows of one batch share their attempt number, so that a later run knows it from the batch's record alone.
A batch ends at a documented limit, where the money cap leaves no room, or where the plan ends. Rows that are
asked again go first.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, cast

from curate.ids import content_id
from curate.stages.batching.jobs import BatchLimits, Job, Row
from curate.teachers.batch_rows import write_input_line

_IN_MEMORY_BYTES = 8_000_000


@dataclass(slots=True)
class Packer:
    """Takes rows until a batch is full. `reserve` says whether the cap has room for a row, and takes it."""

    run_id: str
    new_rows: Iterator[Row]
    limits: BatchLimits
    reserve: Callable[[Row], bool]
    is_short_of_money: bool = False
    _again: dict[int, deque[Row]] = field(default_factory=dict)
    _held: Row | None = None
    _n_packed: int = 0

    @property
    def n_waiting(self) -> int:
        """Give the number of rows that were taken up and are in no batch."""
        return sum(len(rows) for rows in self._again.values()) + (self._held is not None)

    def ask_again(self, row: Row) -> None:
        """Queue a row for another batch."""
        self._again.setdefault(row.attempt, deque()).append(row)

    def pack(self, now: float) -> Job | None:
        """Give the next batch, None when there is nothing that may be sent."""
        self.is_short_of_money = False
        job = self._pack(min(self._again, default=1), now)
        if job is None and self._again and not self.is_short_of_money:  # the stream held only rows of before
            return self._pack(min(self._again), now)
        return job

    def _pack(self, attempt: int, now: float) -> Job | None:
        rows: dict[str, Row] = {}
        content = cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES))  # noqa: SIM115
        digest = hashlib.blake2b(digest_size=16)
        size = 0
        while len(rows) < self.limits.max_rows and (row := self._next_row(attempt)) is not None:
            line = _line_of(row)
            if (rows and size + len(line) > self.limits.max_bytes) or not self._pay(row):
                self._put_back(row)
                break
            content.write(line)
            digest.update(line)
            size += len(line)
            rows[row.request_id] = row
        if not rows:
            content.close()
            return None
        self._n_packed += 1
        # The run and the number are in the hash: equal rows may be sent again after they expired, and then
        # the expired batch must not be taken for the new one.
        content_hash = content_id("batch", self.run_id, self._n_packed, digest.digest())
        return Job(content_hash, attempt, rows, now, content=content)

    def _pay(self, row: Row) -> bool:
        self.is_short_of_money = not self.reserve(row)
        return not self.is_short_of_money

    def _next_row(self, attempt: int) -> Row | None:
        if attempt > 1:
            waiting = self._again.get(attempt)
            row = waiting.popleft() if waiting else None
            if not waiting:
                self._again.pop(attempt, None)
            return row
        if self._held is not None:
            row, self._held = self._held, None
            return row
        for row in self.new_rows:
            if row.attempt == 1:
                return row
            self.ask_again(row)  # an earlier run's batch had it and is over
        return None

    def _put_back(self, row: Row) -> None:
        if row.attempt > 1:
            self._again.setdefault(row.attempt, deque()).appendleft(row)
        else:
            self._held = row


def _line_of(row: Row) -> bytes:
    assert row.unit is not None
    return write_input_line(row.unit.request)
