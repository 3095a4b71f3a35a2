"""The desk between the page and the store: it keeps the index fresh, reads traces, asks SQL, writes marks.

Every reader is opened for one question and closed again, so other commands can write meanwhile. Marks go to
the journal, as one run of the name `browse`, and are on the disk before the page says so. Methods block; the
server calls them on threads of its own.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from curate.browse.index import TraceIndex, read_index
from curate.browse.views import TraceView, read_trace
from curate.browse.wish import Wish
from curate.errors import StoreError, UsageError
from curate.store.records import MarkRecord, RunRecord
from queries import Query, load_query

if TYPE_CHECKING:
    from curate.store.journal import JournalWriter
    from curate.store.reader import Head
    from curate.store.store import Store

MOST_ROWS = 500
MOST_CHARS = 2_000_000
MOST_COMMENT = 2_000
QUICK_S = 0.3
"""An index that is read faster than this is read anew before a page is shown, a slower one afterwards."""
Mark = Literal["accept", "reject", "none"]


class Desk:
    """One store on the desk; safe to use from several threads."""

    def __init__(
        self, store: Store, run_id: str, *, timeout_s: float = 10.0, now: Callable[[], float] = time.time
    ) -> None:
        self.store, self.timeout_s = store, timeout_s
        self._run_id, self._now = run_id, now
        self._journal: JournalWriter | None = None
        self._lock = threading.Lock()
        self._reading = threading.Lock()
        with contextlib.suppress(StoreError):  # a reader takes what the projection lacks from the journal
            store.project()
        self._load()

    @property
    def index(self) -> TraceIndex:
        """Give the index; when the store has changed, a new one, or soon one."""
        if self._signature() != self._seen:
            if self._load_s < QUICK_S:
                self._load()
            elif self._reading.acquire(blocking=False):
                threading.Thread(target=self._load_behind, daemon=True).start()
        return self._index

    def texts_with(self, wish: Wish) -> tuple[str, ...] | None:
        """Give the traces whose text has the words of a wish; None when it does not ask for texts.

        Raises:
            UsageError: when reading all texts takes too long.
        """
        if not (wish.words and wish.is_in_texts):
            return None
        return self._search(wish.words.lower(), self._seen)

    def trace(self, trace_id: str) -> TraceView | None:
        """Read one trace; None when there is none of this id."""
        with self.store.read() as reader:
            return read_trace(reader, trace_id)

    def ask(self, statement: str, params: Mapping[str, object] | None = None) -> Head:
        """Run one read-only statement, bounded in time, rows and size.

        Raises:
            UsageError: when it is wrong, does not only read, or takes too long.
        """
        with self.store.read() as reader:
            return reader.head(
                statement, params, most_rows=MOST_ROWS, most_chars=MOST_CHARS, timeout_s=self.timeout_s
            )

    def answer(self, query: Query, given: Mapping[str, str]) -> Head:
        """Run a named query.

        Raises:
            UsageError: for a parameter that is missing or of the wrong type.
        """
        return self.ask(query.sql, query.bind(given))

    def mark(self, trace_id: str, mark: Mark, comment: str) -> None:
        """Write a person's word on a trace to the journal; returns when the disk has it.

        Raises:
            UsageError: for a trace that does not exist, or a comment that is too long.
            StoreError, JournalError: when it cannot be written.
        """
        if len(comment) > MOST_COMMENT:
            raise UsageError(
                f"the comment has {len(comment):,} characters", f"write at most {MOST_COMMENT:,}"
            )
        if self.trace(trace_id) is None:
            raise UsageError(f"there is no trace {trace_id!r} in this store", "go back to the list")
        with self._lock:
            if self._journal is None:
                self._journal = self.store.write_journal(self._run_id)
                self._journal.append(RunRecord(self._run_id, "start", self._now(), "browse"))
            self._journal.append(MarkRecord(trace_id, self._now(), mark, comment))
            self._journal.sync()
        self._index.mark(trace_id, mark)

    def close(self) -> None:
        """End the run that the marks belong to."""
        with self._lock:
            if self._journal is not None:
                self._journal.append(RunRecord(self._run_id, "stop", self._now(), "browse"))
                self._journal.close()
                self._journal = None

    def _load(self) -> None:
        seen, started = self._signature(), time.monotonic()
        with self.store.read() as reader:
            index = read_index(reader)
        self._index, self._seen = index, seen
        self._load_s = time.monotonic() - started

    def _load_behind(self) -> None:
        try:
            self._load()
        except StoreError:
            pass  # the old index stands, and the next page tries again
        finally:
            self._reading.release()

    def _signature(self) -> tuple[tuple[str, int], ...]:
        """Give the sizes of all segments of the journal but our own, whose marks the index has already."""
        folder = self.store.path / "journal"
        found = ((path.name, path.stat().st_size) for path in folder.glob("*.jsonl"))
        return tuple(sorted(pair for pair in found if not pair[0].startswith(self._run_id)))

    @lru_cache(maxsize=8)  # noqa: B019 - a desk lives as long as its process
    def _search(self, needle: str, seen: object) -> tuple[str, ...]:
        query = load_query("browse_text_search", "stages")
        with self.store.read() as reader:
            found = reader.head(
                query.sql, {"needle": needle}, most_rows=1_000_000, most_chars=10**9, timeout_s=self.timeout_s
            )
        return tuple(str(row[0]) for row in found.rows)
