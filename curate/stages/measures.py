"""Bring all that a policy looks at up to date, before it is applied: a run of its own in the journal.

Nothing is written when nothing is missing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from curate.filters import Policy
from curate.stages.corpus_measures import measure_copies, measure_passages, measure_tokens
from curate.stages.filter_facts import read_questions
from curate.stages.measuring import OnMeasured, find_unmeasured, measure
from curate.store.records import Record, RunRecord
from curate.store.run_id import new_run_id

if TYPE_CHECKING:
    from curate.store.journal import JournalWriter
    from curate.store.reader import Reader
    from curate.store.store import Store

__all__ = ["OnMeasured", "measure_store"]


def measure_store(
    store: Store,
    policy: Policy,
    *,
    now: Callable[[], float],
    random_hex: Callable[[], str],
    on_measured: OnMeasured | None = None,
) -> None:
    """Measure what is missing for a policy.

    Raises:
        MissingError: for a tokenizer that is not there.
        StoreError, JournalError: from the store.
    """
    run = _MeasureRun(store, new_run_id(now(), random_hex()), now)
    with store.read() as reader:
        try:
            _measure(reader, run, policy, on_measured)
        finally:
            run.close()
    if run.has_written:
        store.project()


def _measure(reader: Reader, run: _MeasureRun, policy: Policy, on_measured: OnMeasured | None) -> None:
    found = find_unmeasured(reader, features=policy.needs("features"), near=policy.needs("near"))
    if found.problems:
        measure(reader, run, found, on_measured)
    if policy.needs("boilerplate"):
        measure_passages(reader, run)
    if policy.needs("copies"):
        measure_copies(reader, run, [(one.problem_id, one.whole) for one in read_questions(reader)])
    if policy.token_count is not None and policy.token_count.tokenizer is not None:
        measure_tokens(reader, run, policy.token_count.tokenizer)


class _MeasureRun:
    """A run that begins with the first record it is given; without one the journal stays as it is."""

    def __init__(self, store: Store, run_id: str, now: Callable[[], float]) -> None:
        self.run_id = run_id
        self._store = store
        self._now = now
        self._journal: JournalWriter | None = None

    @property
    def has_written(self) -> bool:
        """Say whether anything was measured."""
        return self._journal is not None

    def now(self) -> float:
        """Give the time for a record."""
        return self._now()

    def append(self, record: Record) -> None:
        """Write a record."""
        if self._journal is None:
            self._journal = self._store.write_journal(self.run_id)
            self._journal.append(RunRecord(self.run_id, "start", self._now(), "measure"))
        self._journal.append(record)

    def close(self) -> None:
        """End the run, if it ever began."""
        if self._journal is not None:
            self._journal.append(RunRecord(self.run_id, "stop", self._now(), "measure"))
            self._journal.close()
