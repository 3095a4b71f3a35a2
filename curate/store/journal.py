"""The writer of a journal: one line, one write; flushed to the disk in batches by one thread.

A record is written by the caller at once, so a killed process loses nothing the kernel has. It is *durable*
once the thread has flushed it: when 100 records or 100 ms have gathered, at `sync` and at `close`; then its
callback runs, on that thread. After a refused write or flush nothing more is written: a file whose flush
failed cannot be trusted, and no money may be spent on what cannot be kept.
Reads nothing and knows no record's meaning.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from curate.errors import JournalError
from curate.store.encoding import encode_record
from curate.store.filelocks import run_in_child, try_flock
from curate.store.records import Record
from curate.store.segments import MAX_SEGMENT_BYTES, segment_name

BATCH_RECORDS = 100
BATCH_S = 0.1
_REMEDY = "free space on the disk and run the same command again: it goes on where it stopped"

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC

OnDurable = Callable[[], None]


class JournalWriter:
    """Appends records to segments of its own; a context manager that flushes and closes."""

    def __init__(
        self, folder: Path, run_id: str, shard: str = "0", *, max_segment_bytes: int = MAX_SEGMENT_BYTES
    ) -> None:
        """Open the first segment.

        Raises:
            JournalError: when the folder refuses a new file.
        """
        self.run_id = run_id
        self._folder, self._shard, self._max_bytes = folder, shard, max_segment_bytes
        self._changed = threading.Condition()
        self._failure: JournalError | None = None
        self._pending: list[OnDurable | None] = []
        self._full: list[int] = []
        self._first_at = 0.0
        self._is_asked = self._is_closing = False
        self._n_written = self._n_durable = 0
        self._number, self._size = 0, 0
        with self._changed:
            self._fd = self._open_segment()
        run_in_child(self._close_files)
        self._thread = threading.Thread(target=self._flush_loop, name=f"journal-{run_id}", daemon=True)
        self._thread.start()

    def append(self, record: Record, on_durable: OnDurable | None = None) -> None:
        """Write a record; `on_durable` runs on the flushing thread once the disk has it. Thread-safe.

        Raises:
            JournalError: when this or an earlier write or flush was refused, or the writer is closed.
        """
        line = encode_record(record)
        with self._changed:
            self._check()
            if self._size and self._size + len(line) > self._max_bytes:
                self._roll()
            self._write(line)
            self._pending.append(on_durable)
            self._n_written += 1
            if len(self._pending) == 1:
                self._first_at = time.monotonic()
                self._changed.notify_all()
            elif len(self._pending) == BATCH_RECORDS:
                self._changed.notify_all()

    def sync(self) -> None:
        """Wait until all that was appended is on the disk and its callbacks have run.

        Raises:
            JournalError: when it cannot be brought there.
        """
        with self._changed:
            target = self._n_written
            self._is_asked = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._n_durable >= target or self._failure is not None)
            if self._failure is not None:
                raise self._failure

    def close(self) -> None:
        """Flush and close; doing so twice is harmless.

        Raises:
            JournalError: when something that was appended is not on the disk.
        """
        with self._changed:
            is_first = not self._is_closing
            self._is_closing = True
            self._changed.notify_all()
        if not is_first:
            return
        self._thread.join()
        self._close_files()
        if self._failure is not None:
            raise self._failure

    def __enter__(self) -> JournalWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.close()
        except JournalError:
            if error is None:  # an error on its way already says why the work ended
                raise

    def _close_files(self) -> None:
        """Close the files and with them their locks; also in a forked child, which must not keep them."""
        for fd in (*self._full, self._fd):
            os.close(fd)
        self._full, self._fd = [], -1

    def _check(self) -> None:
        if self._failure is not None:
            raise self._failure
        if self._is_closing:
            raise JournalError(f"the journal of run {self.run_id} is closed", "open a new writer")

    def _write(self, line: bytes) -> None:
        """Write a whole line: one call, more only when the kernel took a part of it."""
        done = 0
        try:
            while done < len(line):
                done += os.write(self._fd, line[done:] if done else line)
        except OSError as error:
            raise self._fail(f"cannot write to the journal in {self._folder}", error) from error
        self._size += len(line)

    def _roll(self) -> None:
        self._full.append(self._fd)
        self._fd = self._open_segment()

    def _open_segment(self) -> int:
        """Make the next segment under its own name and lock it; another writer's numbers are skipped."""
        try:
            while True:
                path = self._folder / segment_name(self.run_id, self._shard, self._number)
                self._number += 1
                try:
                    fd = os.open(
                        path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o644
                    )
                except FileExistsError:
                    continue
                _flush_folder(self._folder)
                self._size = 0
                while not try_flock(fd):  # a repairing process may look at the empty file for a moment
                    time.sleep(0.001)
                return fd
        except OSError as error:
            raise self._fail(f"cannot start a segment in {self._folder}", error) from error

    def _fail(self, what: str, error: OSError) -> JournalError:
        self._failure = JournalError(f"{what}: {error.strerror or error}", _REMEDY)
        self._changed.notify_all()
        return self._failure

    def _flush_loop(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._pending or self._is_closing or self._is_asked)
                rest = self._first_at + BATCH_S - time.monotonic() if self._pending else 0.0
                self._changed.wait_for(self._is_due, timeout=max(0.0, rest))
                self._is_asked = False
                batch, self._pending = self._pending, []
                full, self._full = self._full, []
                fd, is_last = self._fd, self._is_closing
            is_good = self._flush(fd, full, batch)
            if is_last or not is_good:
                return

    def _is_due(self) -> bool:
        return len(self._pending) >= BATCH_RECORDS or self._is_asked or self._is_closing

    def _flush(self, fd: int, full: list[int], batch: list[OnDurable | None]) -> bool:
        """Bring a batch to the disk and tell its owners; False once that failed."""
        try:
            for each in (*full, fd) if batch else ():
                os.fsync(each)
        except OSError as error:
            with self._changed:
                self._full = full + self._full
                self._fail(f"cannot flush the journal in {self._folder}", error)
            return False
        for each in full:
            os.close(each)
        problem = _call_all(batch)
        with self._changed:
            if problem is not None:
                self._failure = JournalError(f"a callback of the journal failed: {problem!r}", "report this")
            self._n_durable += len(batch)
            self._changed.notify_all()
        return problem is None


def _call_all(callbacks: list[OnDurable | None]) -> Exception | None:
    """Run callbacks; the first one's fault is handed back, so that it does not die with a thread."""
    problem: Exception | None = None
    for callback in callbacks:
        if callback is not None:
            try:
                callback()
            except Exception as error:  # noqa: BLE001 - the border of the thread
                problem = problem or error
    return problem


def _flush_folder(folder: Path) -> None:
    """Make a new file's name durable."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
