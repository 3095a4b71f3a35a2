"""Wire the embedded teacher to the problems it knows: those that ship, and files a run names.

`make_transport` is what the engine uses; `answer_embedded` and `serve` are for callers that want the teacher
itself, in process or behind a port.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from curate.teachers import factory
from curate.teachers.transport import Transport
from curate.types import Teacher

if TYPE_CHECKING:
    from curate.sources import BuiltinProblem
    from curate.teachers.embedded import EmbeddedProblem, EmbeddedTeacher, ServerConfig


def make_transport(
    teacher: Teacher, environ: Mapping[str, str], clock: Callable[[], float] = time.time
) -> Transport:
    """Make the transport of one teacher; the embedded one gets the problems that it knows.

    Raises:
        MissingError: when the variable that should hold the key is not set.
        UsageError: for a batch teacher, which is not asked request by request.
    """
    if teacher.transport == "embedded":
        from curate.teachers.in_process import EmbeddedTransport

        return EmbeddedTransport(embedded_teacher(teacher.knows))
    return factory.make_transport(teacher, environ, clock)


@cache
def embedded_teacher(knows: tuple[str, ...] = ()) -> EmbeddedTeacher:
    """Give the teacher that knows the built-in problems, and those of files of solved problems.

    Raises:
        InputError: for a file that holds something else.
    """
    from curate.sources import builtin_problems, read_solved_problems
    from curate.teachers.embedded import EmbeddedTeacher

    solved = [*builtin_problems(), *(one for path in knows for one in read_solved_problems(Path(path)))]
    return EmbeddedTeacher(_embed(problem) for problem in solved)


def _embed(builtin: BuiltinProblem) -> EmbeddedProblem:
    """Give a built-in problem in the shape that the teacher takes."""
    from curate.teachers.embedded import EmbeddedProblem, EmbeddedStep

    problem = builtin.problem
    return EmbeddedProblem(
        problem.question,
        problem.gold or "",
        tuple(
            EmbeddedStep(step.text, step.name, step.expression, step.value, step.question)
            for step in builtin.steps
        ),
        builtin.program,
        builtin.equations,
        problem.choices,
    )


def answer_embedded(body: bytes, sample_index: int = 0) -> bytes:
    """Answer an OpenAI request body with a chat completion; the same arguments always give the same bytes."""
    return embedded_teacher().answer(body, sample_index)


def serve(
    host: str = "127.0.0.1",
    port: int = 0,
    config: ServerConfig | None = None,
    on_start: Callable[[str], None] = lambda url: None,
) -> None:
    """Serve the embedded teacher until interrupted; `on_start` gets the base URL once the port is open.

    Raises:
        MissingError: when the port cannot be had.
    """
    from curate.teachers.embedded import serve as serve_answers

    serve_answers(answer_embedded, host, port, config, on_start)
