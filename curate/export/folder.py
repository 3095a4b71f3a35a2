"""A folder that appears whole or not at all: written beside its place, flushed, then renamed.

A process that is killed leaves at most a hidden `.NAME.partial-*` folder beside the target, never a
half-written one under its name; the next one removes it. A writer keeps a lock on its own hidden folder, by
which the living are told from the dead. This module knows nothing of what the files hold.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType

from curate.errors import IncompleteError, UsageError

_BLOCK = 1 << 20
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@contextmanager
def new_folder(out: Path) -> Iterator[Path]:
    """Give a temporary folder that becomes `out` when the block ends well, and vanishes when it does not.

    Raises:
        UsageError: when `out` holds something already, or cannot be made.
        IncompleteError: when the disk is full; nothing stands under the final name then.
    """
    target = check_target(out)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(target)
        partial = Path(tempfile.mkdtemp(prefix=f".{target.name}.partial-", dir=target.parent))
        lock = os.open(partial, os.O_RDONLY)
        fcntl.flock(lock, fcntl.LOCK_EX)
    except OSError as error:
        raise UsageError(
            f"cannot write an export to {out}: {error.strerror}", "choose another folder"
        ) from None
    try:
        yield partial
        _flush(partial)
        _open_to_readers(partial)
        partial.rename(target)
        _sync(target.parent)
    except OSError as error:
        raise _explain(out, error) from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        os.close(lock)


def _remove_abandoned(target: Path) -> None:
    """Remove what killed writers of the same target left; what cannot be removed does no harm."""
    for path in target.parent.iterdir():
        if path.name.startswith(f".{target.name}.partial-") and path.is_dir():
            with suppress(OSError):
                fd = os.open(path, os.O_RDONLY)
                try:
                    fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(path, ignore_errors=True)
                finally:
                    os.close(fd)


def check_target(out: Path) -> Path:
    """Say whether an export may be written here, before anything is read for it.

    Raises:
        UsageError: when the path is a file, a folder with something in it, or the root.
    """
    target = out.absolute()
    if not target.name or (target.exists() and not target.is_dir()):
        raise UsageError(f"{out} is not a folder to export to", "name a new folder")
    if target.is_dir() and any(target.iterdir()):
        raise UsageError(
            f"the folder {out} is not empty; an export never overwrites",
            "name a new folder, or remove this one",
        )
    return target


def is_full(error: OSError) -> bool:
    """Say whether the disk, a quota or a size limit refused a write; pyarrow's errors may carry no number."""
    return error.errno in _FULL or any(mark in str(error) for mark in ("No space left", "File too large"))


def _explain(out: Path, error: OSError) -> Exception:
    if is_full(error):
        return IncompleteError(
            f"no room left on the disk while writing the export {out}; nothing stands under that name",
            "free some space or choose another disk, then run the same command",
        )
    if error.errno in {errno.ENOTEMPTY, errno.EEXIST}:
        return UsageError(f"somebody wrote to {out} meanwhile", "name a new folder")
    return UsageError(f"cannot write the export {out}: {error.strerror or error}", "choose another folder")


class HashedFile:
    """A file that is hashed while it is written."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.n_bytes = 0
        self._hash = hashlib.sha256()
        self._file = path.open("wb", buffering=_BLOCK)

    def write(self, data: bytes) -> None:
        """Append bytes."""
        self._file.write(data)
        self._hash.update(data)
        self.n_bytes += len(data)

    @property
    def sha256(self) -> str:
        """Give the hash of what was written so far."""
        return self._hash.hexdigest()

    def close(self) -> None:
        """Hand the last bytes to the system; closing twice is harmless."""
        self._file.close()

    def __enter__(self) -> HashedFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def hash_file(path: Path) -> str:
    """Hash a file in blocks."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _flush(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _open_to_readers(folder: Path) -> None:
    """Give the folder the rights of any new one; mkdtemp makes it private."""
    mask = os.umask(0)
    os.umask(mask)
    folder.chmod(0o777 & ~mask)
