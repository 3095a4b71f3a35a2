"""Turn the fork server's report of one run into a ProgramResult. Pure; everything in a report is hostile.

Order of acceptance: the return of `solution()` or of the one function without arguments, then a variable
`ans`, `answer` or `result`, then the last printed line, then a last bare expression.
"""

from __future__ import annotations

import json
import re
import signal
from dataclasses import dataclass
from typing import cast

from curate.sandbox.result import AnswerFrom, OtherAnswer, ProgramResult, Status

MAX_ANSWER = 4_096
_MAX_ERROR = 2_000
_ORDER: tuple[AnswerFrom, ...] = ("return", "variable", "printed", "expression")
_NOTHING = frozenset(
    {"nan", "inf", "-inf", "+inf", "none", "null", "zoo", "oo", "-oo", "infinity", "-infinity"}
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
SETUP_FAILED = 97


@dataclass(frozen=True, slots=True)
class RunReport:
    """What the fork server saw: how the child ended, its record as it came, and its captured output."""

    exit: int
    is_late: bool
    record: str
    n_stdout: int
    stdout: str
    tail: str
    n_stderr: int
    stderr: str
    seconds: float
    cpu_s: float


@dataclass(frozen=True, slots=True)
class RunContext:
    """What the caller knows of the run by itself."""

    nonce: str
    backend: str
    landlock_abi: int
    flood_bytes: int
    cpu_limit_s: float
    server: int = 0


def judge_run(report: RunReport, context: RunContext) -> ProgramResult:
    """Say how a program ended and which of its values counts."""
    record = _read_record(report.record, context.nonce)
    status, error = _how_it_ended(report, context, record)
    answers: dict[AnswerFrom, str] = {}
    if not status:
        assert record is not None
        answers = _answers(record, report)
        status = "ok" if answers else "no_answer"
        if "too_long" in _values(record) and not answers:
            status = "output_limit"
    first, others = _ordered(answers)
    return ProgramResult(
        status=status,
        answer=_clean(answers[first]) if first else "",
        answer_from=first,
        conflicts=others,
        stdout=report.stdout,
        stderr=report.stderr,
        is_truncated=report.n_stdout > len(report.stdout.encode("utf-8", "replace")),
        error=error,
        signal=-report.exit if report.exit < 0 else 0,
        seconds=report.seconds,
        cpu_s=report.cpu_s,
        backend=context.backend,
        landlock_abi=context.landlock_abi,
        server=context.server,
    )


def _how_it_ended(
    report: RunReport, context: RunContext, record: dict[str, object] | None
) -> tuple[Status | None, str]:
    """Give a status for every run that has no answer to look at, None for one that ended by itself."""
    is_flood = max(report.n_stdout, report.n_stderr) >= context.flood_bytes
    if report.is_late:
        return "timeout", "It took more than its limit of wall time."
    if report.exit < 0:
        number = -report.exit
        if report.cpu_s >= context.cpu_limit_s or number == signal.SIGXCPU:
            return "timeout", "It took more than its limit of CPU time."
        return "killed", f"It was ended by signal {number} ({_signal_name(number)})."
    if is_flood:
        return "output_limit", f"It wrote more than {context.flood_bytes} bytes."
    if report.exit == SETUP_FAILED:
        return "crash", f"A layer of the sandbox failed: {escape_controls(report.record)[:_MAX_ERROR]}"
    if record is None or report.exit != 0:
        return "protocol", f"It ended with exit code {report.exit} and without one well-formed record."
    if "error" in record:
        kind = str(record["error"])
        return ("memory" if kind == "MemoryError" else "error"), _error_text(kind, record)
    return None, ""


def _read_record(text: str, nonce: str) -> dict[str, object] | None:
    """Read the one record that a run may write; anything else is none."""
    if text.count("\n") != 1 or not text.endswith("\n"):
        return None
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(record, dict) or record.get("nonce") != nonce:
        return None
    if "error" not in record and not isinstance(record.get("values"), dict):
        return None
    return cast("dict[str, object]", record)


def _values(record: dict[str, object]) -> dict[str, object]:
    return cast("dict[str, object]", record["values"])


def _answers(record: dict[str, object], report: RunReport) -> dict[AnswerFrom, str]:
    answers: dict[AnswerFrom, str] = {}
    conventions: tuple[AnswerFrom, ...] = ("return", "variable", "expression")
    for convention in conventions:
        text = _values(record).get(convention)
        if isinstance(text, str) and text.strip() and len(text) <= MAX_ANSWER:
            answers[convention] = text
    printed = _last_printed(report, record.get("printed_bytes"))
    if printed:
        answers["printed"] = printed
    return answers


def _last_printed(report: RunReport, n_printed: object) -> str:
    """Find the last printed line that says something, printed before a function was called for its return."""
    text = report.tail or report.stdout
    if not report.tail and isinstance(n_printed, int):
        own = text.encode("utf-8", "replace")[: max(0, n_printed)].decode("utf-8", "replace")
        text = own if own.strip() else text
    for line in reversed(text.splitlines()):
        bare = line.strip()
        if bare:
            return "" if bare.lower() in _NOTHING or len(bare) > MAX_ANSWER else bare
    return ""


def _ordered(answers: dict[AnswerFrom, str]) -> tuple[AnswerFrom, tuple[OtherAnswer, ...]]:
    found = [convention for convention in _ORDER if convention in answers]
    if not found:
        return "", ()
    first = found[0]
    others = tuple(
        OtherAnswer(convention, _clean(answers[convention]))
        for convention in found[1:]
        if not _says_the_same(answers[first], answers[convention])
    )
    return first, others


def _says_the_same(one: str, other: str) -> bool:
    """Say whether a value and another convention's text agree word for word or at the other's end."""
    if one == other:
        return True
    at = len(other) - len(one)
    return at > 0 and other.endswith(one) and not (other[at - 1].isalnum() or other[at - 1] in ".-_")


def _clean(text: str) -> str:
    """Replace what no text file can hold, so that an answer can be stored and shown."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def _error_text(kind: str, record: dict[str, object]) -> str:
    line = record.get("line")
    where = f" (line {line})" if isinstance(line, int) and 0 < line <= 1_000_000 else ""
    return escape_controls(f"{kind}: {record.get('message') or ''}")[:_MAX_ERROR] + where


def escape_controls(text: str) -> str:
    """Write control and direction characters as escapes, so that no terminal obeys them."""
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return "unknown"
