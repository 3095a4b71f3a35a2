"""Measure what filters look at, once: texts, and how similar the texts of a problem are to each other.

Store in, records of the journal out. A text is read when it is new or the definition of a measure changed,
and a problem is compared again when it got a trace; every filter after that reads numbers only. Texts come
problem by problem, so memory stays bounded; a kill loses a thousand texts' work at most.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import chain, groupby, islice
from operator import attrgetter
from typing import TYPE_CHECKING, Protocol

from curate.filters import TextFeatures
from curate.filters.features import FEATURE_VERSION, measure_text
from curate.filters.near import NEAR_VERSION, find_pairs, shingle
from curate.ids import content_id
from curate.store.records import FeaturesRecord, Record, SimilarRecord
from queries import load_query

if TYPE_CHECKING:
    from curate.store.laid import Pieces
    from curate.store.reader import Reader

LEAST_SIMILARITY = 0.3
"""Pairs below this are not looked at by any threshold of the rule, and are not stored."""
_RECORD = 1_000
COLUMNS = (
    "trace_id", "text_hash", "n_words", "n_chars", "repeat4_share", "dup_line_share", "n_repeated_tail",
    "n_code_blocks", "leftover", "n_chars_after_answer", "n_control_chars", "scripts_json",
)  # fmt: skip
OnMeasured = Callable[[int, int], None]


class MeasureRun(Protocol):
    """Takes the records of a run that measures."""

    run_id: str

    def now(self) -> float:
        """Give the time for a record."""

    def append(self, record: Record) -> None:
        """Write a record."""


@dataclass(frozen=True, slots=True)
class _Trace:
    """A trace as far as it must be known to say whether its text is to be read."""

    trace_id: str
    problem_id: str
    text_hash: str
    n_chars: int
    is_measured: bool


@dataclass(frozen=True, slots=True)
class ToMeasure:
    """What is new; `compares` are problems whose traces were not compared as they are now."""

    problems: tuple[tuple[_Trace, ...], ...]
    compares: frozenset[str]

    def to_read(self) -> Iterator[tuple[_Trace, ...]]:
        """Give the traces whose texts must be read, problem by problem."""
        for traces in self.problems:
            if traces[0].problem_id in self.compares:
                yield traces
            else:
                yield tuple(trace for trace in traces if not trace.is_measured)


def find_unmeasured(reader: Reader, *, features: bool, near: bool) -> ToMeasure:
    """Say which texts must be read for a policy that wants measures, pairs, or both."""
    if not features and not near:
        return ToMeasure((), frozenset())
    known = read_compared(reader, "traces")
    problems, compares = [], set()
    for of_problem in _read_problems(reader, is_always=not features):
        problem_id = of_problem[0].problem_id
        if near and len(of_problem) > 1 and known.get(problem_id) != members_of(of_problem):
            compares.add(problem_id)
        elif all(trace.is_measured for trace in of_problem):
            continue
        problems.append(of_problem)
    return ToMeasure(tuple(problems), frozenset(compares))


def read_compared(reader: Reader, scope: str) -> dict[object, object]:
    """Give the groups that were compared already, each with the hash of its members then."""
    params = {"scope": scope, "method": NEAR_VERSION}
    rows = reader.rows(load_query("near_groups_known", "stages").sql, params)
    return {row[0]: row[1] for row in rows}


def members_of(traces: Iterable[_Trace]) -> str:
    """Hash what a comparison of a problem's traces looked at."""
    return content_id("near-group", *sorted(f"{trace.trace_id} {trace.text_hash}" for trace in traces))


def _read_problems(reader: Reader, *, is_always: bool = False) -> Iterator[tuple[_Trace, ...]]:
    """Give the traces of each problem; with `is_always` all count as measured."""
    params = {"version": FEATURE_VERSION}
    rows = chain.from_iterable(
        zip(*(column.to_pylist() for column in batch.columns), strict=True)
        for batch in reader.batches(load_query("traces_to_measure", "stages").sql, params)
    )
    traces = (_Trace(a, b, c, d, e or is_always) for a, b, c, d, e in rows)
    for _, group in groupby(traces, key=attrgetter("problem_id")):
        yield tuple(group)


def measure(
    reader: Reader,
    run: MeasureRun,
    found: ToMeasure,
    on_measured: OnMeasured | None = None,
) -> None:
    """Read the texts and journal their measures and pairs."""
    work = _Work(run, found.compares)
    problems = list(found.to_read())
    done, total = 0, sum(map(len, problems))
    with _texts(reader, problems) as texts:
        said = texts.rows()
        for problem in problems:
            work.add(problem, [str(text or "") for text, _ in islice(said, len(problem))])
            before, done = done, done + len(problem)
            if on_measured is not None and (done // _RECORD > before // _RECORD or done == total):
                on_measured(done, total)
    work.finish()


@contextmanager
def read_problem_texts(reader: Reader) -> Iterator[Callable[[], Iterator[list[tuple[str, str]]]]]:
    """Give a function that gives ids and texts of all solutions, problem by problem, at each call."""
    problems = list(_read_problems(reader))

    def again() -> Iterator[list[tuple[str, str]]]:
        said = texts.rows()
        for problem in problems:
            both = zip(problem, islice(said, len(problem)), strict=True)
            yield [(trace.trace_id, str(text or "")) for trace, (text, _) in both]

    with _texts(reader, problems) as texts:
        yield again


def _texts(reader: Reader, problems: Sequence[Sequence[_Trace]]) -> AbstractContextManager[Pieces]:
    traces = list(chain.from_iterable(problems))
    return reader.texts_in_order([one.trace_id for one in traces], [one.n_chars for one in traces])


class _Work:
    """Measures problem by problem, and journals a record when enough has come together."""

    def __init__(self, run: MeasureRun, compares: frozenset[str]) -> None:
        self._run, self._compares = run, compares
        self._rows: list[tuple[str | int | float | None, ...]] = []
        self._groups: list[tuple[str, str, int]] = []
        self._pairs: list[tuple[str, str, float]] = []

    def add(self, problem: Sequence[_Trace], texts: Sequence[str]) -> None:
        """Measure a problem's traces, and compare them where that is asked."""
        self._rows += [
            _row(trace, measure_text(text))
            for trace, text in zip(problem, texts, strict=True)
            if not trace.is_measured
        ]
        if len(self._rows) >= _RECORD:
            self._write_rows()
        if problem and problem[0].problem_id in self._compares:
            self._compare(problem, texts)

    def finish(self) -> None:
        """Journal what is left."""
        self._write_rows()
        self._write_pairs()

    def _compare(self, problem: Sequence[_Trace], texts: Sequence[str]) -> None:
        ids = [trace.trace_id for trace in problem]
        for first, second, score in find_pairs([shingle(text) for text in texts], LEAST_SIMILARITY):
            a, b = sorted((ids[first], ids[second]))
            self._pairs.append((a, b, round(score, 6)))
        self._groups.append((problem[0].problem_id, members_of(problem), len(problem)))
        if len(self._groups) + len(self._pairs) >= _RECORD:
            self._write_pairs()

    def _write_rows(self) -> None:
        run = self._run
        for at in range(0, len(self._rows), _RECORD):
            rows = tuple(self._rows[at : at + _RECORD])
            run.append(FeaturesRecord(FEATURE_VERSION, run.run_id, run.now(), COLUMNS, rows))
        self._rows.clear()

    def _write_pairs(self) -> None:
        """A problem's pairs stand in one record with the word that it was compared."""
        run = self._run
        if self._groups:
            run.append(
                SimilarRecord(
                    "traces", NEAR_VERSION, run.run_id, run.now(), tuple(self._groups), tuple(self._pairs)
                )
            )
        self._groups.clear()
        self._pairs.clear()


def _row(trace: _Trace, measured: TextFeatures) -> tuple[str | int | float | None, ...]:
    return (
        trace.trace_id,
        trace.text_hash,
        measured.n_words,
        measured.n_chars,
        round(measured.repeat4_share, 6),
        round(measured.dup_line_share, 6),
        measured.n_repeated_tail,
        measured.n_code_blocks,
        measured.leftover,
        measured.n_chars_after_answer,
        measured.n_control_chars,
        json.dumps(dict(measured.scripts)),
    )
