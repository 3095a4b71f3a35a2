"""Problems of our own, from one step to contest level, each with a true solution in every form.

The files are `problems/*.jsonl`, one problem a line: origin_id, question, gold, choices, level (1 to 6),
subject, steps, program, equations. A test checks every one by program.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import resources

from curate.sources.builtin_types import BuiltinProblem
from curate.sources.solved import solved_problems

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
        yield from solved_problems(
            path.read_bytes().splitlines(),
            f"the built-in {path.name}",
            source=SOURCE,
            licence=LICENCE,
            remedy="the installation is damaged: install tracemill again",
        )
