"""The only door to duckdb: connections with our settings, and its errors in our words.

Everything else in the store runs SQL through `Connection`; nothing outside the store imports duckdb.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from curate.errors import StoreBusyError, StoreError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection as Connection

STORAGE_VERSION = "v1.5.0"
"""Written by 2.x, and still opened by the 1.5 shells that people have."""
ROW_GROUP_SIZE = 16_384
"""Rows that are compressed together. A group left half filled by a commit is compressed again by the next:
with duckdb's own 122,880, loading long texts takes up to twice the CPU, and the file is up to 40 % larger.
"""
MEMORY_LIMIT, LOADER_LIMIT = "1536MB", "1GB"
"""What duckdb may keep in memory before it spills. The rest of the process comes on top, for a loader some
500 MB of rows on their way; 2 GB hold both.
"""
WAIT_S = 2.0
_POLL_S = 0.05
_PID = re.compile(r"PID (\d+)")
_BUSY = ("could not set lock", "unique file handle conflict", "conflicting lock")
_FULL = ("No space left", "File too large", "Disk quota exceeded")
_DAMAGE = (
    duckdb.FatalException,
    duckdb.InternalException,
    duckdb.SerializationException,
    duckdb.IOException,
    duckdb.TransactionException,
)
_HINT_FULL = "free some and run the command again; the journal holds everything"
_HINT_BUSY = "close that program, or wait for it, and try again; nothing is lost"


class DamagedFileError(Exception):
    """The projection's file cannot be read; only the store sees this, and builds the file anew."""


def connect(tmp: Path | None) -> Connection:
    """Open an in-memory connection that spills to `tmp` (the system's folder when None)."""
    con = duckdb.connect(":memory:")
    con.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")
    # A notebook without ipywidgets has no such bar, and duckdb refuses even to turn it off there.
    with contextlib.suppress(duckdb.InvalidInputException):
        con.execute("SET enable_progress_bar = false")
    con.execute("SET python_enable_replacements = false")
    con.execute("SET TimeZone = 'UTC'")
    if tmp is not None:
        con.execute(f"SET temp_directory = {quoted(str(tmp / 'spill'))}")
    return con


def connect_loader(tmp: Path) -> Connection:
    """Open a connection for loading: two threads would cost a fifth more CPU for the same rows."""
    con = connect(tmp)
    con.execute("SET threads = 1")
    con.execute(f"SET memory_limit = '{LOADER_LIMIT}'")
    return con


def attach(con: Connection, path: Path, alias: str, *, read_only: bool, wait_s: float = WAIT_S) -> None:
    """Attach a database file, trying again for `wait_s` seconds while somebody else keeps it.

    Raises:
        StoreBusyError: when it is still kept; names the process.
        DamagedFileError: when it is no DuckDB file or its contents are damaged.
    """
    writing = f"STORAGE_VERSION '{STORAGE_VERSION}', ROW_GROUP_SIZE {ROW_GROUP_SIZE}"
    options = "READ_ONLY" if read_only else writing
    deadline = time.monotonic() + wait_s
    while True:
        try:
            con.execute(f"ATTACH {quoted(str(path))} AS {alias} ({options})")
        except duckdb.Error as error:
            if not _is_busy(error):
                raise DamagedFileError(first_line(error)) from error
            if time.monotonic() >= deadline:
                raise _busy(path, error) from error
            time.sleep(_POLL_S)
        else:
            _require_whole(con, path, alias)
            return


@contextlib.contextmanager
def translated(path: Path) -> Iterator[None]:
    """Translate what duckdb says of the projection's file while we work on it.

    Raises:
        StoreError: when disk or memory are full.
        DamagedFileError: when the file is not what duckdb left there.
    """
    try:
        yield
    except duckdb.Error as error:
        if is_full(error):
            raise StoreError(f"the disk is full: {path} cannot grow", _HINT_FULL) from error
        if isinstance(error, duckdb.OutOfMemoryException):
            raise StoreError(f"no memory left to work on {path}: {first_line(error)}", _HINT_FULL) from error
        if isinstance(error, _DAMAGE):
            raise DamagedFileError(first_line(error)) from error
        raise


def is_full(error: Exception) -> bool:
    """Say whether an error of duckdb means that the disk is full."""
    return any(mark in str(error) for mark in _FULL)


def quoted(text: str) -> str:
    """Quote text as an SQL literal, for paths in ATTACH and SET, which take no parameters."""
    return "'" + text.replace("'", "''") + "'"


def first_line(error: BaseException) -> str:
    """Give the first line of an error without duckdb's label."""
    line = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return re.sub(r"^[A-Z][A-Za-z ]+ Error: ", "", line)


def _require_whole(con: Connection, path: Path, alias: str) -> None:
    """Compare the file's size with the blocks in use: a cut file opens, and fails in mid-query.

    The header's count of all blocks says less: duckdb itself cuts free ones off the end after it was written.
    """
    query = "SELECT used_blocks * block_size FROM pragma_database_size() WHERE database_name = $alias"
    row = con.execute(query, {"alias": alias}).fetchone()
    expected = int(row[0]) if row else 0
    if path.stat().st_size < expected:
        raise DamagedFileError(f"the file is cut: {path.stat().st_size} of {expected} bytes or more")


def _is_busy(error: Exception) -> bool:
    return any(mark in str(error).lower() for mark in _BUSY)


def _busy(path: Path, error: Exception) -> StoreBusyError:
    found = _PID.search(str(error))
    who = f"process {found[1]}" if found else "this very process"
    return StoreBusyError(f"{who} keeps {path} open", _HINT_BUSY)
