"""Run one program or a stream of them; results in the order of the programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from curate.sandbox.pool import SandboxPool
from curate.sandbox.result import ExecLimits, ProgramResult

_WINDOW_PER_WORKER = 64


def execute(program: str, *, limits: ExecLimits | None = None, backend: str | None = None) -> ProgramResult:
    """Run one program in the sandbox.

    Raises:
        MissingError: when this machine cannot shut programs in.

    >>> execute("def solution():\\n    return 6 * 7").answer
    '42'
    """
    return next(execute_many([program], workers=1, limits=limits, backend=backend))


def execute_many(
    programs: Iterable[str],
    *,
    workers: int | None = None,
    limits: ExecLimits | None = None,
    backend: str | None = None,
) -> Iterator[ProgramResult]:
    """Run a stream of programs, in order; the stream is read lazily.

    Raises:
        MissingError: when this machine cannot shut programs in.
    """
    with SandboxPool(workers, limits, backend) as pool:
        results: dict[int, ProgramResult] = {}
        next_out = n_sent = 0
        window = _WINDOW_PER_WORKER * (workers or 4)
        for number, program in enumerate(programs):
            pool.submit(number, program)
            n_sent = number + 1
            while pool.n_open + len(results) > window:
                results.update(pool.poll())
                while next_out in results:
                    yield results.pop(next_out)
                    next_out += 1
        while next_out < n_sent:
            results.update(pool.poll())
            while next_out in results:
                yield results.pop(next_out)
                next_out += 1
