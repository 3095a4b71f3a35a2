"""Checking and solving for people and other programs: one pair, one text, or a stream of them.

These are the pure functions behind `tracemill check` and `tracemill solve` and behind `from curate import
check, solve`. Bad input gives a result with a reason, never an exception.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from curate.answer_settings import DEFAULT_SETTINGS, AnswerSettings
from curate.answers import Comparison, compare_answers, read_stated_answer
from curate.answers.comparison import Status
from curate.verify.answer_checks import may_be_settled_by_symbols, symbolic_comparison, with_gold_named
from curate.verify.equations.reader import MAX_TEXT
from curate.verify.equations.solution import Solution, SolveStatus
from curate.verify.pool import WorkerPool
from curate.verify.task import Reply, Task


@dataclass(frozen=True, slots=True)
class Question:
    """A gold with either a bare answer or a whole response to read it from; see `check`."""

    gold: str
    answer: str | None = None
    response: str | None = None
    choices: tuple[str, ...] = ()
    settings: AnswerSettings = DEFAULT_SETTINGS
    is_lenient: bool = False


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What was found; `extracted` is the answer that was compared, empty when there is none."""

    status: Status
    extracted: str
    reason: str
    decided_by: str
    seconds: float


@dataclass(frozen=True, slots=True)
class SolveResult:
    """The solution of one system and the time it took."""

    solution: Solution
    seconds: float

    @property
    def status(self) -> SolveStatus:
        """Say `ok`, `rejected`, `timeout` or `error`."""
        return self.solution.status

    @property
    def answer(self) -> str:
        """Give the exact answer, empty where there is none."""
        return self.solution.answer

    @property
    def reason(self) -> str:
        """Give the code of a refusal, empty where there is an answer."""
        return self.solution.reason


def check(
    *,
    gold: str,
    answer: str | None = None,
    response: str | None = None,
    choices: tuple[str, ...] = (),
    settings: AnswerSettings = DEFAULT_SETTINGS,
    is_lenient: bool = False,
) -> CheckResult:
    r"""Compare a bare answer, or the answer stated in a response, with a gold.

    `settings` are the policies of the source; `is_lenient` takes the last formula or number of a response
    that announces no answer.

    >>> check(gold="1/2", answer="0.5").status
    'equal'
    """
    return next(check_many([Question(gold, answer, response, choices, settings, is_lenient)], workers=1))


def check_many(questions: Iterable[Question], *, workers: int) -> Iterator[CheckResult]:
    """Compare a stream of pairs, in order; only pairs that rules leave open start or use a worker."""
    with WorkerPool(workers) as pool:
        open_checks: deque[_OpenCheck] = deque()
        by_number: dict[int, _OpenCheck] = {}
        for number, question in enumerate(questions):
            entry = _begin(question)
            open_checks.append(entry)
            if entry.task is not None:
                by_number[number] = entry
                pool.submit(number, entry.task)
            while len(open_checks) > _WINDOW and open_checks[0].result is None:
                _collect(pool, by_number)
            yield from _ready(open_checks)
        while open_checks:
            _collect(pool, by_number)
            yield from _ready(open_checks)


def solve(equations: str) -> SolveResult:
    """Solve one EoT/1 system in a worker that is killed at its deadline.

    >>> solve("x + 2 = 5\\nans = x").solution.answer
    '3'
    """
    return next(solve_many([equations], workers=1))


def solve_many(systems: Iterable[str], *, workers: int) -> Iterator[SolveResult]:
    """Solve a stream of systems, in order."""
    with WorkerPool(workers) as pool:
        results: dict[int, SolveResult] = {}
        next_out = n_sent = 0
        for number, text in enumerate(systems):
            pool.submit(number, Task("solve", "", text[: MAX_TEXT + 1]))
            n_sent = number + 1
            while pool.n_open > _WINDOW:
                _collect_solutions(pool, results)
            while next_out in results:
                yield results.pop(next_out)
                next_out += 1
        while next_out < n_sent:
            _collect_solutions(pool, results)
            while next_out in results:
                yield results.pop(next_out)
                next_out += 1


_WINDOW = 512


@dataclass(slots=True)
class _OpenCheck:
    extracted: str
    comparison: Comparison
    seconds: float
    settings: AnswerSettings
    task: Task | None = None
    result: CheckResult | None = None


def _begin(question: Question) -> _OpenCheck:
    started = time.perf_counter()
    extracted, note = question.answer, "no_answer"
    if extracted is None and question.response is not None:
        found = read_stated_answer(question.response, is_lenient=question.is_lenient)
        extracted, note = found.answer, found.note
    if extracted is None or not extracted.strip():
        comparison = Comparison("undecided", note)
    else:
        comparison = compare_answers(
            gold=question.gold, answer=extracted, choices=question.choices, settings=question.settings
        )
    entry = _OpenCheck(extracted or "", comparison, time.perf_counter() - started, question.settings)
    if may_be_settled_by_symbols(comparison):
        entry.task = Task("compare", comparison.gold_normalised, comparison.answer_normalised)
    else:
        entry.result = _result(entry, with_gold_named(comparison), 0.0)
    return entry


def _collect(pool: WorkerPool, by_number: dict[int, _OpenCheck]) -> None:
    for number, reply in pool.poll():
        entry = by_number.pop(number)
        entry.result = _result(
            entry, symbolic_comparison(entry.comparison, reply, entry.settings), reply.cpu_ms / 1000
        )


def _result(entry: _OpenCheck, comparison: Comparison, extra_s: float) -> CheckResult:
    seconds = entry.seconds + extra_s
    return CheckResult(comparison.status, entry.extracted, comparison.reason, comparison.decided_by, seconds)


def _ready(open_checks: deque[_OpenCheck]) -> Iterator[CheckResult]:
    while open_checks and open_checks[0].result is not None:
        result = open_checks.popleft().result
        assert result is not None
        yield result


def _collect_solutions(pool: WorkerPool, results: dict[int, SolveResult]) -> None:
    for number, reply in pool.poll():
        results[number] = SolveResult(_solution(reply), reply.cpu_ms / 1000)


def _solution(reply: Reply) -> Solution:
    if reply.fate == "timeout":
        return Solution("timeout", reason="timeout")
    if reply.fate != "done":
        return Solution("error", reason=reply.fate, detail=" ".join(reply.values))
    status, answer, decimal, reason, detail, path = reply.values
    return Solution(status, answer, decimal, reason, detail, path)  # type: ignore[arg-type]
