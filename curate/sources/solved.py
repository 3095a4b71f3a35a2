"""Problems that come with a true solution in every form: the shape of our own collection, in any JSONL file.

One problem a line: question, gold, steps (text, name, expression, value, question), program, equations,
and where known choices, level, subject, origin_id. The embedded teacher can answer such problems; nobody else
needs the solutions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import orjson

from curate.errors import InputError
from curate.sources.builtin_types import BuiltinProblem, Step
from curate.types import Problem


def read_solved_problems(path: Path) -> Iterator[BuiltinProblem]:
    """Read a file of solved problems.

    Raises:
        InputError: naming the line that is none.
    """
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise InputError(
            f"{path} cannot be read: {error.strerror}", "name a JSONL file of problems with solutions"
        ) from None
    return solved_problems(lines, str(path), source=path.stem, licence="", remedy=_REMEDY)


_REMEDY = "each line is an object with question, gold, steps, program and equations"


def solved_problems(
    lines: Iterable[bytes], where: str, *, source: str, licence: str, remedy: str
) -> Iterator[BuiltinProblem]:
    """Read lines, one problem each.

    Raises:
        InputError: naming the line that is none, with the remedy.
    """
    for number, line in enumerate(lines, 1):
        try:
            yield _problem(orjson.loads(line), source, licence)
        except (orjson.JSONDecodeError, KeyError, TypeError) as error:
            raise InputError(f"{where}, line {number} is no solved problem: {error!r}", remedy) from None


def _problem(row: dict[str, object], source: str, licence: str) -> BuiltinProblem:
    choices, steps = row.get("choices", []), row["steps"]
    if not isinstance(choices, list) or not isinstance(steps, list):
        raise TypeError("choices and steps must be lists")
    problem = Problem.of(
        source=source,
        question=str(row["question"]),
        gold=str(row["gold"]),
        choices=tuple(str(choice) for choice in choices),
        split=str(row.get("split", "train")),
        subject=str(row.get("subject", "")),
        level=str(row.get("level", "")),
        licence=licence,
        origin_id=str(row.get("origin_id", "")),
    )
    made = tuple(Step(**{key: str(value) for key, value in step.items()}) for step in steps)
    return BuiltinProblem(problem, made, str(row["program"]), str(row["equations"]))
