"""Verify the traces of a store: read what lacks verdicts, check it over all cores, journal the verdicts.

Store in, report out. Traces are read in batches and memory does not grow with the store. Each verdict is a
journal record of its own as soon as it is known, so a kill costs at most the traces in the window of open
checks; the same command goes on with what is missing. Verifier and critic turns of agents are no solutions
and are not verified.
"""

from __future__ import annotations

import contextlib
import platform
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Protocol

from curate.answer_settings import DEFAULT_SETTINGS, AnswerSettings
from curate.answers import PARSER_VERSION, parse_trace
from curate.curation_sections import VerifySection
from curate.errors import StoreBusyError
from curate.sandbox import ExecLimits
from curate.stages.answer_policies import read_answer_settings
from curate.stages.sharding import WHOLE, Shard
from curate.store.records import RunRecord, VerdictsRecord
from curate.types import FinishReason, ParsedTrace, ParseState, TraceFormat, Verdict, VerdictStatus
from curate.verify import VERIFIER_VERSION, ProgramSettings, TraceToVerify, default_workers, verify_many

if TYPE_CHECKING:
    from pyarrow import RecordBatch

    from curate.stages.stop import StopSignal
    from curate.store.reader import Reader
    from curate.store.store import Store

BATCH = 2_000
_PROGRESS_EVERY = 500
Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class VerifyProgress:
    """How far a verification has come; `n_unknown` counts all that is neither correct nor incorrect."""

    done: int
    total: int
    n_correct: int
    n_incorrect: int
    n_unknown: int
    seconds: float


@dataclass(frozen=True, slots=True)
class VerdictCount:
    """How many traces one verifier gave one status for one reason along one path."""

    verifier: str
    status: VerdictStatus
    reason: str
    decided_by: str
    count: int


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What one verification did; `is_complete` is False when it was asked to stop before the end."""

    run_id: str
    n_traces: int
    counts: tuple[VerdictCount, ...]
    traces_by_status: dict[str, int]
    seconds: float
    traces_per_s: float
    workers: int
    is_complete: bool = True

    def count(self, status: VerdictStatus) -> int:
        """Count the traces whose verdict that counts has a status."""
        return self.traces_by_status.get(status.value, 0)


class VerifyMany(Protocol):
    """Checks a stream of traces; one tuple of verdicts for each, in order."""

    def __call__(
        self, items: Iterable[TraceToVerify], *, workers: int, programs: ProgramSettings | None
    ) -> Iterator[tuple[Verdict, ...]]:
        """Check the traces."""
        ...


OnVerifyProgress = Callable[[VerifyProgress], None]


def verify_store(
    store: Store,
    *,
    workers: int | None = None,
    again: bool = False,
    on_progress: OnVerifyProgress | None = None,
    now: Callable[[], float] = time.time,
    random_hex: Callable[[], str] = lambda: secrets.token_hex(3),
    stop: StopSignal | None = None,
    programs: ProgramSettings | None = None,
    shard: Shard = WHOLE,
    verify: VerifyMany = verify_many,
) -> VerifyReport:
    """Verify every solution that lacks verdicts of this version, or all with `again`.

    `workers` counts the processes for checks that need a symbolic engine; default: the cores of this process.
    `shard` takes a part of the problems; several may run at once on one store or on copies of it.
    `verify` is what checks a stream of traces: here, or on other machines (`curate.stages.scale`).

    Raises:
        StoreError, JournalError: from the store; verdicts that were written stay.
    """
    n_workers = workers or default_workers()
    run_id = store.new_run_id(now(), random_hex())
    _project_if_free(store)
    tally = _Tally(now, on_progress)
    with store.read() as reader, store.write_journal(run_id, shard.name) as journal:
        settings = read_answer_settings(reader)
        params = _params(again, shard, settings)
        tally.total = _count(reader, params)
        journal.append(RunRecord(run_id, "start", now(), "verify", versions=_versions()))
        pending = _pending(reader, params, stop, settings)
        for verdicts in verify(pending, workers=n_workers, programs=programs or ProgramSettings()):
            journal.append(VerdictsRecord(verdicts[0].trace_id, run_id, now(), verdicts))
            tally.add(verdicts)
        is_complete = tally.done >= tally.total
        journal.append(RunRecord(run_id, "stop" if is_complete else "interrupt", now(), "verify"))
    _project_if_free(store)
    return tally.report(run_id, n_workers, is_complete)


def program_settings(section: VerifySection, *, backend: str | None = None) -> ProgramSettings:
    """Say how programs are run, by the run file's section."""
    limits = ExecLimits(timeout_s=section.program_timeout_s)
    return ProgramSettings(run_twice=section.run_programs_twice, limits=limits, backend=backend)


def _project_if_free(store: Store) -> None:
    """Bring the projection up unless another process does; readers see the journal in any case."""
    with contextlib.suppress(StoreBusyError):
        store.project()


def _versions() -> dict[str, str]:
    return {"verifier": VERIFIER_VERSION, "parser": PARSER_VERSION, "python": platform.python_version()}


def _query() -> str:
    return files("queries").joinpath("stages", "traces_to_verify.sql").read_text(encoding="utf-8")


def _count(reader: Reader, params: dict[str, object]) -> int:
    [(count,)] = reader.rows(f"SELECT count(*) FROM ({_query()})", params)
    return int(str(count))


def _params(again: bool, shard: Shard, settings: Mapping[str, AnswerSettings]) -> dict[str, object]:
    own = {source: said.text for source, said in settings.items() if said.text}
    return {
        "version": VERIFIER_VERSION,
        "again": again,
        "shard": shard.index,
        "n_shards": shard.count,
        "sources": list(own),
        "settings": list(own.values()),
    }


def _pending(
    reader: Reader,
    params: dict[str, object],
    stop: StopSignal | None,
    settings: Mapping[str, AnswerSettings],
) -> Iterator[TraceToVerify]:
    batch: RecordBatch
    for batch in reader.batches(_query(), params, size=BATCH):
        for row in batch.to_pylist():
            if stop is not None and stop.level:
                return
            yield _item(row, settings)


def _item(row: Row, settings: Mapping[str, AnswerSettings]) -> TraceToVerify:
    format = TraceFormat(_text(row, "format"))
    finish_reason = FinishReason(_text(row, "finish_reason") or "stop")
    choices = row["choices"]
    return TraceToVerify(
        trace_id=_text(row, "trace_id"),
        format=format,
        gold=None if row["gold"] is None else _text(row, "gold"),
        choices=tuple(str(choice) for choice in choices) if isinstance(choices, list) else (),
        text=_text(row, "text"),
        parsed=_parsed(row, format, finish_reason),
        finish_reason=finish_reason,
        with_gold=bool(row["with_gold"]),
        settings=settings.get(_text(row, "source"), DEFAULT_SETTINGS),
    )


def _parsed(row: Row, format: TraceFormat, finish_reason: FinishReason) -> ParsedTrace:
    """Take what the store parsed, or parse again where an older parser did it."""
    if row["parser_version"] != PARSER_VERSION:
        return parse_trace(_text(row, "text"), format, finish_reason)
    return ParsedTrace(
        ParseState(_text(row, "parse_state")),
        _optional(row, "stated_answer"),
        _text(row, "answer_note"),
        _optional(row, "program"),
        _optional(row, "equations"),
        int(str(row["n_steps"] or 0)),
    )


def _text(row: Row, name: str) -> str:
    value = row[name]
    return "" if value is None else str(value)


def _optional(row: Row, name: str) -> str | None:
    value = row[name]
    return None if value is None else str(value)


class _Tally:
    """Counts verdicts and tells the caller every few hundred."""

    def __init__(self, now: Callable[[], float], on_progress: OnVerifyProgress | None) -> None:
        self.now, self.on_progress = now, on_progress
        self.started = now()
        self.total = self.done = 0
        self.counts: Counter[tuple[str, VerdictStatus, str, str]] = Counter()
        self.by_status: Counter[VerdictStatus] = Counter()

    def add(self, verdicts: tuple[Verdict, ...]) -> None:
        for verdict in verdicts:
            self.counts[verdict.verifier, verdict.status, verdict.reason, verdict.decided_by] += 1
        self.by_status[verdicts[0].status] += 1
        self.done += 1
        if self.on_progress is not None and (self.done % _PROGRESS_EVERY == 0 or self.done == self.total):
            self.on_progress(self._progress())

    def report(self, run_id: str, workers: int, is_complete: bool) -> VerifyReport:
        seconds = self.now() - self.started
        counts = tuple(VerdictCount(*key, count) for key, count in self.counts.most_common())
        per_s = self.done / seconds if seconds > 0 else 0.0
        by_status = {status.value: count for status, count in self.by_status.most_common()}
        return VerifyReport(run_id, self.done, counts, by_status, seconds, per_s, workers, is_complete)

    def _progress(self) -> VerifyProgress:
        correct = self.by_status[VerdictStatus.CORRECT]
        incorrect = self.by_status[VerdictStatus.INCORRECT]
        unknown = self.done - correct - incorrect
        return VerifyProgress(self.done, self.total, correct, incorrect, unknown, self.now() - self.started)
