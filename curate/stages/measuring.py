"""Measure what filters look at, once: texts, and how similar the texts of a problem are to each other.

Store in, records of the journal out. A text is read when it is new or the definition of a measure changed,
and a problem is compared again when it got a trace; every filter after that reads numbers only. Texts are
read some tens of thousands at a time, so memory stays bounded; a kill loses the block at hand.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Protocol

from curate.filters import TextFeatures
from curate.filters.features import FEATURE_VERSION, measure_text
from curate.filters.near import NEAR_VERSION, find_pairs, shingle
from curate.ids import content_id
from curate.store.records import FeaturesRecord, Record, SimilarRecord
from queries import load_query

if TYPE_CHECKING:
    import numpy

    from curate.store.reader import Reader

LEAST_SIMILARITY = 0.3
"""Pairs below this are not looked at by any threshold of the rule, and are not stored."""
BLOCK_TRACES, BLOCK_WORDS = 25_000, 10_000_000
"""Texts that are read at once; window hashes take 8 bytes a word."""
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
    n_words: int
    is_measured: bool
    is_compared: bool = True


@dataclass(frozen=True, slots=True)
class ToMeasure:
    """What is new; `groups` are problems whose traces were not compared as they are now."""

    problems: tuple[tuple[_Trace, ...], ...]
    compares: frozenset[str]

    @property
    def n_texts(self) -> int:
        """Count the texts that must be read."""
        return sum(len(self._read(traces)) for traces in self.problems)

    def _read(self, traces: Sequence[_Trace]) -> Sequence[_Trace]:
        if traces[0].problem_id in self.compares:
            return traces
        return [trace for trace in traces if not trace.is_measured]

    def blocks(self) -> Iterator[list[_Trace]]:
        """Give the texts to read in blocks of whole problems."""
        block: list[_Trace] = []
        n_words = 0
        for problem in self.problems:
            traces = self._read(problem)
            new = sum(trace.n_words for trace in traces)
            if block and (len(block) + len(traces) > BLOCK_TRACES or n_words + new > BLOCK_WORDS):
                yield block
                block, n_words = [], 0
            block.extend(traces)
            n_words += new
        if block:
            yield block


def find_unmeasured(reader: Reader, *, features: bool, near: bool) -> ToMeasure:
    """Say which texts must be read for a policy that wants measures, pairs, or both."""
    if not features and not near:
        return ToMeasure((), frozenset())
    known = read_compared(reader, "traces")
    rows = reader.rows(load_query("traces_to_measure", "stages").sql, {"version": FEATURE_VERSION})
    traces = (_Trace(str(a), str(b), str(c), int(str(d)), bool(e) or not features) for a, b, c, d, e in rows)
    problems, compares = [], set()
    for problem_id, group in groupby(traces, key=attrgetter("problem_id")):
        of_problem = tuple(group)
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


def measure(
    reader: Reader,
    run: MeasureRun,
    found: ToMeasure,
    on_measured: OnMeasured | None = None,
) -> None:
    """Read the texts and journal their measures and pairs."""
    done, total = 0, found.n_texts
    for block in found.blocks():
        by_id = {trace.trace_id: trace for trace in block}
        hashes: dict[str, numpy.ndarray] = {}
        rows: list[tuple[str | int | float | None, ...]] = []
        for trace_id, text in _texts(reader, list(by_id)):
            trace = by_id[trace_id]
            if trace.problem_id in found.compares:
                hashes[trace_id] = shingle(text)
            if not trace.is_measured:
                rows.append(_row(trace, measure_text(text)))
            done += 1
            if on_measured is not None and (done % _RECORD == 0 or done == total):
                on_measured(done, total)
        rows.sort(key=lambda row: str(row[0]))
        for at in range(0, len(rows), _RECORD):
            block_rows = tuple(rows[at : at + _RECORD])
            run.append(FeaturesRecord(FEATURE_VERSION, run.run_id, run.now(), COLUMNS, block_rows))
        compared = [trace for trace in block if trace.problem_id in found.compares]
        for record in _similar(compared, hashes, run):
            run.append(record)


def read_problem_texts(reader: Reader) -> Iterator[list[tuple[str, str]]]:
    """Give ids and texts of all solutions, problem by problem, some tens of thousands read at once."""
    rows = reader.rows(load_query("traces_to_measure", "stages").sql, {"version": ""})
    traces = (_Trace(str(a), str(b), str(c), int(str(d)), False) for a, b, c, d, _ in rows)
    problems = tuple(tuple(group) for _, group in groupby(traces, key=attrgetter("problem_id")))
    for block in ToMeasure(problems, frozenset()).blocks():
        texts = dict(_texts(reader, [trace.trace_id for trace in block]))
        for _, group in groupby(block, key=attrgetter("problem_id")):
            yield [(trace.trace_id, texts.get(trace.trace_id, "")) for trace in group]


def _texts(reader: Reader, trace_ids: list[str]) -> Iterator[tuple[str, str]]:
    query = load_query("texts_of", "stages").sql
    for batch in reader.batches(query, {"trace_ids": trace_ids}, size=_RECORD):
        ids, texts = (column.to_pylist() for column in batch.columns)
        yield from zip(ids, texts, strict=True)


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


def _similar(
    traces: Sequence[_Trace],
    hashes: dict[str, numpy.ndarray],
    run: MeasureRun,
) -> Iterator[SimilarRecord]:
    """Compare problem by problem; a problem's pairs stand in one record with the word that it was
    compared.
    """
    groups: list[tuple[str, str, int]] = []
    pairs: list[tuple[str, str, float]] = []
    none = shingle("")
    for problem_id, group in groupby(traces, key=attrgetter("problem_id")):
        members = tuple(group)
        ids = [trace.trace_id for trace in members]
        for first, second, score in find_pairs([hashes.get(one, none) for one in ids], LEAST_SIMILARITY):
            a, b = sorted((ids[first], ids[second]))
            pairs.append((a, b, round(score, 6)))
        groups.append((problem_id, members_of(members), len(members)))
        if len(groups) + len(pairs) >= _RECORD:
            yield SimilarRecord("traces", NEAR_VERSION, run.run_id, run.now(), tuple(groups), tuple(pairs))
            groups, pairs = [], []
    if groups:
        yield SimilarRecord("traces", NEAR_VERSION, run.run_id, run.now(), tuple(groups), tuple(pairs))
