"""Read from a store what filter rules look at: facts by problem, measures of texts, hits in benchmarks.

Facts stream in the order of problems. Measures of texts and hits are held by id while they do: some 200 bytes
for each trace, and only for policies that ask for them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from curate.filters import ContaminationHit, Policy, TextFeatures, TraceFacts
from curate.filters.contamination import BenchmarkIndex
from curate.filters.features import FEATURE_VERSION, measure_text
from curate.filters.near import find_pairs, shingle
from curate.ids import content_id
from curate.types import FinishReason, ParseState, TraceFormat, VerdictStatus
from queries import load_query

if TYPE_CHECKING:
    from curate.store.reader import Reader

_BATCH = 4_000
LEAST_SIMILARITY = 0.3
"""Pairs below this are not looked at by any threshold of the rule."""


def read_fingerprint(reader: Reader, policy: Policy) -> tuple[str, int]:
    """Give an id of all that a policy would look at now, and the number of traces."""
    [(n_traces, fingerprint)] = reader.rows(load_query("filter_inputs", "stages").sql)
    inputs = content_id("filter-inputs", policy.policy_id, FEATURE_VERSION, str(n_traces), str(fingerprint))
    return inputs, int(str(n_traces))


def read_hits(reader: Reader, index: BenchmarkIndex) -> Mapping[str, ContaminationHit]:
    """Compare every problem that has a trace with the benchmarks; gives the hits by problem."""
    hits = {}
    for problem_id, question in _stream(reader, "filter_questions"):
        hit = index.find(str(question or ""))
        if hit is not None:
            hits[str(problem_id)] = hit
    return hits


def read_features(reader: Reader) -> Mapping[str, TextFeatures]:
    """Measure every text once; gives the measures by trace."""
    return {str(trace_id): measure_text(str(text)) for trace_id, text in _stream(reader, "filter_texts")}


Near = Mapping[str, tuple[tuple[str, float], ...]]
"""For each trace the similar ones of its problem, with how similar they are."""


def read_near(reader: Reader) -> Near:
    """Compare the texts of each problem with each other; gives every pair from `LEAST_SIMILARITY` on.

    Window hashes are held for all texts at once: about 8 bytes a word.
    """
    hashes = {str(trace_id): shingle(str(text)) for trace_id, text in _stream(reader, "filter_texts")}
    near: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
    rows = ((str(row[1]), str(row[0])) for row in _stream(reader, "traces_to_filter"))
    for _, group in groupby(rows, key=itemgetter(0)):
        ids = [trace_id for _, trace_id in group]
        for first, second, score in find_pairs([hashes[one] for one in ids], LEAST_SIMILARITY):
            near[ids[first]].append((ids[second], score))
            near[ids[second]].append((ids[first], score))
    return {trace_id: tuple(others) for trace_id, others in near.items()}


def read_facts(
    reader: Reader,
    hits: Mapping[str, ContaminationHit],
    features: Mapping[str, TextFeatures] | None,
    near: Near | None = None,
) -> Iterator[TraceFacts]:
    """Give all traces that a filter decides on, the traces of a problem side by side."""
    for row in _stream(reader, "traces_to_filter"):
        yield _facts(row, hits, features, near or {})


def _facts(
    row: tuple[object, ...],
    hits: Mapping[str, ContaminationHit],
    features: Mapping[str, TextFeatures] | None,
    near: Near,
) -> TraceFacts:
    trace_id, problem_id, format, norm_hash, status, reason, parse_state, finish_reason, with_gold = row[:9]
    cost, source, teacher, granularity, has_answer, n_words, n_chars, failed_rewrite, flags = row[9:18]
    mark, mark_comment = row[18:20]
    return TraceFacts(
        str(trace_id),
        str(problem_id),
        TraceFormat(str(format)),
        str(norm_hash),
        VerdictStatus(str(status)) if status else None,
        str(reason),
        ParseState(str(parse_state)) if parse_state else ParseState.OK,
        FinishReason(str(finish_reason)) if finish_reason else None,
        bool(with_gold),
        cost if isinstance(cost, Decimal) else None,
        str(source),
        str(teacher),
        granularity if isinstance(granularity, int) else None,
        bool(has_answer),
        int(str(n_words)),
        int(str(n_chars)),
        hits.get(str(problem_id)),
        None if features is None else features.get(str(trace_id), TextFeatures()),
        str(failed_rewrite),
        tuple(map(str, flags)) if isinstance(flags, list) else (),
        near.get(str(trace_id), ()),
        str(mark),
        str(mark_comment),
    )


def _stream(reader: Reader, query: str) -> Iterator[tuple[object, ...]]:
    for batch in reader.batches(load_query(query, "stages").sql, size=_BATCH):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)
