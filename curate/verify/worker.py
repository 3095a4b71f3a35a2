"""The worker process: reads batches of tasks on standard input, writes one reply per task on standard output.

Started by `pool` as ``python -m curate.verify.worker``; never imported by it. Each line in is a JSON list
of tasks, each line out is one JSON list. The first line out says that the imports are done. The kernel ends
the process when a task outlives its parent (an alarm without a handler) or takes too much memory. Nothing
is printed besides.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import resource
import signal
import sys
import time

from curate.verify.task import Task

_ORPHAN_S = 30
_CORE_BYTES = 0
_RECURSION = 3_000


def main() -> None:
    """Serve until standard input ends."""
    address_bytes = int(sys.argv[1]) if len(sys.argv) > 1 else 2 << 30
    lines_in, replies = (
        os.fdopen(os.dup(0), "r", encoding="utf-8"),
        os.fdopen(os.dup(1), "w", encoding="utf-8"),
    )
    _close_to_others()
    resource.setrlimit(resource.RLIMIT_CORE, (_CORE_BYTES, _CORE_BYTES))
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    allowed = address_bytes if hard == resource.RLIM_INFINITY else min(address_bytes, hard)
    resource.setrlimit(resource.RLIMIT_AS, (allowed, hard))
    sys.setrecursionlimit(_RECURSION)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    import math_verify  # noqa: F401  the import is paid before the first deadline starts

    _send(replies, ["ready"])
    for line in lines_in:
        for kind, gold, text in json.loads(line):
            signal.setitimer(signal.ITIMER_REAL, _ORPHAN_S)
            _send(replies, _run(Task(kind, gold, text)))
            signal.setitimer(signal.ITIMER_REAL, 0)


def _close_to_others() -> None:
    """Point the standard streams elsewhere, so that no library writes into the replies."""
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    os.dup2(null, 2)


def _send(replies: io.TextIOWrapper, values: list[object]) -> None:
    replies.write(json.dumps(values) + "\n")
    replies.flush()


def _run(task: Task) -> list[object]:
    started = time.process_time()
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            values = _compare(task) if task.kind == "compare" else _solve(task)
        fate = "done"
    except MemoryError:
        fate, values = "memory", []
    except RecursionError:
        fate, values = "backend_error", ["too_deep"]
    except Exception as error:  # noqa: BLE001  the engine's own failure is a verdict, not a crash
        fate, values = "backend_error", [type(error).__name__]
    return [fate, values, (time.process_time() - started) * 1000]


def _compare(task: Task) -> list[str]:
    from curate.verify.symbolic import compare_symbolically

    return list(compare_symbolically(task.gold, task.text))


def _solve(task: Task) -> list[str]:
    from curate.verify.equations.solve import solve_text

    solution = solve_text(task.text)
    return [
        solution.status, solution.answer, solution.decimal, solution.reason, solution.detail, solution.path,
    ]  # fmt: skip


if __name__ == "__main__":
    main()
