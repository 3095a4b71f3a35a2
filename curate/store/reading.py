"""Open a reader on all that a journal holds now, whatever the state of the projection's file.

A short tail behind the file's offsets is read into memory. A long one, or a missing, outdated or damaged
file, is projected first when nobody keeps the file; if that cannot be, the tail (or without a usable file
the whole journal) is read into memory. So a reader never fails because of a writer, and never shows less
than before.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from curate.answers import PARSER_VERSION
from curate.errors import StoreBusyError, StoreError, StoreVersionError
from curate.store.derived import Touched, derive, derive_all
from curate.store.duck import WAIT_S, DamagedFileError, attach, connect
from curate.store.folder import StoreFolder
from curate.store.home import FileHome, Home, TailHome
from curate.store.load import load_rows
from curate.store.projection import project
from curate.store.reader import Reader
from curate.store.schema import SCHEMA_VERSION, FileState, create_schema, create_views, read_state
from curate.store.segments import list_segments
from curate.store.stretch import read_stretches
from curate.store.trace_rows import TraceReader

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection as Connection

LONG_TAIL_BYTES = 8 * 1024 * 1024
"""About 3,000 answers, a third of a second; every reader reads them again until they are projected."""
_FILE = "store_file"


def open_reader(folder: StoreFolder) -> Reader:
    """Open a reader.

    Raises:
        StoreVersionError: when a newer tracemill wrote the file.
    """
    found = _attach_file(folder, WAIT_S)
    if found is None or _is_behind(folder, found[1]):
        if found is not None:
            found[0].close()
        with contextlib.suppress(StoreBusyError, StoreError):
            project(folder, wait_s=0.0)
        found = _attach_file(folder, WAIT_S if found is not None else 0.0)
    con, state = found or (connect(_spill(folder)), None)
    try:
        if state is None:
            create_schema(con)
            _load_tail(FileHome(con), folder, FileState())
            derive_all(FileHome(con))
        else:
            home = TailHome(con, _FILE)
            create_views(con)
            derive(home, _load_tail(home, folder, state))
            home.finish()
    except BaseException:
        con.close()
        raise
    return Reader(con, _spill(folder))


def _attach_file(folder: StoreFolder, wait_s: float) -> tuple[Connection, FileState] | None:
    """Attach the projection's file; None when there is none to be used."""
    if not folder.database.exists():
        return None
    con = connect(_spill(folder))
    try:
        attach(con, folder.database, _FILE, read_only=True, wait_s=wait_s)
        state = read_state(con, _FILE)
    except (DamagedFileError, StoreBusyError):
        con.close()
        return None
    except StoreVersionError:
        con.close()
        raise
    if state.schema_version != SCHEMA_VERSION:
        con.close()
        return None
    return con, state


def _is_behind(folder: StoreFolder, state: FileState) -> bool:
    segments = list_segments(folder.journal)
    tail = sum(max(0, each.size_bytes - state.offsets.get(each.name, 0)) for each in segments)
    return tail > LONG_TAIL_BYTES or state.parser_version != PARSER_VERSION


def _load_tail(home: Home, folder: StoreFolder, state: FileState) -> Touched:
    touched = Touched()
    for stretch in read_stretches(folder.journal, state.offsets, TraceReader(dict(state.formats))):
        touched.add(stretch.rows, again=load_rows(home, stretch.rows))
    return touched


def _spill(folder: StoreFolder) -> Path | None:
    return folder.tmp if folder.is_writable else None
