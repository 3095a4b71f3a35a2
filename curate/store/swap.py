"""Put a new database file in the place of an old one, whatever other programs do with the old one.

Readers of the old file keep the rows they see. A writer would leave its write-ahead log beside the new file,
so the kernel lock that duckdb itself takes is taken first, shared: it meets readers but no writer. A stale
log is removed before the rename, for a log must never meet another file than its own.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import struct
import time
from collections.abc import Iterator
from pathlib import Path

from curate.errors import StoreBusyError, StoreError

_POLL_S = 0.05
_FLOCK = struct.Struct("hhqqi4x")  # struct flock of 64-bit Linux


def remove_database(path: Path) -> None:
    """Remove a database file and its write-ahead log, if they are there."""
    for each in (path, log_of(path)):
        each.unlink(missing_ok=True)


def log_of(database: Path) -> Path:
    """Name the write-ahead log of a database file."""
    return database.with_name(database.name + ".wal")


def swap_database(new: Path, old: Path, wait_s: float, *, keep_old: bool) -> None:
    """Rename `new` to `old`; with `keep_old` the old file stays beside it as `<name>.damaged`.

    Raises:
        StoreBusyError: when a program writes the old file for longer than `wait_s`; names its process.
    """
    try:
        with _no_writer(old, wait_s):
            _flush(new)
            if keep_old and old.exists():
                old.rename(old.with_name(old.name + ".damaged"))
            log_of(old).unlink(missing_ok=True)
            new.rename(old)
    except OSError as error:
        raise StoreError(
            f"cannot put {new} in the place of {old}: {error.strerror}", "check its folder"
        ) from error


@contextlib.contextmanager
def _no_writer(database: Path, wait_s: float) -> Iterator[None]:
    if not database.exists():
        yield
        return
    fd = os.open(database, os.O_RDONLY | os.O_CLOEXEC)
    try:
        deadline = time.monotonic() + wait_s
        while not _try_shared(fd):
            if time.monotonic() >= deadline:
                raise StoreBusyError(
                    f"process {_holder(fd)} keeps {database} open for writing",
                    "close that program, or wait for it, and try again; nothing is lost",
                )
            time.sleep(_POLL_S)
        yield
    finally:
        os.close(fd)


def _try_shared(fd: int) -> bool:
    try:
        fcntl.lockf(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def _holder(fd: int) -> int:
    asked = _FLOCK.pack(fcntl.F_RDLCK, os.SEEK_SET, 0, 0, 0)
    return int(_FLOCK.unpack(fcntl.fcntl(fd, fcntl.F_GETLK, asked))[4])


def _flush(path: Path) -> None:
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
