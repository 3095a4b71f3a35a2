"""Import: existing problems and traces from files into the journal, idempotent, with every refusal located.

In: files, folders or globs in the shape of benchmarks or traces (rows with a response are traces). A trace
belongs to the problem in the store that its origin names, else to one with the same text and gold, else a new
problem of the trace's own source is made: import benchmarks first. Out: records in the journal and a report.
Reads no hub; verifies nothing.
"""

from __future__ import annotations

import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from curate.errors import InputError
from curate.ids import text_key
from curate.sources import Adapter, RowComplaint, TraceRow, read_rows
from curate.store import JournalWriter, Store
from curate.store.records import ComplaintRecord, ProblemRecord, RunRecord, TraceRecord
from curate.types import ImportedTrace, Problem
from queries import load_query

SUFFIXES = (".jsonl", ".json", ".gz", ".zst", ".csv", ".parquet")
MOST_COMPLAINTS_KEPT = 10_000
"""Complaints of one import that are written to the journal; all of them are counted."""
_PROGRESS_ROWS = 500


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How far an import has come. Rows are not known before they are read."""

    file: str
    n_files_done: int
    n_files: int
    n_rows: int
    n_complaints: int


@dataclass(frozen=True, slots=True)
class ComplaintCount:
    """Rows refused, or taken after cleaning, for one reason; `first` says where the first one stands."""

    reason: str
    count: int
    first: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. Rows that were there already are counted and not written again."""

    run_id: str
    n_files: int
    n_rows: int
    n_new_problems: int
    n_new_traces: int
    n_known: int
    complaints: tuple[ComplaintCount, ...]
    seconds: float

    @property
    def n_complaints(self) -> int:
        """Count the rows that were complained about."""
        return sum(entry.count for entry in self.complaints)


OnImportProgress = Callable[[ImportProgress], None]


def import_paths(
    store: Store,
    paths: Sequence[Path],
    *,
    columns: Mapping[str, str] | None = None,
    adapter: Adapter | None = None,
    on_progress: OnImportProgress | None = None,
    now: Callable[[], float] = time.time,
    random_hex: Callable[[], str] = lambda: secrets.token_hex(3),
) -> ImportReport:
    """Take in all rows of the files; a bad row costs one complaint and never stops the rest.

    `adapter` rewrites the texts of traces that are in a notation of their own.

    Raises:
        InputError: when a path names nothing, or a file cannot be read at all.
        ConfigError: when `columns` names a column that a file does not have.
        StoreError, JournalError: from the store; what was written stays.
    """
    started = now()
    files = find_files(paths)
    run_id = store.new_run_id(started, random_hex())
    store.project()
    known = _read_known(store)
    with store.write_journal(run_id) as journal:
        journal.append(RunRecord(run_id, "start", started, "import"))
        desk = _Desk(run_id, journal, known)
        for number, path in enumerate(files):
            for row in read_rows(path, dict(columns or {})):
                desk.take(adapter(row) if adapter is not None and isinstance(row, TraceRow) else row)
                if on_progress and desk.n_rows % _PROGRESS_ROWS == 0:
                    on_progress(ImportProgress(path.name, number, len(files), desk.n_rows, desk.n_complaints))
        journal.append(RunRecord(run_id, "stop", now(), "import"))
    store.project()
    return desk.report(len(files), now() - started)


def find_files(paths: Sequence[Path]) -> list[Path]:
    """Expand folders and globs into files, in name order, each once.

    Raises:
        InputError: when a path names nothing that could be read.
    """
    found: dict[Path, None] = {}
    for path in paths:
        hits = [path] if path.exists() else sorted(path.parent.glob(path.name))
        for hit in hits:
            inside = sorted(f for f in hit.rglob("*") if f.suffix in SUFFIXES) if hit.is_dir() else [hit]
            found.update(dict.fromkeys(inside))
        if not hits or not found:
            raise InputError(
                f"{path} names no file of traces or problems",
                f"name files or folders of {', '.join(SUFFIXES)} files",
            )
    return list(found)


@dataclass(slots=True)
class _Known:
    """What the store holds already: ids, and where a trace's problem may be found."""

    ids: set[str] = field(default_factory=set)
    by_origin: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    by_text: dict[str, list[tuple[str, str | None]]] = field(default_factory=dict)

    def add(self, problem_id: str, origin_id: str, key: str, gold: str | None) -> None:
        """Remember a problem; the first one of an origin's id or a text goes before later ones."""
        self.ids.add(problem_id)
        if origin_id:
            self.by_origin.setdefault(origin_id, (problem_id, key))
        self.by_text.setdefault(key, []).append((problem_id, gold))


def _read_known(store: Store) -> _Known:
    known = _Known()
    with store.read() as reader:
        for problem_id, origin_id, question, gold in reader.rows(load_query("known_problems", "stages").sql):
            known.add(str(problem_id), str(origin_id or ""), text_key(str(question)), _optional(gold))
        known.ids.update(str(row[0]) for row in reader.rows(load_query("known_traces", "stages").sql))
    return known


def _optional(value: object) -> str | None:
    return None if value is None else str(value)


class _Desk:
    """Takes rows one by one: looks up, writes, counts."""

    def __init__(self, run_id: str, journal: JournalWriter, known: _Known) -> None:
        self._run_id, self._journal, self._known = run_id, journal, known
        self.n_rows = self.n_known = self.n_problems = self.n_traces = self.n_complaints = 0
        self._reasons: Counter[str] = Counter()
        self._first: dict[str, str] = {}

    def take(self, row: Problem | TraceRow | RowComplaint) -> None:
        """Write one row, or count it as known or refused."""
        if isinstance(row, RowComplaint):
            self._complain(row)
            return
        self.n_rows += 1
        if isinstance(row, Problem):
            self._take_problem(row)
        else:
            self._take_trace(row)

    def _take_problem(self, problem: Problem) -> None:
        if problem.problem_id in self._known.ids:
            self.n_known += 1
            return
        self._known.add(problem.problem_id, problem.origin_id, text_key(problem.question), problem.gold)
        self._journal.append(ProblemRecord(problem))
        self.n_problems += 1

    def _take_trace(self, row: TraceRow) -> None:
        trace = ImportedTrace.of(
            problem_id=self._find_problem(row),
            source=row.source,
            teacher=row.teacher,
            format=row.format,
            text=row.response,
            reasoning=row.reasoning,
            granularity=row.granularity,
            style=row.style,
            label=row.label,
            label_by=row.label_by,
            origin_id=row.origin_id,
            extra=row.extra,
        )
        if trace.trace_id in self._known.ids:
            self.n_known += 1
            return
        self._known.ids.add(trace.trace_id)
        self._journal.append(TraceRecord(trace, self._run_id))
        self.n_traces += 1

    def _find_problem(self, row: TraceRow) -> str:
        key = text_key(row.question)
        named = self._known.by_origin.get(row.origin_problem_id)
        if named is not None and named[1] == key:
            return named[0]
        for problem_id, gold in self._known.by_text.get(key, ()):
            if row.gold is None or gold == row.gold:
                return problem_id
        problem = Problem.of(
            source=row.source, question=row.question, gold=row.gold, origin_id=row.origin_problem_id
        )
        if problem.problem_id not in self._known.ids:
            self._known.add(problem.problem_id, problem.origin_id, key, problem.gold)
            self._journal.append(ProblemRecord(problem))
            self.n_problems += 1
        return problem.problem_id

    def _complain(self, row: RowComplaint) -> None:
        self.n_complaints += 1
        self._reasons[row.reason] += 1
        self._first.setdefault(row.reason, f"{row.path}, line {row.line}: {row.message}")
        if self.n_complaints <= MOST_COMPLAINTS_KEPT:
            self._journal.append(
                ComplaintRecord(self._run_id, row.path, row.line, row.reason, row.message[:500])
            )

    def report(self, n_files: int, seconds: float) -> ImportReport:
        """Sum up."""
        return ImportReport(
            self._run_id,
            n_files,
            self.n_rows,
            self.n_problems,
            self.n_traces,
            self.n_known,
            tuple(self._counts()),
            seconds,
        )

    def _counts(self) -> Iterator[ComplaintCount]:
        for reason, count in self._reasons.most_common():
            yield ComplaintCount(reason, count, self._first[reason])
