"""The folder of a store: found, made, and checked before anything in it is touched.

Every way in which it can be wrong (missing, a file, foreign, newer, unwritable) is one sentence and a remedy.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import orjson

from curate.errors import StoreError, StoreVersionError

FORMAT_VERSION = 1
_MARKER = "store.json"


@dataclass(frozen=True, slots=True)
class StoreFolder:
    """Where the parts of a store stand."""

    path: Path

    @property
    def journal(self) -> Path:
        """Give the folder of the segments."""
        return self.path / "journal"

    @property
    def database(self) -> Path:
        """Give the projection's file."""
        return self.path / "traces.duckdb"

    @property
    def locks(self) -> Path:
        """Give the folder of lock files."""
        return self.path / "locks"

    @property
    def tmp(self) -> Path:
        """Give the folder for spilling and half-made files."""
        return self.path / "tmp"

    @property
    def exports(self) -> Path:
        """Give the folder for exports without a place of their own."""
        return self.path / "exports"

    def require_writable(self) -> None:
        """Make sure that records can be added.

        Raises:
            StoreError: when the folder or its file system refuses writing.
        """
        for folder in (self.journal, self.locks, self.tmp):
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise _unwritable(self.path, error) from error
            if not os.access(folder, os.W_OK | os.X_OK):
                raise StoreError(f"cannot write to the store {self.path}: {folder} is read-only", _REMEDY)

    @property
    def is_writable(self) -> bool:
        """Say whether records and the projection can be written."""
        try:
            self.require_writable()
        except StoreError:
            return False
        return True


_REMEDY = "give this user the right to write there, or copy the store to a place that can be written"


def open_folder(path: Path) -> StoreFolder:
    """Find the store in a folder.

    Raises:
        StoreError: when there is no folder, or it holds no store.
        StoreVersionError: when a newer tracemill made it.
    """
    hint = "check the path; `tracemill generate`, `run`, `import` and `demo` make a store"
    try:
        if not path.exists():
            raise StoreError(f"there is no store at {path}", hint)
        if not path.is_dir():
            raise StoreError(f"{path} is a file, and a store is a folder", hint)
        if (path / _MARKER).is_file():
            _check_marker(path / _MARKER)
        elif not (path / "journal").is_dir():
            raise StoreError(f"the folder {path} holds no store: it has no journal", hint)
        if (path / "journal").exists() and not (path / "journal").is_dir():
            raise StoreError(f"{path / 'journal'} is a file, and a journal is a folder", hint)
    except OSError as error:
        raise StoreError(f"cannot read {path}: {error.strerror}", hint) from error
    return StoreFolder(path)


def make_folder(path: Path) -> StoreFolder:
    """Find the store in a folder, or make one there.

    Raises:
        StoreError: when the place is a file or cannot be written.
        StoreVersionError: when a newer tracemill made the store that is there.
    """
    if (path / _MARKER).exists() or (path / "journal").exists() or (path.exists() and not path.is_dir()):
        return open_folder(path)
    folder = StoreFolder(path)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(path, error) from error
    folder.require_writable()
    try:
        unfinished = path / f"{_MARKER}.{os.getpid()}"
        unfinished.write_bytes(orjson.dumps({"tracemill_store": FORMAT_VERSION}) + b"\n")
        unfinished.rename(path / _MARKER)
    except OSError as error:
        raise _unwritable(path, error) from error
    return folder


def _check_marker(marker: Path) -> None:
    try:
        version = orjson.loads(marker.read_bytes())["tracemill_store"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        version = None
    if not isinstance(version, int):
        raise StoreError(
            f"{marker} does not say which version the store has", "delete that file: it is made anew"
        )
    if version > FORMAT_VERSION:
        raise StoreVersionError(
            f"the store {marker.parent} has format {version}, this tracemill knows up to {FORMAT_VERSION}",
            "use a newer tracemill: pip install --upgrade tracemill",
        )


def _unwritable(path: Path, error: OSError) -> StoreError:
    return StoreError(f"cannot make or write the store {path}: {error.strerror}", _REMEDY)
