"""When the caller is killed, no fork server and no program stays behind."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from curate.sandbox import test_backend as try_backend

CALLER = """
import sys
from curate.sandbox import ExecLimits, SandboxPool
with SandboxPool(2, ExecLimits(timeout_s=60), sys.argv[1]) as pool:
    for number in range(2):
        pool.submit(number, "import time\\ntime.sleep(50)")
    while True:
        pool.poll()
"""


@pytest.mark.parametrize("backend", ["namespaces", "landlock"])
def test_nothing_outlives_a_killed_caller(backend: str) -> None:
    if not try_backend(backend).is_safe:
        pytest.skip(f"{backend} does not hold here: {try_backend(backend).first_fault}")
    caller = subprocess.Popen(
        [sys.executable, "-c", CALLER, backend], cwd="/",
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    n_each = 3 if backend == "namespaces" else 2  # the server, the process 1 behind it, the program
    with caller:
        family = wait_until(lambda: descendants(caller.pid), lambda found: len(found) >= 2 * n_each, 60)
        caller.kill()
    left = wait_until(lambda: [pid for pid in family if is_alive(pid)], lambda found: not found, 5)
    assert len(family) == 2 * n_each
    assert left == []


def wait_until(
    look: Callable[[], list[int]], is_enough: Callable[[list[int]], bool], limit_s: float
) -> list[int]:
    """Look again and again until enough is seen or the time is over."""
    deadline = time.monotonic() + limit_s
    while not is_enough(found := look()) and time.monotonic() < deadline:
        pass
    return found


def descendants(root: int) -> list[int]:
    """Give the children of a process, their children, and so on."""
    found: list[int] = []
    with contextlib.suppress(OSError):  # it may end while we look
        for task in Path(f"/proc/{root}/task").iterdir():
            for child in map(int, (task / "children").read_text().split()):
                found += [child, *descendants(child)]
    return found


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False
