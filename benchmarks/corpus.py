"""A synthetic store of any size: traces of about 2,000 tokens, eight to a problem, paid, answered, checked.

In: a path and a number of traces. Out: a store whose journal holds what a generation would have written, and
verdicts as a verification would: they are set, not computed, because what is measured is everything
around the checks. Everything is drawn from one seed, so the same number gives the same journal.
Used by benchmarks/named_queries.py and scale.py; measures nothing itself.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import orjson

from curate.store import Store, new_run_id
from curate.store.records import (
    AnswerRecord,
    ProblemRecord,
    Record,
    RunRecord,
    SentRecord,
    TeacherRecord,
    TemplateRecord,
    VerdictsRecord,
)
from curate.teachers.bodies import build_request
from curate.types import (
    Message,
    Price,
    Problem,
    PromptTemplate,
    Request,
    Sampling,
    Style,
    Teacher,
    TraceFormat,
    Usage,
    Verdict,
    VerdictStatus,
    generated_trace_id,
)

RUN_ID = new_run_id(1_700_000_000.0, "c0ffee")
VERIFY_ID = new_run_id(1_700_900_000.0, "c0ffee")
PER_PROBLEM = 8
N_WORDS = 1_250
"""Words of a trace: 6.7 kB, about 2,000 tokens at 1.6 tokens a word of mathematics."""
FORMS = (TraceFormat.COT, TraceFormat.COT, TraceFormat.POT, TraceFormat.EOT)
SOURCES = (("easy", "MIT"), ("middle", "Apache-2.0"), ("hard", ""))
VOCABULARY = [
    "the",
    "sum",
    "of",
    "both",
    "numbers",
    "is",
    "then",
    "taken",
    "so",
    "we",
    "have",
    "that",
    "and",
    "now",
    "this",
    "gives",
    "total",
    "each",
    "per",
    "of",
    "all",
    "boxes",
    "apples",
    "first",
    "second",
    "third",
    "we",
    "divide",
    "multiply",
    "by",
    "add",
    "subtract",
    "remaining",
    "therefore",
    "because",
    "which",
    "means",
    "cost",
    "price",
    "hours",
    "miles",
    "speed",
    "distance",
    "ratio",
    "half",
    "twice",
    "three",
    "quarters",
    "percent",
    "of",
    "them",
    "left",
    "over",
    "after",
    "before",
    "again",
    "check",
    "value",
    "equation",
    "solve",
    "for",
    "x",
    "y",
    "both",
    "sides",
    "simplify",
    "to",
    "get",
    "answer",
    "step",
    "carefully",
    "let",
    "us",
]


def make_store(path: Path, n_traces: int, *, seed: int = 0) -> Store:
    """Write the journal of `n_traces` traces; the projection is left to the caller."""
    store = Store.open(path, create=True)
    with store.write_journal(RUN_ID) as journal:
        for record in records(n_traces, seed):
            journal.append(record)
    return store


def records(n_traces: int, seed: int) -> Iterator[Record]:
    """Give all records in order."""
    teachers = [_teacher(alias, price) for alias, price in (("small", "0.4"), ("large", "2.2"))]
    templates = [_template(form, level) for form in dict.fromkeys(FORMS) for level in (1, 3, 5)]
    yield RunRecord(RUN_ID, "start", 1_700_000_000.0, "generate", max_usd=Decimal(1000))
    yield from map(TeacherRecord, teachers)
    yield from map(TemplateRecord, templates)
    draw = random.Random(seed)
    for number in range(n_traces):
        place = number % PER_PROBLEM
        if place == 0:
            problem = _problem(number // PER_PROBLEM, draw)
            yield ProblemRecord(problem)
        form = FORMS[place % len(FORMS)]
        template = next(t for t in templates if (t.format, t.granularity) == (form, 1 + 2 * (number % 3)))
        teacher = teachers[place // len(FORMS) % 2]
        yield from _asked(number, problem, template, teacher, draw)
    yield RunRecord(RUN_ID, "stop", 1_700_800_000.0, "generate")


def _asked(
    number: int, problem: Problem, template: PromptTemplate, teacher: Teacher, draw: random.Random
) -> Iterator[Record]:
    request = build_request(
        teacher,
        [Message("user", problem.question)],
        problem_id=problem.problem_id,
        template_id=template.template_id,
        format=template.format,
        sample_index=number % PER_PROBLEM,
    )
    at = 1_700_000_000.0 + number
    yield SentRecord(request, 1, RUN_ID, at, Decimal("0.0132"))
    luck = draw.random()
    status = VerdictStatus.CORRECT if luck < 0.7 else VerdictStatus.INCORRECT
    status = VerdictStatus.UNDECIDED if luck > 0.95 else status
    answer = problem.gold if status is VerdictStatus.CORRECT else str(draw.randrange(10**6))
    text = text_of(template.format, str(answer), draw)
    body = {
        "id": f"chatcmpl-{number}",
        "model": "m-2026",
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}],
    }
    usage, cost = Usage(90, 0, 2000, 0), Decimal("0.0044")
    yield AnswerRecord(
        request.request_id, 1, RUN_ID, at + 9, 200, orjson.dumps(body), {}, 9000.0, usage, cost
    )
    yield VerdictsRecord(
        generated_trace_id(request.request_id), VERIFY_ID, at + 99, _verdicts(request, template, status)
    )


def _verdicts(request: Request, template: PromptTemplate, status: VerdictStatus) -> tuple[Verdict, ...]:
    trace_id = generated_trace_id(request.request_id)
    own = {TraceFormat.POT: "program", TraceFormat.EOT: "equations"}.get(template.format)
    names = ["answer", own] if own else ["answer"]
    reason = {"correct": "equal", "incorrect": "not_equal"}.get(status.value, "unreadable")
    return tuple(Verdict(trace_id, name, "1", status, reason, "rules", {}, 1.0) for name in names)


def text_of(form: TraceFormat, answer: str, draw: random.Random) -> str:
    """Write a trace that differs from all others: words and numbers in lines of about fifteen words."""
    words = draw.choices(VOCABULARY, k=N_WORDS)
    for place in range(0, N_WORDS, 5):
        words[place] = str(draw.randrange(10**4))
    if form is TraceFormat.POT:
        lines = [f"# {' '.join(words[i : i + 15])}" for i in range(0, N_WORDS, 15)]
        return "\n".join(["```python", *lines, f"ans = {answer}", "```"])
    lines = [" ".join(words[i : i + 15]) + "." for i in range(0, N_WORDS, 15)]
    if form is TraceFormat.EOT:
        return "\n".join([*lines[:-1], f"x = {answer}", "ans = x"])
    return "\n".join([*lines, f"The answer is {answer}."])


def _problem(number: int, draw: random.Random) -> Problem:
    source, licence = SOURCES[number % len(SOURCES)]
    words = " ".join(draw.choices(VOCABULARY, k=40))
    return Problem.of(
        source=source,
        question=f"Problem {number}: {words}. How many are {number} and 7?",
        gold=str(number + 7),
        level=str(1 + number % 5),
        licence=licence,
    )


def _teacher(alias: str, price: str) -> Teacher:
    return Teacher.of(
        alias=alias,
        model=f"{alias}-model",
        base_url="http://127.0.0.1:9/v1",
        sampling=Sampling(temperature=0.6, max_tokens=4096),
        price=Price(Decimal("0.2"), Decimal(price)),
    )


def _template(form: TraceFormat, level: int) -> PromptTemplate:
    return PromptTemplate.of(
        name=f"{form}-{level}",
        format=form,
        granularity=level,
        style=Style.PLAIN,
        system="",
        user="{{question}}",
    )
