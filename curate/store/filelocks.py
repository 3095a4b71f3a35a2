"""Kernel locks on files: they fall with their process, however it ends.

`flock` is taken on a descriptor of its own; a forked child closes its copy, so that a worker that outlives
its killed parent does not keep the lock. Whoever holds a lock is found in /proc/locks where there is one.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
import weakref
from collections.abc import Callable
from pathlib import Path

_POLL_S = 0.02


class FileLock:
    """An exclusive lock on a file that is made when missing; released by `release` or by death."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd: int | None = None
        run_in_child(self._close)

    def take(self, wait_s: float = 0.0) -> bool:
        """Take the lock, trying for `wait_s` seconds; False when somebody else keeps it.

        Raises:
            OSError: when the file cannot be opened for writing.
        """
        fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        deadline = time.monotonic() + wait_s
        while not try_flock(fd):
            if time.monotonic() >= deadline:
                os.close(fd)
                return False
            time.sleep(_POLL_S)
        os.ftruncate(fd, 0)
        os.write(fd, str(os.getpid()).encode())
        self._fd = fd
        return True

    def release(self) -> None:
        """Give the lock back, also from children forked a moment ago; doing so twice is harmless."""
        if self._fd is not None:
            fcntl.flock(self._fd, fcntl.LOCK_UN)
        self._close()

    def _close(self) -> None:
        fd, self._fd = self._fd, None
        if fd is not None:
            os.close(fd)


def try_flock(fd: int, *, is_shared: bool = False) -> bool:
    """Lock a descriptor without waiting; False when another one holds it. Shared locks bear each other."""
    try:
        fcntl.flock(fd, (fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def read_holder(path: Path) -> int | None:
    """Name the process that holds the lock on a file, None when nobody does or it cannot be told."""
    with contextlib.suppress(OSError, ValueError):
        inode = f":{path.stat().st_ino}"
        for line in Path("/proc/locks").read_text(encoding="ascii").splitlines():
            fields = line.split()
            if "->" not in fields and fields[1] == "FLOCK" and fields[5].endswith(inode):
                return int(fields[4])
    with contextlib.suppress(OSError, ValueError):
        return int(path.read_text(encoding="ascii"))
    return None


def run_in_child(method: Callable[[], None]) -> None:
    """Have a bound method run in every forked child for as long as its object lives."""
    reference = weakref.WeakMethod(method)

    def run() -> None:
        alive = reference()
        if alive is not None:
            alive()

    os.register_at_fork(after_in_child=run)
