"""Read from a store what filter rules look at: facts by problem, and what a policy asks for beyond them.

Facts stream in the order of problems. What is asked for beyond them is held by id while they do: some 200
bytes for each trace. Texts are not read here: their measures were stored before (`measuring`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from curate.filters import ContaminationHit, Policy, QuestionFacts, Suspect, TextFeatures, TraceFacts
from curate.filters.contamination import BenchmarkIndex
from curate.filters.corpus import BOILERPLATE
from curate.filters.features import FEATURE_VERSION
from curate.filters.near import NEAR_VERSION
from curate.filters.near.clusters import find_copies
from curate.filters.questions import measure_question
from curate.filters.tokens import estimate_tokens
from curate.filters.values import answer_key
from curate.ids import content_id
from curate.stages.corpus_measures import read_pairs, token_name
from curate.stages.score_files import read_scores, score_digest
from curate.types import FinishReason, ParseState, TraceFormat, VerdictStatus
from queries import load_query

if TYPE_CHECKING:
    from curate.store.reader import Reader

_BATCH = 4_000


@dataclass(frozen=True, slots=True)
class Question:
    """A problem as far as filters read it."""

    problem_id: str
    question: str
    choices: tuple[str, ...]
    has_gold: bool
    n_correct: int

    @property
    def whole(self) -> str:
        """Give the text that is compared with other problems: question and options."""
        return " ".join((self.question, *self.choices))


@dataclass(frozen=True, slots=True)
class Lookups:
    """What a policy asks for beyond the plain facts, by trace or problem; empty where it does not ask."""

    hits: Mapping[str, ContaminationHit] = field(default_factory=dict)
    features: Mapping[str, TextFeatures] | None = None
    near: Mapping[str, tuple[tuple[str, float], ...]] = field(default_factory=dict)
    questions: Mapping[str, QuestionFacts] | None = None
    suspects: Mapping[str, Suspect] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    slips: Mapping[str, str] = field(default_factory=dict)
    boilerplate: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    tokens: Mapping[str, int] | None = None
    chars_per_token: float | None = None
    ranks: Mapping[str, float] = field(default_factory=dict)
    scores: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


def read_fingerprint(reader: Reader, policy: Policy) -> tuple[str, int]:
    """Give an id of all that a policy would look at now, and the number of traces."""
    [(n_traces, fingerprint)] = reader.rows(load_query("filter_inputs", "stages").sql)
    elsewhere = [score_digest(file) for file in policy.score_files]
    if policy.token_count is not None and policy.token_count.tokenizer is not None:
        elsewhere.append(token_name(policy.token_count.tokenizer))
    versions = f"{FEATURE_VERSION} {NEAR_VERSION} {BOILERPLATE}"
    inputs = content_id(
        "filter-inputs", policy.policy_id, versions, str(n_traces), str(fingerprint), *elsewhere
    )
    return inputs, int(str(n_traces))


def read_questions(reader: Reader) -> Iterator[Question]:
    """Give every problem that has a trace, in the order of ids."""
    for problem_id, question, choices, has_gold, n_correct in _stream(reader, "filter_questions"):
        options = tuple(map(str, choices)) if isinstance(choices, list) else ()
        yield Question(str(problem_id), str(question), options, bool(has_gold), int(str(n_correct)))


def read_lookups(reader: Reader, policy: Policy, index: BenchmarkIndex | None) -> Lookups:
    """Read all that a policy asks for.

    Raises:
        MissingError, InputError: for a file of numbers or a tokenizer that is not there or cannot be read.
    """
    found = Lookups()
    if index is not None or policy.needs("questions") or policy.needs("copies"):
        found = _about_problems(reader, policy, index)
    if policy.needs("features"):
        found = replace(found, features=read_features(reader))
    if policy.needs("near"):
        found = replace(found, near=read_pairs(reader, "traces"))
    if policy.needs("answers"):
        found = replace(found, answers={a: answer_key(str(b)) for a, b in _pairs(reader, "filter_answers")})
    if policy.needs("suspects"):
        found = replace(found, suspects=_suspects(reader))
    if policy.needs("slips"):
        found = replace(found, slips={a: str(b)[:120] for a, b in _pairs(reader, "filter_slips")})
    if policy.needs("boilerplate"):
        rows = _stream(reader, "filter_measures", {"name": BOILERPLATE})
        found = replace(found, boilerplate={str(a): (int(float(str(n))), str(t)) for a, n, t in rows})
    if policy.needs("ranks"):
        found = replace(found, ranks={a: float(str(b)) for a, b in _pairs(reader, "filter_ranks")})
    if policy.token_count is not None:
        found = _with_tokens(reader, policy, found)
    return replace(found, scores={file.name: read_scores(reader, file) for file in policy.score_files})


def _about_problems(reader: Reader, policy: Policy, index: BenchmarkIndex | None) -> Lookups:
    """Read questions once for all that is asked of them."""
    hits, measured = {}, {}
    is_measured = policy.needs("questions") or policy.needs("copies")
    questions = []
    for one in read_questions(reader):
        hit = index.find(one.question) if index is not None else None
        if hit is not None:
            hits[one.problem_id] = hit
        if is_measured:
            measured[one.problem_id] = measure_question(one.question)
        if policy.needs("copies"):
            questions.append(replace(one, question="", choices=()))
    if questions:
        ranked = {one.problem_id: (-one.n_correct, not one.has_gold, one.problem_id) for one in questions}
        threshold = policy.copy_similarity
        for problem_id, copy in find_copies(read_pairs(reader, "problems"), ranked, threshold).items():
            measured[problem_id] = replace(
                measured[problem_id], copy_of=copy.kept, similarity=copy.similarity, n_copies=copy.size
            )
    return Lookups(hits=hits, questions=measured if is_measured else None)


def read_features(reader: Reader) -> Mapping[str, TextFeatures]:
    """Read the stored measures by trace."""
    rows = _stream(reader, "filter_features", {"version": FEATURE_VERSION})
    return {str(row[0]): _features(*row[1:]) for row in rows}


def _features(*row: object) -> TextFeatures:
    n_words, n_chars, repeat4, dup_line, n_tail, n_blocks, leftover, n_after, n_control, scripts = row
    return TextFeatures(
        int(str(n_words)),
        int(str(n_chars)),
        float(str(repeat4)),
        float(str(dup_line)),
        int(str(n_blocks)),
        str(leftover or ""),
        int(str(n_after)),
        int(str(n_tail)),
        int(str(n_control)),
        json.loads(str(scripts or "{}")),
    )


def _suspects(reader: Reader) -> Mapping[str, Suspect]:
    rows = _stream(reader, "filter_suspects")
    return {
        str(a): Suspect(str(gold), str(agreed), int(str(n)), float(str(share)))
        for a, gold, agreed, n, share in rows
    }


def _with_tokens(reader: Reader, policy: Policy, found: Lookups) -> Lookups:
    counting = policy.token_count
    assert counting is not None
    if counting.tokenizer is None:
        return replace(found, chars_per_token=counting.chars_per_token)
    rows = _stream(reader, "filter_measures", {"name": token_name(counting.tokenizer)})
    return replace(found, tokens={str(trace_id): int(float(str(n))) for trace_id, n, _ in rows})


def read_facts(reader: Reader, lookups: Lookups, problem_id: str | None = None) -> Iterator[TraceFacts]:
    """Give all traces that a filter decides on, or those of one problem; a problem's stand side by side."""
    for row in _stream(reader, "traces_to_filter", {"problem_id": problem_id}):
        yield _facts(row, lookups)


def _facts(row: Sequence[object], found: Lookups) -> TraceFacts:
    trace_id, problem_id = str(row[0]), str(row[1])
    format, norm_hash, status, reason, parse_state, finish_reason, with_gold, cost, source = row[2:11]
    teacher, granularity, has_answer, n_words, n_chars, failed_rewrite, flags, mark, comment = row[11:20]
    subject, level, n_steps, has_gold, n_read_chars = row[20:]
    n_tokens = None
    if found.tokens is not None:
        n_tokens = found.tokens.get(trace_id)
    elif found.chars_per_token is not None:
        n_tokens = estimate_tokens(int(str(n_read_chars)), found.chars_per_token)
    return TraceFacts(
        trace_id,
        problem_id,
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
        found.hits.get(problem_id),
        None if found.features is None else found.features.get(trace_id, TextFeatures()),
        str(failed_rewrite),
        tuple(map(str, flags)) if isinstance(flags, list) else (),
        found.near.get(trace_id, ()),
        str(mark),
        str(comment),
        str(subject),
        str(level),
        int(str(n_steps)),
        bool(has_gold),
        found.answers.get(trace_id, ""),
        None if found.questions is None else found.questions.get(problem_id, QuestionFacts()),
        found.suspects.get(problem_id),
        found.slips.get(trace_id, ""),
        found.boilerplate.get(trace_id, (0, "")),
        n_tokens,
        found.ranks.get(trace_id, 0.5),
        {name: values[trace_id] for name, values in found.scores.items() if trace_id in values},
    )


def _pairs(reader: Reader, query: str) -> Iterator[tuple[str, object]]:
    for name, value in _stream(reader, query):
        yield str(name), value


def _stream(
    reader: Reader, query: str, params: Mapping[str, object] | None = None
) -> Iterator[tuple[object, ...]]:
    for batch in reader.batches(load_query(query, "stages").sql, params, size=_BATCH):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)
