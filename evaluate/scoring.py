"""Score answers with curate's verifiers: the same code, and the same version, as in curation.

Strict is the answer as the form asks for it: a stated answer, a program that is run in the sandbox, a system
that is solved. Lenient takes the last formula or number of the text, so that a failure of form is seen as
one. Nothing undecided is called wrong. Programs run in the sandbox or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from curate.answer_settings import DEFAULT_SETTINGS, KNOWN_SOURCES, AnswerSettings
from curate.answers import parse_trace
from curate.answers.thinking import hide_thinking
from curate.types import ParsedTrace, ParseState, Verdict
from curate.verify import (
    VERIFIER_VERSION,
    CheckResult,
    ProgramSettings,
    Question,
    TraceToVerify,
    check_many,
    default_workers,
    verify_many,
)
from evaluate.types import FORMATS, Item, Reading, Score

__all__ = ["VERIFIER_VERSION", "score_readings"]


def score_readings(
    readings: Sequence[Reading], *, workers: int | None = None, programs: ProgramSettings | None = None
) -> Iterator[Score]:
    """Score readings, in order."""
    n_workers = workers or default_workers()
    items = [_to_verify(reading) for reading in readings]
    verdicts = verify_many(items, workers=n_workers, programs=programs)
    lenient = check_many([_lenient(reading) for reading in readings], workers=n_workers)
    for reading, item, found, loose in zip(readings, items, verdicts, lenient, strict=True):
        if reading.fault:
            yield Score(reading, "undecided", "no_reply", "", "", "undecided", "")
            continue
        verdict = found[0]
        yield Score(
            reading,
            verdict.status.value,
            verdict.reason,
            verdict.decided_by,
            _answer_of(item.parsed, verdict),
            *_leniently(verdict, item.parsed, loose),
        )


def _leniently(verdict: Verdict, parsed: ParsedTrace, loose: CheckResult) -> tuple[str, str]:
    """Give the lenient status and answer; the numbers inside a program or a system are no answers."""
    if parsed.program is not None or parsed.equations is not None:
        return verdict.status.value, _answer_of(parsed, verdict)
    if not loose.extracted:
        return "no_answer", ""
    status = {"equal": "correct", "not_equal": "incorrect"}.get(loose.status, "undecided")
    return status, loose.extracted


def settings_of(item: Item) -> AnswerSettings:
    """Give how the answers of an item's source are compared."""
    return KNOWN_SOURCES.get(item.problem.source, DEFAULT_SETTINGS)


def _to_verify(reading: Reading) -> TraceToVerify:
    problem, form = reading.item.problem, FORMATS[reading.form]
    parsed = parse_trace(reading.text, form, reading.finish_reason)
    return TraceToVerify(
        reading.key,
        form,
        problem.gold,
        problem.choices,
        reading.text,
        parsed,
        reading.finish_reason,
        settings=settings_of(reading.item),
    )


def _lenient(reading: Reading) -> Question:
    problem = reading.item.problem
    return Question(
        gold=problem.gold or "",
        response=hide_thinking(reading.text).text,
        choices=problem.choices,
        settings=settings_of(reading.item),
        is_lenient=True,
    )


def _answer_of(parsed: ParsedTrace, verdict: Verdict) -> str:
    """Give the value that was compared: what a program or a system gave, else what the text states."""
    if verdict.verifier == "answer":
        return parsed.stated_answer or "" if parsed.state is ParseState.OK else ""
    found = verdict.detail.get("answer")
    return found if isinstance(found, str) else ""
