"""Worker processes: deadlines, memory, deaths. Real processes, no sleeps: the clock is what is asked for."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from curate.verify.pool import PoolLimits, WorkerPool
from curate.verify.task import Reply, Task

TOWER = "2^{3^{4^{5^{6}}}}"
"""Given to the engine unguarded, it never returns."""


def _run(pool: WorkerPool, tasks: list[Task]) -> list[Reply]:
    for number, task in enumerate(tasks):
        pool.submit(number, task)
    replies: dict[int, Reply] = {}
    while pool.n_open:
        replies.update(pool.poll())
    return [replies[number] for number in range(len(tasks))]


def test_a_hanging_task_is_killed_and_its_neighbours_are_answered() -> None:
    easy = Task("compare", r"\frac{1}{2}", "0.5")
    with WorkerPool(1) as pool:
        replies = _run(pool, [easy, Task("compare", TOWER, "1"), easy, easy])
    assert [reply.fate for reply in replies] == ["done", "timeout", "done", "done"]
    assert replies[3].values == ("equal", "symbolic")


def test_cpu_time_decides_before_the_clock_does() -> None:
    """A task that was only slow because the machine is busy keeps its chance."""
    limits = PoolLimits(cpu_s={"compare": 0.3, "solve": 0.3}, deadline_s={"compare": 60.0, "solve": 60.0})
    with WorkerPool(1, limits) as pool:
        replies = _run(pool, [Task("compare", TOWER, "1"), Task("solve", "", "ans = 1")])
    assert [reply.fate for reply in replies] == ["timeout", "done"]


def test_a_worker_that_sleeps_is_killed_by_the_clock() -> None:
    silent = "print('[\"ready\"]', flush=True); import time; time.sleep(600)"
    limits = PoolLimits(deadline_s={"compare": 0.3, "solve": 0.3})
    with WorkerPool(1, limits, command=("-c", silent)) as pool:
        [reply] = _run(pool, [Task("solve", "", "ans = 1")])
    assert reply.fate == "timeout"


def test_a_worker_over_its_memory_is_lost_once_for_each_try() -> None:
    limits = PoolLimits(memory_bytes={"compare": 1, "solve": 1})
    with WorkerPool(1, limits) as pool:
        [reply] = _run(pool, [Task("compare", TOWER, "1")])
    assert reply.fate == "memory"


def test_a_killed_worker_costs_nothing_when_the_second_try_works() -> None:
    with WorkerPool(1) as pool:
        _run(pool, [Task("solve", "", "ans = 1")])
        [pid] = pool.worker_ids
        os.kill(pid, signal.SIGKILL)
        [reply] = _run(pool, [Task("solve", "", "x^2 = 4\nx > 0\nans = x")])
    assert (reply.fate, reply.values[1]) == ("done", "2")


def test_no_worker_outlives_its_pool() -> None:
    with WorkerPool(2) as pool:
        _run(pool, [Task("solve", "", "ans = 1")] * 70)
        pids = pool.worker_ids
    assert pids
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_worker_that_cannot_start_ends_in_replies() -> None:
    with WorkerPool(2, command=("-c", "raise SystemExit(3)")) as pool:
        replies = _run(pool, [Task("solve", "", "ans = 1")] * 3)
    assert {reply.fate for reply in replies} == {"worker_lost"}


def test_workers_see_no_secret() -> None:
    os.environ["TRACEMILL_TEST_API_KEY"] = "sk-secret"
    try:
        with WorkerPool(1) as pool:
            _run(pool, [Task("solve", "", "ans = 1")])
            assert b"sk-secret" not in Path(f"/proc/{pool.worker_ids[0]}/environ").read_bytes()
    finally:
        del os.environ["TRACEMILL_TEST_API_KEY"]


def test_text_with_surrogates_and_nul_crosses_the_pipe() -> None:
    with WorkerPool(1) as pool:
        replies = _run(pool, [Task("solve", "", "x = \ud800\nans = x"), Task("compare", "\0", "\udfff")])
    assert replies[0].values[3] == "syntax"
    assert replies[1].fate in ("done", "backend_error")
