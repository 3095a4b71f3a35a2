"""The projection's schema: made from the numbered files of queries/schema, looked at before it is used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from curate.answers import PARSER_VERSION
from curate.errors import StoreVersionError
from curate.store.duck import DamagedFileError, attach, connect
from curate.store.folder import StoreFolder
from curate.store.scan import id_digest
from queries import read_migrations, read_views, split_statements

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection as Connection

SCHEMA_VERSION = 6
"""The number of the last file in queries/schema; the store's tests compare the two."""


@dataclass(frozen=True, slots=True)
class FileState:
    """How far a projection is: versions, offsets in the journal, forms of requests without an answer."""

    schema_version: int = 0
    parser_version: str = ""
    offsets: Mapping[str, int] = field(default_factory=dict)
    formats: Mapping[bytes, str] = field(default_factory=dict)


def create_schema(con: Connection) -> None:
    """Make all tables and views in the current, empty schema."""
    for _, script in read_migrations():
        for statement in split_statements(script):
            con.execute(statement)
    con.execute(
        "INSERT INTO meta VALUES ($version, $parser)", {"version": SCHEMA_VERSION, "parser": PARSER_VERSION}
    )
    create_views(con)


def create_views(con: Connection) -> None:
    """Make the views for people over the tables of the current schema."""
    for statement in split_statements(read_views()):
        con.execute(statement)


def look_into(folder: StoreFolder, wait_s: float) -> FileState:
    """Open the projection's file for a moment and read its state.

    Raises:
        DamagedFileError: when it cannot be read.
        StoreBusyError: when another process keeps it.
        StoreVersionError: when a newer tracemill wrote it.
    """
    con = connect(None)
    try:
        attach(con, folder.database, "store", read_only=True, wait_s=wait_s)
        return read_state(con, "store")
    finally:
        con.close()


def read_state(con: Connection, file: str) -> FileState:
    """Read the state of an attached projection.

    Raises:
        DamagedFileError: when it has not the tables of one.
        StoreVersionError: when a newer tracemill wrote it.
    """
    import duckdb

    try:
        [(version, parser)] = con.execute(
            f"SELECT schema_version, parser_version FROM {file}.meta"
        ).fetchall()
    except (duckdb.Error, ValueError) as error:
        raise DamagedFileError(f"no tracemill projection: {error}") from error
    if version > SCHEMA_VERSION:
        raise StoreVersionError(
            f"traces.duckdb has schema {version}, and this tracemill knows up to {SCHEMA_VERSION}",
            "use a newer tracemill, or delete traces.duckdb: it is built again from the journal",
        )
    if version < SCHEMA_VERSION:
        return FileState(version, parser)
    offsets = con.execute(f'SELECT segment, "offset" FROM {file}.journal_offsets').fetchall()
    waiting = con.execute(
        f"SELECT request_id, format FROM {file}.requests ANTI JOIN {file}.completions USING (request_id)"
    ).fetchall()
    return FileState(version, parser, dict(offsets), {id_digest(name): form for name, form in waiting})
