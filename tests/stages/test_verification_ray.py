"""A batch that the cluster loses is tried once more; then its traces get `error` and the others go on."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from curate.answers import parse_trace
from curate.stages.scale import BATCH, RayEngine, check_batch
from curate.types import FinishReason, TraceFormat, Verdict, VerdictStatus
from curate.verify import ProgramSettings, TraceToVerify


def _items(n: int) -> list[TraceToVerify]:
    text = "3 + 4 = 7. The answer is 7."
    parsed = parse_trace(text, TraceFormat.COT, FinishReason.STOP)
    return [TraceToVerify(f"t{number}", TraceFormat.COT, "7", (), text, parsed) for number in range(n)]


def _statuses(engine: RayEngine, items: list[TraceToVerify]) -> list[tuple[str, VerdictStatus]]:
    found = engine(items, workers=1, programs=None)
    return [(verdicts[0].trace_id, verdicts[0].status) for verdicts in found]


class FakeRay:
    """A cluster that runs each task when it is asked for, and loses those that `is_lost` names."""

    class exceptions:
        """What ray raises."""

        class RayError(Exception):
            """A task that did not come back."""

    def __init__(self, is_lost: Callable[[list[TraceToVerify]], bool]) -> None:
        self.is_lost = is_lost
        self.options: dict[str, int] = {}
        self.n_out = self.most_out = 0

    def remote(self, **options: int) -> Callable[[Callable[..., object]], SimpleNamespace]:
        self.options = options
        return lambda check: SimpleNamespace(remote=lambda *given: self._send(check, *given))

    def get(self, task: Callable[[], object]) -> object:
        self.n_out -= 1
        return task()

    def _send(self, check: Callable[..., object], items: list[TraceToVerify], programs: object) -> object:
        self.n_out += 1
        self.most_out = max(self.most_out, self.n_out)

        def task() -> object:
            if self.is_lost(items):
                raise self.exceptions.RayError("the node died")
            return check(items, programs)

        return task


def test_a_lost_batch_costs_its_own_traces_only() -> None:
    items = _items(2 * BATCH + 5)
    ray = FakeRay(lambda batch: batch[0].trace_id == f"t{BATCH}")
    found = _statuses(RayEngine(ray, 2), items)
    assert [name for name, _ in found] == [item.trace_id for item in items]
    lost = {name for name, status in found if status is VerdictStatus.ERROR}
    assert lost == {f"t{number}" for number in range(BATCH, 2 * BATCH)}
    assert {status for name, status in found if name not in lost} == {VerdictStatus.CORRECT}
    assert ray.options["max_retries"] == 1


def test_two_batches_a_core_are_out_and_no_more() -> None:
    ray = FakeRay(lambda batch: False)
    assert len(_statuses(RayEngine(ray, 2), _items(6 * BATCH))) == 6 * BATCH
    assert ray.most_out == 4


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    ray = pytest.importorskip("ray", reason="the extra `scale` is not installed")
    ray.init(num_cpus=2, log_to_driver=False, include_dashboard=False, logging_level="ERROR")
    yield ray
    ray.shutdown()


@pytest.mark.slow
def test_a_worker_that_dies_once_costs_nothing(cluster: Any, tmp_path: Path) -> None:
    mark = tmp_path / "died"

    def check(items: list[TraceToVerify], programs: ProgramSettings | None) -> list[tuple[Verdict, ...]]:
        if not mark.exists():
            mark.touch()
            os._exit(1)
        return check_batch(items, programs)

    found = _statuses(RayEngine(cluster, 1, check), _items(3))
    assert found == [(f"t{number}", VerdictStatus.CORRECT) for number in range(3)]


@pytest.mark.slow
def test_a_worker_that_always_dies_costs_its_batch(cluster: Any) -> None:
    def check(items: list[TraceToVerify], programs: ProgramSettings | None) -> list[tuple[Verdict, ...]]:
        if items[0].trace_id == "t0":
            os._exit(1)
        return check_batch(items, programs)

    found = _statuses(RayEngine(cluster, 2, check), _items(BATCH + 2))
    assert [status for _, status in found[:BATCH]] == [VerdictStatus.ERROR] * BATCH
    assert found[BATCH:] == [(f"t{BATCH}", VerdictStatus.CORRECT), (f"t{BATCH + 1}", VerdictStatus.CORRECT)]
