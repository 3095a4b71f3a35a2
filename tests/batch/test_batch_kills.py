"""A kill at any step of a batch: nothing is submitted twice, no row is lost or doubled.

The process dies by an exception that nothing catches, before or after each record and each call in turn;
once it dies by a real SIGKILL. What it had written stays, what it had asked for may have happened.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from curate.teachers.batch import OpenAIBatchEndpoint

N_ROWS = 4


class Killed(BaseException):
    """The process is gone."""


class Fuse:
    """Counts events and dies at one of them."""

    def __init__(self, at: int | None) -> None:
        self.at = at
        self.n = 0

    def burn(self) -> None:
        self.n += 1
        if self.n == self.at:
            raise Killed

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """Die before or after a call, as the count has it."""

        def wrapped(*arguments: Any, **named: Any) -> Any:
            self.burn()
            result = call(*arguments, **named)
            self.burn()
            return result

        return wrapped


class Fused:
    """Anything, with some of its methods on a fuse."""

    def __init__(self, inner: Any, fuse: Fuse, names: tuple[str, ...]) -> None:
        self._inner = inner
        for name in names:
            setattr(self, name, fuse.around(getattr(inner, name)))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def run_until(bench: Any, at: int | None) -> Fuse:
    """Run with a fuse; gives it back, with the number of events if nothing died."""
    fuse = Fuse(at)
    calls = ("upload_rows", "create_batch", "find_batch", "read_batch", "read_file")
    endpoint = Fused(OpenAIBatchEndpoint(bench.teacher, {}), fuse, calls)
    with contextlib.suppress(Killed):
        bench.run(
            bench.units(N_ROWS),
            endpoint=endpoint,
            wrap_journal=lambda journal: Fused(journal, fuse, ("append", "sync")),
        )
    return fuse


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param({}, id="done"),
        pytest.param({"ends": ("expired",), "polls_until_done": 2}, id="expired", marks=pytest.mark.slow),
    ],
)
def test_kill_at_any_step_buys_nothing_twice_and_loses_no_row(make_bench, behaviour) -> None:
    n_events = run_until(make_bench(**behaviour), None).n
    assert n_events > 30
    for at in range(1, n_events + 1):
        bench = make_bench(**behaviour)
        run_until(bench, at)
        outcome = bench.run(bench.units(N_ROWS))
        where = f"killed at event {at} of {n_events}"
        assert outcome.n_left == 0, where
        assert bench.server.tally.n_billed_again == 0, where
        assert bench.answers() == {u.request.request_id: 1 for u in bench.units(N_ROWS)}, where
        totals = bench.store.totals()
        assert totals.open_batches == (), where
        assert totals.maybe_billed_usd == 0, where


def test_two_kills_in_a_row_are_survived_too(make_bench) -> None:
    n_events = run_until(make_bench(), None).n
    for at in range(5, n_events, 7):
        bench = make_bench()
        run_until(bench, at)
        run_until(bench, 3)
        assert bench.run(bench.units(N_ROWS)).n_left == 0, at
        assert bench.server.tally.n_billed_again == 0, at
        assert set(bench.answers().values()) == {1}, at


def test_creation_whose_reply_was_lost_is_found_and_not_repeated(make_bench) -> None:
    bench = make_bench()
    real = OpenAIBatchEndpoint(bench.teacher, {})
    losing = Fused(real, Fuse(None), ())
    lost = []

    def create_and_lose(*arguments: Any) -> Any:
        from curate.teachers.transport import TeacherFault

        created = real.create_batch(*arguments)
        if not lost:
            lost.append(created)
            raise TeacherFault("dropped", "the connection broke", is_maybe_billed=True)
        return created

    losing.create_batch = create_and_lose
    outcome = bench.run(bench.units(N_ROWS), endpoint=losing)
    assert (outcome.n_answered, bench.server.tally.n_batches) == (N_ROWS, 1)


_CHILD = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from importlib.util import module_from_spec, spec_from_file_location
spec = spec_from_file_location("batch_bench", sys.argv[2])
module = module_from_spec(spec); sys.modules["batch_bench"] = module; spec.loader.exec_module(module)
from curate.teachers.batch import OpenAIBatchEndpoint

class Server:
    base_url = sys.argv[4]

class Endpoint(OpenAIBatchEndpoint):
    def create_batch(self, *arguments):
        super().create_batch(*arguments)
        os.kill(os.getpid(), signal.SIGKILL)

bench = module.Bench(Path(sys.argv[3]), Server)
bench.run(bench.units(4), endpoint=Endpoint(bench.teacher, {}))
"""


@pytest.mark.slow
def test_sigkill_between_creation_and_its_record_is_healed(make_bench) -> None:
    bench = make_bench()
    root = Path(__file__).parents[2]
    arguments = [str(root), str(Path(__file__).with_name("conftest.py")), str(bench.folder)]
    child = subprocess.run(
        [sys.executable, "-c", _CHILD, *arguments, bench.server.base_url],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.environ.get("PYTHONPATH", "")},
        timeout=60,
        check=False,
    )
    assert child.returncode == -signal.SIGKILL
    assert bench.states() == ["preparing", "uploaded"]
    bench.n_runs = 1
    outcome = bench.run(bench.units(4))
    assert (outcome.n_answered, outcome.n_left) == (4, 0)
    assert (bench.server.tally.n_batches, bench.server.tally.n_billed_again) == (1, 0)
