"""One teacher's lane: what it may do next, what waits to be tried again, and what has become of the rest.

A lane decides and counts; it sends nothing and writes nothing. Retries are served by due time and ahead of
new work, and one that waits holds no slot. Time is passed in (the event loop's clock).
"""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count

from curate.stages.engine.known import Known
from curate.stages.units import Unit
from curate.teachers.breaker import Breaker
from curate.teachers.buckets import Bucket
from curate.teachers.concurrency import AdaptiveConcurrency
from curate.teachers.faults import SATURATION, kind_of
from curate.teachers.pricing import cost_of, most_usage
from curate.teachers.transport import TeacherFault
from curate.types import Teacher, Usage

NEVER = math.inf
_SKIPS_PER_TURN = 200
"""Answered units skipped in one go, so that a long stretch of them does not hold up what is on the wire."""
_FIRST_GUESS_TOKENS_OUT = 500


@dataclass(slots=True)
class Job:
    """A unit on its way through its attempts."""

    unit: Unit
    worst_usd: Decimal | None
    reserved_usd: Decimal | None = None
    n_tries: int = 0
    n_attempts: int = 0
    """Tries that count against `max_attempts`: all but the throttled ones."""
    first_sent_at: float = 0.0
    n_tokens_expected: float = 0.0


@dataclass(slots=True)
class Counts:
    """What has become of a lane's units and attempts."""

    n_seen: int = 0
    n_skipped: int = 0
    n_sent: int = 0
    n_answered: int = 0
    n_acknowledged: int = 0
    n_tokens_in: int = 0
    n_tokens_out: int = 0
    n_usage_estimated: int = 0
    n_over_reserved: int = 0
    finals: Counter[str] = field(default_factory=Counter)
    given_up: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)


class Lane:
    """The state of one teacher during one pass."""

    def __init__(self, teacher: Teacher, units: Iterator[Unit], known: Known, now: float) -> None:
        limits = teacher.limits
        self.teacher = teacher
        self.counts = Counts()
        self.breaker = Breaker()
        self.concurrency = AdaptiveConcurrency(
            limits.concurrency, now, adapt_to_latency=limits.adapt_to_latency
        )
        self.n_on_wire = 0
        self.is_short = False
        """The next request does not fit under the cap until something on the wire is settled."""
        self.ended_because = ""
        self._units: Iterator[Unit] | None = units
        self._known = known
        self._requests = Bucket(limits.requests_per_minute, now)
        self._tokens = Bucket(limits.tokens_per_minute, now)
        self._retries: list[tuple[float, int, Job]] = []
        self._numbers = count()
        self._held: Job | None = None
        self._calm_limit = limits.concurrency
        self._margin = Decimal(1)
        self._most_retries = 1000 + 4 * limits.concurrency

    def wait_s(self, now: float, *, is_feeding: bool) -> float:
        """Give the seconds until this lane may send, 0 for now, NEVER while only an event can tell."""
        if not is_feeding or self.ended_because or self.is_short or self.n_on_wire >= self.concurrency.limit:
            return NEVER
        work = self._wait_for_work(now)
        if work == NEVER:
            return NEVER
        pause = self.breaker.wait_s(now)
        if pause is None:
            return NEVER
        return max(
            work, pause, self._requests.wait_s(now), self._tokens.wait_s(now, self._tokens_per_request)
        )

    def take(self, now: float) -> Job | None:
        """Give the next job: a retry that is due, else new work; None when a turn's skips found none."""
        if self._held is not None:
            job, self._held = self._held, None
            return job
        if self._retries and self._retries[0][0] <= now:
            return heapq.heappop(self._retries)[2]
        return self._take_new() if self._may_take_new() else None

    def put_back(self, job: Job) -> None:
        """Hold a job that money does not allow now; it is the next one."""
        self._held = job

    def note_sent(self, now: float, job: Job) -> None:
        """A job leaves."""
        job.n_tries += 1
        if job.n_tries == 1:
            job.first_sent_at = now
        job.n_tokens_expected = self._tokens_per_request
        self._requests.take(now)
        self._tokens.take(now, job.n_tokens_expected)
        self.breaker.note_sent()
        self.n_on_wire += 1
        self.counts.n_sent += 1

    def note_answer(self, now: float, job: Job, usage: Usage, latency_ms: float) -> None:
        """A job came back with an answer."""
        counts = self.counts
        counts.n_answered += 1
        counts.n_tokens_in += usage.n_tokens_in
        counts.n_tokens_out += usage.n_tokens_out
        counts.n_usage_estimated += usage.is_estimated
        self._tokens.give_back(now, job.n_tokens_expected - usage.n_tokens_in - usage.n_tokens_out)
        self._note_sign_of_life()
        self.concurrency.note(now, is_saturated=False, n_on_wire=self.n_on_wire - 1, latency_ms=latency_ms)

    def note_final(self, now: float, job: Job, error_class: str) -> None:
        """A job came back with a reason that no other try would change; the server itself is well."""
        self.counts.finals[error_class] += 1
        self._tokens.give_back(now, job.n_tokens_expected)
        self._note_sign_of_life()

    def note_fault(self, now: float, job: Job, fault: TeacherFault) -> None:
        """A job came back without anything."""
        self.counts.faults[fault.error_class] += 1
        self._tokens.give_back(now, job.n_tokens_expected)
        if self.breaker.failing_since is None:
            self._calm_limit = self.concurrency.limit
        others = self.n_on_wire - 1
        self.breaker.note_fault(
            now,
            fault.error_class,
            message=fault.message,
            is_fatal=kind_of(fault.error_class) == "teacher",
            n_on_wire=others,
            retry_after_s=fault.retry_after_s,
        )
        self.concurrency.note(now, is_saturated=fault.error_class in SATURATION, n_on_wire=others)
        if self.breaker.stopped_because:
            self.end(self.breaker.stopped_because)

    def retry_at(self, due: float, job: Job) -> None:
        """Queue a job for another try; it holds no slot until then."""
        heapq.heappush(self._retries, (due, next(self._numbers), job))

    def give_up(self, error_class: str) -> None:
        """A job is left for another run."""
        self.counts.given_up[error_class] += 1

    def note_over_reserved(self, factor: Decimal) -> None:
        """An answer cost `factor` times its reservation: reserve that much more from now on."""
        self.counts.n_over_reserved += 1
        self._margin = max(self._margin, factor)

    def end(self, because: str) -> None:
        """Send nothing more in this pass; what is on the wire still counts."""
        self.ended_because = self.ended_because or because

    @property
    def is_idle(self) -> bool:
        """Say that nothing is on the wire and nothing is left that may be sent."""
        has_work = self._held is not None or self._retries or self._units is not None
        return self.n_on_wire == 0 and bool(self.ended_because or not has_work)

    @property
    def n_waiting(self) -> int:
        """Give the number of jobs that were taken up and are not on the wire."""
        return len(self._retries) + (self._held is not None)

    def gives_up_at(self) -> float:
        """Give the time at which `give_up_s` without an answer is over; NEVER while answers come."""
        since = self.breaker.failing_since
        return since + self.teacher.limits.give_up_s if self.breaker.is_open and since is not None else NEVER

    @property
    def _tokens_per_request(self) -> float:
        """Expect what answers took so far: reserving `max_tokens` would starve a limited teacher."""
        counts = self.counts
        if counts.n_answered:
            return (counts.n_tokens_in + counts.n_tokens_out) / counts.n_answered
        return float(
            min(_FIRST_GUESS_TOKENS_OUT, self.teacher.sampling.max_tokens or _FIRST_GUESS_TOKENS_OUT)
        )

    def _wait_for_work(self, now: float) -> float:
        if self._held is not None or self._may_take_new():
            return 0.0
        return max(0.0, self._retries[0][0] - now) if self._retries else NEVER

    def _may_take_new(self) -> bool:
        """New work waits while very many retries do, so that memory stays flat in an outage."""
        return self._units is not None and len(self._retries) < self._most_retries

    def _take_new(self) -> Job | None:
        assert self._units is not None
        for _ in range(_SKIPS_PER_TURN):
            unit = next(self._units, None)
            if unit is None:
                self._units = None
                return None
            self.counts.n_seen += 1
            if self._known.take(unit.request.request_id):
                worst = cost_of(most_usage(unit.request), self.teacher.price)
                return Job(unit, None if worst is None else worst * self._margin)
            self.counts.n_skipped += 1
        return None

    def _note_sign_of_life(self) -> None:
        if self.breaker.note_answer():
            self.concurrency.restore(self._calm_limit)
