"""`tracemill check`: a filter over JSON lines, gold and answer in, one verdict out for each, in order.

In: {"id","gold","answer"} (a bare answer) or {"id","gold","response"} (a whole text), optionally "choices"
and "settings" ("rounding=gold_places,list_order=given": the policies of a source).
Out: {"id","status","extracted","reason","decided_by","seconds"}. A bad line gives `undecided` with reason
`bad_input` and stops nothing.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import typer

from curate.answer_settings import AnswerSettings, parse_settings
from curate.cli.common import new_app
from curate.cli.json_lines import read_line, write_line
from curate.errors import UsageError
from curate.verify import Question, check_many, default_workers

MAX_SHOWN = 4_000
"""Characters of an extracted answer that are written; longer ones decide nothing."""
app = new_app("Compare golds with answers: JSON lines in, JSON lines out.")


@app.command()
def check(
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="Processes; default: one a core.")
    ] = None,
    settings: Annotated[
        str,
        typer.Option("--settings", help="rounding=gold_places,... for lines that have no settings."),
    ] = "",
    lenient: Annotated[
        bool, typer.Option("--lenient", help="Take the last formula or number where nothing is announced.")
    ] = False,
) -> None:
    """Compare golds with answers; reads JSON lines on standard input, writes one line for each."""
    ids: deque[tuple[object, str]] = deque()
    reading = Reading(parse_settings(settings), lenient)
    for result in check_many(_read(ids, reading), workers=workers or default_workers()):
        name, fault = ids.popleft()
        row = {
            "id": name,
            "status": result.status,
            "extracted": result.extracted[:MAX_SHOWN],
            "reason": fault or result.reason,
            "decided_by": "" if fault else result.decided_by,
            "seconds": round(result.seconds, 6),
        }
        write_line(row)
    sys.stdout.buffer.flush()


@dataclass(frozen=True, slots=True)
class Reading:
    """How lines are read that say nothing else."""

    settings: AnswerSettings
    is_lenient: bool


def _read(ids: deque[tuple[object, str]], reading: Reading) -> Iterator[Question]:
    for line in sys.stdin.buffer:
        row = read_line(line) or {}
        name = row.get("id")
        try:
            question = _question(row, reading)
        except UsageError:
            question = None
        ids.append((name, "" if question else "bad_input"))
        yield question or Question("")


def _question(row: dict[str, object], reading: Reading) -> Question | None:
    gold, answer, response, choices = (row.get(key) for key in ("gold", "answer", "response", "choices"))
    gold, answer = _text(gold), _text(answer)
    if gold is None or (answer is None and not isinstance(response, str)):
        return None
    options = tuple(str(choice) for choice in choices) if isinstance(choices, list) else ()
    said = row.get("settings")
    settings = parse_settings(said) if isinstance(said, str) else reading.settings
    text = response if isinstance(response, str) else None
    return Question(gold, answer, text, options, settings, reading.is_lenient)


def _text(value: object) -> str | None:
    """Take text or a number; true and false are no numbers."""
    if isinstance(value, bool):
        return str(value)
    return str(value) if isinstance(value, str | int | float) else None
