"""Check traces on a Ray cluster: batches go out as tasks, verdicts come back, the driver journals them.

In: a stream of traces. Out: the verdicts that `verify_many` gives here, in the same order. Each task starts
its own workers and sandbox, so nothing untrusted runs unprotected anywhere. A worker that is lost costs its
batch one more try; after that each of its traces gets an `error` verdict, which never counts as wrong.
The same version of this package has to be installed on every machine of the cluster.
Ray is the extra `scale`; it is imported only when it is asked for.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from curate.errors import MissingError
from curate.stages.verification import VerifyMany
from curate.types import Verdict
from curate.verify import ProgramSettings, TraceToVerify, failed_verdict, verify_many

BATCH = 200
_RETRIES = 1
CheckBatch = Callable[[list[TraceToVerify], ProgramSettings | None], list[tuple[Verdict, ...]]]


@contextmanager
def engine_of(name: str, cores: int | None = None) -> Iterator[VerifyMany]:
    """Give what checks traces: `local` here, `ray` on the cluster of RAY_ADDRESS, else on this machine.

    `cores` bounds the work that is out on the cluster; default: all that it has.

    Raises:
        MissingError: when Ray is asked for and not installed.
    """
    if name == "local":
        yield verify_many
        return
    try:
        import ray
    except ModuleNotFoundError:
        raise MissingError(
            "--engine ray needs the package ray, which is not installed", "pip install 'tracemill[scale]'"
        ) from None
    was_running = ray.is_initialized()
    if not was_running:
        ray.init(log_to_driver=False, include_dashboard=False, logging_level="ERROR")
    try:
        yield RayEngine(ray, cores or int(ray.cluster_resources().get("CPU", 1)))
    finally:
        if not was_running:
            ray.shutdown()


class RayEngine:
    """Checks a stream in batches on Ray workers, one core each."""

    def __init__(self, ray: Any, cores: int, check: CheckBatch | None = None) -> None:
        self._ray, self._cores = ray, cores
        self._check = ray.remote(num_cpus=1, max_retries=_RETRIES)(check or check_batch)

    def __call__(
        self, items: Iterable[TraceToVerify], *, workers: int, programs: ProgramSettings | None
    ) -> Iterator[tuple[Verdict, ...]]:
        """Check traces; two batches a core of the cluster are out at a time, whatever `workers` says here."""
        stream = iter(items)
        out: deque[tuple[list[TraceToVerify], Any]] = deque()
        while True:
            while len(out) < 2 * self._cores and (batch := list(islice(stream, BATCH))):
                out.append((batch, self._check.remote(batch, programs)))
            if not out:
                return
            batch, task = out.popleft()
            yield from self._results(batch, task)

    def _results(self, batch: list[TraceToVerify], task: Any) -> list[tuple[Verdict, ...]]:
        try:
            found: list[tuple[Verdict, ...]] = self._ray.get(task)
        except self._ray.exceptions.RayError as error:
            return [(failed_verdict(item, error),) for item in batch]
        return found


def check_batch(items: list[TraceToVerify], programs: ProgramSettings | None) -> list[tuple[Verdict, ...]]:
    """Check one batch with one symbolic worker and one sandbox; runs on a worker of the cluster."""
    return list(verify_many(items, workers=1, programs=programs))
