"""Problems of our own, from one step to contest level, each with a true solution in every form.

The files are `problems/*.jsonl`, one problem a line: origin_id, question, gold, choices, level (1 to 6),
subject, steps, program, equations. A test checks every one by program.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import resources

import orjson

from curate.errors import InputError
from curate.sources.builtin_types import BuiltinProblem, Step
from curate.types import Problem

SOURCE = "tracemill-builtin"
LICENCE = "CC0-1.0"


@cache
def builtin_problems() -> tuple[BuiltinProblem, ...]:
    """Read all problems, in the order of their files.

    Raises:
        InputError: when a file of the installation is damaged.
    """
    return tuple(_read())


def _read() -> Iterator[BuiltinProblem]:
    folder = resources.files(__name__).joinpath("problems")
    for path in sorted(folder.iterdir(), key=lambda entry: entry.name):
        for number, line in enumerate(path.read_bytes().splitlines(), 1):
            try:
                yield _problem(orjson.loads(line))
            except (orjson.JSONDecodeError, KeyError, TypeError) as error:
                raise InputError(
                    f"the built-in problem in line {number} of {path.name} cannot be read: {error!r}",
                    "the installation is damaged: install tracemill again",
                ) from None


def _problem(row: dict[str, object]) -> BuiltinProblem:
    choices, steps = row["choices"], row["steps"]
    if not isinstance(choices, list) or not isinstance(steps, list):
        raise TypeError("choices and steps must be lists")
    problem = Problem.of(
        source=SOURCE,
        question=str(row["question"]),
        gold=str(row["gold"]),
        choices=tuple(str(choice) for choice in choices),
        split="train",
        subject=str(row["subject"]),
        level=str(row["level"]),
        licence=LICENCE,
        origin_id=str(row["origin_id"]),
    )
    made = tuple(Step(**{key: str(value) for key, value in step.items()}) for step in steps)
    return BuiltinProblem(problem, made, str(row["program"]), str(row["equations"]))
