"""The verification stage over a fake store: what is written, what is counted, what a restart redoes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow
import pytest

from curate.answers import PARSER_VERSION, parse_trace
from curate.stages.stop import StopSignal
from curate.stages.verification import VerifyProgress, verify_store
from curate.store.records import Record, RunRecord, VerdictsRecord
from curate.store.run_id import new_run_id
from curate.types import TraceFormat, VerdictStatus
from curate.verify import VERIFIER_VERSION


class FakeStore:
    """Rows in memory; what was journaled counts as verified, as it does after a projection."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self.rows_ = rows
        self.records: list[Record] = []
        self.n_projected = 0
        self.fail_after: int | None = None

    def new_run_id(self, now: float, random_hex: str) -> str:
        return new_run_id(now, random_hex)

    def project(self) -> None:
        self.n_projected += 1

    @contextmanager
    def read(self) -> Iterator[FakeStore]:
        yield self

    def rows(self, query: str, params: dict[str, object] | None = None) -> list[tuple[int]]:
        if params is None:  # the settings of sources: none were said
            return []
        return [(len(self._pending(params)),)]

    def batches(self, query: str, params: dict[str, object], size: int) -> Iterator[pyarrow.RecordBatch]:
        rows = self._pending(params)
        for start in range(0, len(rows), size):
            yield pyarrow.RecordBatch.from_pylist(rows[start : start + size])

    def _pending(self, params: dict[str, object]) -> list[dict[str, Any]]:
        done = {record.trace_id for record in self.records if isinstance(record, VerdictsRecord)}
        return [row for row in self.rows_ if params["again"] or row["trace_id"] not in done]

    @contextmanager
    def write_journal(self, run_id: str, shard: str = "0") -> Iterator[FakeStore]:
        yield self

    def append(self, record: Record) -> None:
        if self.fail_after is not None and len(self.records) >= self.fail_after:
            raise RuntimeError("killed")
        self.records.append(record)

    @property
    def verdicts(self) -> list[VerdictsRecord]:
        return [record for record in self.records if isinstance(record, VerdictsRecord)]


def _row(
    number: int, text: str, gold: str | None = "18", format: TraceFormat = TraceFormat.COT
) -> dict[str, Any]:
    parsed = parse_trace(text, format)
    return {
        "trace_id": f"trace-{number}", "format": format.value, "finish_reason": "stop", "with_gold": False,
        "source": "own", "gold": gold, "choices": [], "text": text, "parse_state": parsed.state.value,
        "stated_answer": parsed.stated_answer, "answer_note": parsed.answer_note, "program": parsed.program,
        "equations": parsed.equations, "n_steps": parsed.n_steps, "parser_version": PARSER_VERSION,
    }  # fmt: skip


@pytest.fixture
def store() -> FakeStore:
    rows = [_row(number, f"The answer is {18 + number % 2}.") for number in range(20)]
    return FakeStore([*rows, _row(20, "No idea."), _row(21, "ans = 18", format=TraceFormat.POT)])


def _verify(store: FakeStore, **options: Any) -> Any:
    return verify_store(store, workers=1, now=lambda: 0.0, random_hex=lambda: "abcdef", **options)  # type: ignore[arg-type]


def test_every_trace_gets_one_record_in_order(store: FakeStore) -> None:
    report = _verify(store)
    assert [record.trace_id for record in store.verdicts] == [row["trace_id"] for row in store.rows_]
    assert report.n_traces == 22
    assert (report.count(VerdictStatus.CORRECT), report.count(VerdictStatus.INCORRECT)) == (11, 10)
    assert (report.count(VerdictStatus.NO_ANSWER), report.count(VerdictStatus.UNDECIDED)) == (1, 0)
    assert {part.decided_by for part in report.counts} >= {"string", "program:variable"}


def test_the_run_says_that_it_started_and_stopped_and_with_which_versions(store: FakeStore) -> None:
    _verify(store)
    start, stop = store.records[0], store.records[-1]
    assert isinstance(start, RunRecord) and isinstance(stop, RunRecord)
    assert (start.event, stop.event) == ("start", "stop")
    assert start.versions["verifier"] == VERIFIER_VERSION
    assert store.n_projected == 2


def test_verified_traces_are_left_alone_unless_asked_again(store: FakeStore) -> None:
    _verify(store)
    assert _verify(store).n_traces == 0
    assert _verify(store, again=True).n_traces == 22


def test_a_kill_costs_only_what_was_not_written(store: FakeStore) -> None:
    store.fail_after = 9
    with pytest.raises(RuntimeError):
        _verify(store)
    store.fail_after = None
    assert _verify(store).n_traces == 22 - 8
    assert len({record.trace_id for record in store.verdicts}) == len(store.verdicts) == 22


def test_a_wish_to_stop_ends_early_and_says_so(store: FakeStore) -> None:
    stop = StopSignal()
    stop.request()
    report = _verify(store, stop=stop)
    assert (report.n_traces, report.is_complete) == (0, False)
    last = store.records[-1]
    assert isinstance(last, RunRecord) and last.event == "interrupt"


def test_progress_ends_at_the_total(store: FakeStore) -> None:
    seen: list[VerifyProgress] = []
    _verify(store, on_progress=seen.append)
    assert (seen[-1].done, seen[-1].total) == (22, 22)
    assert seen[-1].n_correct + seen[-1].n_incorrect + seen[-1].n_unknown == 22


def test_a_text_that_an_older_parser_read_is_read_again(store: FakeStore) -> None:
    row = _row(1, "The answer is 18.") | {
        "parser_version": "0",
        "stated_answer": None,
        "parse_state": "no_answer",
    }
    report = _verify(FakeStore([row]))
    assert report.count(VerdictStatus.CORRECT) == 1
