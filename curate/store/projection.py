"""Keep `traces.duckdb` a projection of the journal: catch it up, or build it anew beside itself.

Catching up parses a stretch of the journal first and opens the file only for the transaction that inserts the
rows and moves the offsets, both or neither, so a kill at any point loses and doubles nothing. Building anew
writes another file and renames it when it is complete. One projector at a time per store, by a kernel lock.
"""

from __future__ import annotations

import contextlib
import itertools
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from curate.answers import PARSER_VERSION
from curate.errors import StoreBusyError, StoreError
from curate.store.derived import Touched, derive, derive_all
from curate.store.duck import WAIT_S, DamagedFileError, attach, connect, connect_loader, translated
from curate.store.filelocks import FileLock, read_holder
from curate.store.folder import StoreFolder
from curate.store.home import FileHome
from curate.store.load import load_rows
from curate.store.outcomes import Damage, ProjectProgress, ProjectReport
from curate.store.schema import SCHEMA_VERSION, FileState, create_schema, look_into
from curate.store.segments import list_segments, list_torn, repair_tails
from curate.store.stretch import Stretch, collector_paused, read_stretches
from curate.store.swap import remove_database, swap_database
from curate.store.trace_rows import TraceReader

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection as Connection

OnProgress = Callable[[ProjectProgress], None]
_STRETCHES_AT_ONCE = 8
_FAR_BYTES = 256 * 1024 * 1024
"""Behind by more than this and by more than it has, a file is built anew: readers are then not kept out."""


def project(
    folder: StoreFolder, on_progress: OnProgress | None = None, wait_s: float = WAIT_S
) -> ProjectReport:
    """Catch the file up, or build it anew when it is missing, damaged, outdated or far behind.

    Raises:
        StoreBusyError: when somebody else projects or keeps the file for `wait_s` seconds.
        StoreVersionError: when a newer tracemill wrote the file.
        StoreError: when the store cannot be written, or segments of the journal are gone.
    """
    with _projecting(folder, wait_s):
        state, reason = _look(folder, wait_s)
        if reason:
            return _rebuild(folder, reason, on_progress, wait_s)
        try:
            return _catch_up(folder, state, on_progress, wait_s)
        except DamagedFileError:
            return _rebuild(folder, "damaged", on_progress, wait_s)


def rebuild(folder: StoreFolder, reason: str, on_progress: OnProgress | None = None) -> ProjectReport:
    """Build the file anew and swap it in.

    Raises:
        StoreBusyError, StoreError: as `project`.
    """
    with _projecting(folder, WAIT_S):
        return _rebuild(folder, reason, on_progress, WAIT_S)


@contextlib.contextmanager
def _projecting(folder: StoreFolder, wait_s: float) -> Iterator[None]:
    folder.require_writable()
    lock = FileLock(folder.locks / "project.lock")
    if not lock.take(wait_s):
        holder = read_holder(lock.path)
        raise StoreBusyError(
            f"process {holder or 'unknown'} brings {folder.database} up to date", "wait for it and try again"
        )
    try:
        repair_tails(folder.journal)
        with collector_paused():
            yield
    finally:
        lock.release()


def _look(folder: StoreFolder, wait_s: float) -> tuple[FileState, str]:
    """Read how far the file is, and why it must be built anew, if so."""
    if not folder.database.exists():
        return FileState(), "missing"
    try:
        state = look_into(folder, wait_s)
    except DamagedFileError:
        return FileState(), "damaged"
    sizes = {segment.name: segment.size_bytes for segment in list_segments(folder.journal)}
    reason = _why_anew(state, sizes)
    if reason:
        _require_segments(folder, state, sizes)
    return state, reason


def _why_anew(state: FileState, sizes: Mapping[str, int]) -> str:
    if state.schema_version != SCHEMA_VERSION:
        return "new schema"
    if state.parser_version != PARSER_VERSION:
        return "new parser"
    if any(offset > sizes.get(name, offset) for name, offset in state.offsets.items()):
        return "the journal was changed"
    done = sum(state.offsets.values())
    is_far = sum(sizes.values()) - done > max(done, _FAR_BYTES) and state.offsets.keys() <= sizes.keys()
    return "far behind" if is_far else ""


def _require_segments(folder: StoreFolder, state: FileState, sizes: Mapping[str, int]) -> None:
    gone = sorted(state.offsets.keys() - sizes.keys())
    if gone:
        raise StoreError(
            f"{folder.database} must be built anew, and the journal lacks {gone[0]} that it was made from",
            "put the segment back, or delete traces.duckdb to build it from what is left",
        )


def _catch_up(
    folder: StoreFolder, state: FileState, on_progress: OnProgress | None, wait_s: float
) -> ProjectReport:
    started = time.monotonic()
    reader = TraceReader(dict(state.formats))
    report = ProjectReport()
    for stretch in read_stretches(folder.journal, state.offsets, reader):
        con = connect_loader(folder.tmp)
        try:
            attach(con, folder.database, "store", read_only=False, wait_s=wait_s)
            with translated(folder.database):
                con.execute("USE store")
                with _transaction(con):
                    touched = Touched()
                    touched.add(stretch.rows, again=_insert(con, stretch))
                    derive(FileHome(con), touched)
        finally:
            con.close()
        report = _count(report, stretch, on_progress)
    return _finish(folder, replace(report, seconds=time.monotonic() - started))


def _rebuild(
    folder: StoreFolder, reason: str, on_progress: OnProgress | None, wait_s: float
) -> ProjectReport:
    started = time.monotonic()
    unfinished = folder.tmp / "traces.duckdb.new"
    remove_database(unfinished)
    report = ProjectReport(is_rebuilt=True, reason=reason)
    con = connect_loader(folder.tmp)
    try:
        with translated(unfinished):
            attach(con, unfinished, "store", read_only=False)
            con.execute("USE store")
            create_schema(con)
            stretches = read_stretches(folder.journal, {}, TraceReader())
            while (grown := _insert_some(con, stretches, report, on_progress)) != report:
                report = grown
            with _transaction(con):
                derive_all(FileHome(con))
            # closing would do this too, but silently: a full disk would leave rows in a log that is not moved
            con.execute("CHECKPOINT store")
    except DamagedFileError as error:
        raise StoreError(f"cannot build {unfinished}: {error}", "try again; the journal holds all") from error
    except StoreError:
        con.close()
        remove_database(unfinished)
        raise
    finally:
        con.close()
    swap_database(unfinished, folder.database, wait_s, keep_old=reason == "damaged")
    return _finish(folder, replace(report, seconds=time.monotonic() - started))


def _insert_some(
    con: Connection, stretches: Iterator[Stretch], report: ProjectReport, on_progress: OnProgress | None
) -> ProjectReport:
    """Insert some stretches in one transaction: many small ones leave half-filled row groups behind."""
    with _transaction(con):
        for stretch in itertools.islice(stretches, _STRETCHES_AT_ONCE):
            _insert(con, stretch)
            report = _count(report, stretch, on_progress)
    return report


@contextlib.contextmanager
def _transaction(con: Connection) -> Iterator[None]:
    """Make what happens inside stand whole or not at all."""
    con.execute("BEGIN")
    try:
        yield
    except BaseException:
        with contextlib.suppress(Exception):
            con.execute("ROLLBACK")
        raise
    con.execute("COMMIT")


def _insert(con: Connection, stretch: Stretch) -> set[str]:
    """Load rows and move the offsets; belongs in one transaction. Gives the traces that were read again."""
    again = load_rows(FileHome(con), stretch.rows)
    names = list(stretch.offsets)
    con.execute("DELETE FROM journal_offsets WHERE list_contains($names, segment)", {"names": names})
    con.execute(
        "INSERT INTO journal_offsets SELECT unnest($names), unnest($offsets)",
        {"names": names, "offsets": list(stretch.offsets.values())},
    )
    return again


def _count(report: ProjectReport, stretch: Stretch, on_progress: OnProgress | None) -> ProjectReport:
    report = replace(
        report,
        n_records=report.n_records + stretch.rows.n_records,
        n_bytes=report.n_bytes + stretch.n_bytes,
    )
    if on_progress is not None:
        on_progress(ProjectProgress(stretch.done_bytes, stretch.total_bytes, report.n_records))
    return report


def _finish(folder: StoreFolder, report: ProjectReport) -> ProjectReport:
    """Name all that the journal has lost so far, as the file knows it."""
    con = connect(None)
    try:
        attach(con, folder.database, "store", read_only=True)
        rows = con.execute(
            "SELECT segment, position, n_bytes, reason FROM store.journal_damage ORDER BY ALL"
        ).fetchall()
    except (StoreBusyError, DamagedFileError):
        rows = []
    finally:
        con.close()
    return replace(report, torn=list_torn(folder.journal), damaged=tuple(Damage(*row) for row in rows))
