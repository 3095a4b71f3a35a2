"""A store: one folder with a journal, its DuckDB projection, locks and exports.

    store/journal/<run>-<shard>-<n>.jsonl    the truth
    store/traces.duckdb                      a projection of it; may be deleted, is built again
    store/locks/  tmp/                       helpers
    store/store.json                         says that this is a store, and of which version

`Store` is the only name that other layers need. It keeps no file open: writers, readers and locks are context
managers of their own, so many processes can share one store.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from curate.errors import StoreBusyError, StoreError, UsageError
from curate.store.filelocks import FileLock, read_holder
from curate.store.folder import StoreFolder, make_folder, open_folder
from curate.store.journal import JournalWriter
from curate.store.outcomes import ProjectProgress, ProjectReport
from curate.store.run_id import run_id_behind
from curate.store.scan import read_answered_ids, read_final_fault_ids
from curate.store.segments import list_segments, repair_tails
from curate.store.tally import read_totals
from curate.store.totals import JournalTotals

if TYPE_CHECKING:
    import pandas

    from curate.store.reader import Reader

OnProgress = Callable[[ProjectProgress], None]
_SAFE = re.compile(r"[A-Za-z0-9_.-]+")


@dataclass(frozen=True, slots=True)
class FailedCheck:
    """A check of queries/checks that returned rows; `example` is the first of them."""

    name: str
    question: str
    n_rows: int
    example: tuple[object, ...]


class Store:
    """A store that was found or made by `open`."""

    def __init__(self, folder: StoreFolder) -> None:
        self.path = folder.path
        self._folder = folder

    @classmethod
    def open(cls, path: Path, *, create: bool = False) -> Store:
        """Find the store in a folder; with `create` make one where there is none.

        Raises:
            StoreError: when the place is missing, no store, or cannot be written; each with its remedy.
            StoreVersionError: when a newer tracemill made it.
        """
        return cls(make_folder(Path(path)) if create else open_folder(Path(path)))

    def new_run_id(self, now: float, random_hex: str) -> str:
        """Name a run behind all that this store holds; `now` is UTC seconds, `random_hex` six digits or more.

        Raises:
            UsageError: when `random_hex` is no such text.
        """
        return run_id_behind((each.name for each in list_segments(self._folder.journal)), now, random_hex)

    def write_journal(self, run_id: str, shard: str = "0") -> JournalWriter:
        """Open segments of one's own for a run; first cuts the torn tails that killed writers left.

        Raises:
            StoreError: when the store cannot be written.
            JournalError: when the disk refuses a new segment.
        """
        if not _SAFE.fullmatch(run_id) or not re.fullmatch(r"\w+", shard):
            raise UsageError(f"{run_id!r} and {shard!r} cannot name a segment", "use new_run_id(...)")
        self._folder.require_writable()
        with self._translated():
            repair_tails(self._folder.journal)
        return JournalWriter(self._folder.journal, run_id, shard)

    def project(self, on_progress: OnProgress | None = None) -> ProjectReport:
        """Bring `traces.duckdb` up to the journal; builds it anew when it is missing, damaged or outdated.

        Raises:
            StoreBusyError: when another process keeps the file or projects; nothing is lost.
            StoreVersionError: when a newer tracemill wrote the file.
            StoreError: when the store cannot be written.
        """
        from curate.store.projection import project

        with self._translated():
            return project(self._folder, on_progress)

    def rebuild(self, on_progress: OnProgress | None = None) -> ProjectReport:
        """Build `traces.duckdb` anew from the journal, beside the old one, and swap them at the end.

        Raises:
            StoreBusyError, StoreError: as `project`.
        """
        from curate.store.projection import rebuild

        with self._translated():
            return rebuild(self._folder, "asked", on_progress)

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """Open a reader on all that the journal holds now, also while runs write.

        Raises:
            StoreVersionError: when a newer tracemill wrote the projection.
        """
        from curate.store.reading import open_reader

        with self._translated():
            reader = open_reader(self._folder)
        try:
            yield reader
        finally:
            reader.close()

    def sql(self, query: str, params: Mapping[str, object] | None = None) -> pandas.DataFrame:
        """Run one read-only statement; `$name` in it is bound from `params`.

        Raises:
            UsageError: for a statement that is wrong, missing a parameter, or not read-only.
        """
        with self.read() as reader:
            return reader.frame(query, params)

    def answered_ids(self) -> set[bytes]:
        """Give the 16-byte digests of all requests with an answer, from the journal."""
        with self._translated():
            return read_answered_ids(self._folder.journal)

    def final_fault_ids(self) -> set[bytes]:
        """Give the digests of all requests that were given up with a reason and have no answer."""
        with self._translated():
            return read_final_fault_ids(self._folder.journal)

    def totals(self) -> JournalTotals:
        """Add up money, attempts, runs, batches and damage, from the journal alone."""
        with self._translated():
            return read_totals(self._folder)

    @contextmanager
    def lock_teacher(self, teacher_id: str) -> Iterator[None]:
        """Keep other processes from asking this teacher for this store; a killed process gives it back.

        Raises:
            StoreBusyError: when another run holds it; the message names its process.
        """
        if not _SAFE.fullmatch(teacher_id):
            raise UsageError(f"{teacher_id!r} cannot name a lock", "pass Teacher.teacher_id")
        self._folder.require_writable()
        lock = FileLock(self._folder.locks / f"teacher-{teacher_id}.lock")
        if not self._take(lock):
            holder = read_holder(lock.path)
            raise StoreBusyError(
                f"another run (process {holder or 'unknown'}) asks this teacher for the store {self.path}",
                "wait for it or stop it (it drains and can be resumed), then run the same command again",
            )
        try:
            yield
        finally:
            lock.release()

    def check(self) -> list[FailedCheck]:
        """Run every check of queries/checks; an empty list means that all is as it must be."""
        from queries import list_queries

        failed = []
        with self.read() as reader:
            for query in list_queries("checks"):
                rows = reader.rows(query.sql, query.bind({}))
                if rows:
                    failed.append(FailedCheck(query.name, query.question, len(rows), rows[0]))
        return failed

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Say which file the system refused, instead of showing where in the code it happened."""
        try:
            yield
        except OSError as error:
            raise StoreError(
                f"cannot read the store {self.path}: {error.filename or 'a file'}: {error.strerror or error}",
                "check that this user may read its files, and that the disk is well",
            ) from error

    def _take(self, lock: FileLock) -> bool:
        try:
            return lock.take()
        except OSError as error:
            raise StoreError(
                f"cannot make the lock {lock.path}: {error.strerror}", "check the rights of that folder"
            ) from error
