"""How the programs of traces are run: limits, how often, and under which backend; and single programs.

`execute` and `execute_many` are what `tracemill exec` and `from curate import execute` call: they take a
program as a model wrote it, fenced or bare, with run-on text behind it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from curate.answers import find_program
from curate.sandbox import ExecLimits, ProgramResult
from curate.sandbox import execute_many as run_many


@dataclass(frozen=True, slots=True)
class ProgramSettings:
    """`backend` None lets the self-test choose; `unsafe` runs without isolation and marks every verdict."""

    run_twice: bool = True
    limits: ExecLimits = field(default_factory=ExecLimits)
    backend: str | None = None


def execute(program: str, *, limits: ExecLimits | None = None, backend: str | None = None) -> ProgramResult:
    """Run one program in the sandbox and give its answer.

    Raises:
        MissingError: when this machine cannot shut programs in; nothing is run then.
    """
    return next(execute_many([program], workers=1, limits=limits, backend=backend))


def execute_many(
    programs: Iterable[str],
    *,
    workers: int | None = None,
    limits: ExecLimits | None = None,
    backend: str | None = None,
) -> Iterator[ProgramResult]:
    """Run a stream of programs, results in order.

    Raises:
        MissingError: when this machine cannot shut programs in; nothing is run then.
    """
    sources = (find_program(program).program or program for program in programs)
    return run_many(sources, workers=workers, limits=limits, backend=backend)
