"""The loop over one teacher's batches: adopt, fill, submit, look, collect, ask again.

Ends when nothing is open and nothing may be sent, when the run is to stop (open batches stay open at the
endpoint, for a later run to collect), or when the endpoint refuses for good.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from curate.stages.batching.earlier import EarlierRows, adopt_batches
from curate.stages.batching.jobs import BatchLimits, Job
from curate.stages.batching.ledger import Ledger
from curate.stages.batching.packing import Packer
from curate.stages.batching.steps import Collected, Stepper, speaks_of_token_limit
from curate.stages.stop import StopLevel, StopSignal
from curate.stages.units import BatchOutcome, BatchWork
from curate.store.scan import id_digest
from curate.teachers.batch import BatchEndpoint, OpenAIBatchEndpoint
from curate.teachers.faults import kind_of
from curate.teachers.transport import TeacherFault

FIRST_PAUSE_S = 2.0
MOST_PAUSE_S = 120.0
_PAUSE_GROWTH = 1.5
_FAILED_BATCHES_BEFORE_STOP = 3

Pause = Callable[[float], None]


def generate_batches(
    work: BatchWork,
    *,
    endpoint: BatchEndpoint | None = None,
    pause: Pause | None = None,
    clock: Callable[[], float] = time.time,
    limits: BatchLimits | None = None,
) -> BatchOutcome:
    """Ask one teacher by batches until all is answered or the run stops.

    Raises:
        MissingError: when the key's variable is not set.
        JournalError: when the disk refuses a record.
    """
    used = endpoint or OpenAIBatchEndpoint(work.teacher, work.environ, clock)
    run = _BatchRun(work, used, clock, limits or BatchLimits())
    try:
        return run.run(pause or _pause_until(work.stop))
    finally:
        run.close_files()
        if endpoint is None:
            used.close()


class _BatchRun:
    """The state of one call."""

    def __init__(
        self, work: BatchWork, endpoint: BatchEndpoint, clock: Callable[[], float], limits: BatchLimits
    ) -> None:
        self._work = work
        self._clock = clock
        self._ledger = Ledger(work, clock)
        self._answered = work.store.answered_ids()
        self._stepper = Stepper(endpoint, self._ledger, self._is_answered)
        self._jobs = adopt_batches(work)
        self._earlier = EarlierRows(self._jobs)
        new_rows = self._earlier.read_rows(work, self._is_answered)
        self._packer = Packer(work.run_id, new_rows, limits, self._ledger.reserve)
        self._is_token_limited = False
        self._is_troubled = False
        self._retry_after_s = 0.0
        self._ended_because = ""
        self._n_given_up = 0
        self._n_failed_in_row = 0

    def run(self, pause: Pause) -> BatchOutcome:
        self._release_unsent()
        pause_s = FIRST_PAUSE_S
        while self._work.stop.level is StopLevel.RUN:
            self._is_troubled = False
            has_moved = self._advance_all()
            has_moved = self._fill() or has_moved
            self._work.on_progress(self._outcome())
            if has_moved and not self._is_troubled:
                pause_s = FIRST_PAUSE_S
                continue
            if not (has_moved or self._jobs or self._may_fill_later()):
                break
            pause(max(pause_s, self._retry_after_s))
            pause_s, self._retry_after_s = min(pause_s * _PAUSE_GROWTH, MOST_PAUSE_S), 0.0
        return self._outcome()

    def close_files(self) -> None:
        """Let go of input files that were not uploaded."""
        for job in self._jobs:
            if job.content is not None:
                job.content.close()

    def _release_unsent(self) -> None:
        """Give up batches that were prepared by a run which died before the upload: nothing was bought."""
        for job in tuple(self._jobs):
            if job.state == "preparing":
                self._jobs.remove(job)
                self._take_back(
                    self._stepper.release(job, "not_submitted", "its run ended before the upload")
                )
        self._n_failed_in_row = 0

    def _may_fill_later(self) -> bool:
        """Say whether waiting can help when nothing is open."""
        if self._ended_because:
            return False
        if self._packer.is_short_of_money:
            self._ended_because = "the cap leaves no room for the next request"
            return False
        return self._packer.n_waiting > 0

    def _fill(self) -> bool:
        """Send batches while there are rows, money and room for tokens; says whether one was sent."""
        was_limited, self._is_token_limited = self._is_token_limited, False
        if self._ended_because or was_limited or any(job.state != "submitted" for job in self._jobs):
            return False
        has_sent = is_smooth = False
        while self._work.stop.level is StopLevel.RUN:
            job = self._packer.pack(self._clock())
            if job is None:
                break
            self._jobs.append(job)
            self._ledger.write_state(job, "preparing")
            for row in job.rows.values():
                self._ledger.write_sent(row)
            self._work.journal.sync()
            has_sent, is_smooth = True, self._advance(job)
            if not is_smooth:
                break
        return has_sent

    def _advance_all(self) -> bool:
        """Move every open batch on; says whether one of them ended."""
        before = len(self._jobs)
        for job in tuple(self._jobs):
            if self._work.stop.level is not StopLevel.RUN:
                break
            self._advance(job)
        return len(self._jobs) < before

    def _advance(self, job: Job) -> bool:
        """Move one batch on; False when filling should wait: the endpoint is in trouble or over its limit."""
        try:
            collected = self._stepper.advance(job)
        except TeacherFault as fault:
            self._note_trouble(job, fault)
            return False
        job.trouble_since = None
        if collected is not None:
            self._jobs.remove(job)
            self._take_back(collected)
        return not (self._is_token_limited or self._ended_because)

    def _note_trouble(self, job: Job, fault: TeacherFault) -> None:
        """Leave a batch in its state for another try, or give up on what no try would change."""
        now = self._clock()
        self._is_troubled = True
        job.note = f"{fault.error_class}: {fault.message}"
        self._retry_after_s = max(self._retry_after_s, fault.retry_after_s or 0.0)
        if speaks_of_token_limit(fault.message):
            return
        kind = kind_of(fault.error_class)
        job.trouble_since = now if job.trouble_since is None else job.trouble_since
        is_too_long = now - job.trouble_since >= self._work.teacher.limits.give_up_s
        if kind in ("transient", "throttled") and not is_too_long:
            return
        self._ended_because = job.note
        self._jobs.remove(job)
        self._n_given_up += sum(row.unit is not None for row in job.rows.values())
        # A creation that may have happened stays open in the journal: the next run looks for it.
        if job.state != "submitted" and not job.is_creation_unsure:
            self._stepper.release(job, fault.error_class, fault.message)
        if job.content is not None:
            job.content.close()

    def _take_back(self, collected: Collected) -> None:
        """Queue the rows of a batch that is over and lacks answers; give up those that failed too often."""
        self._is_token_limited = self._is_token_limited or collected.is_over_token_limit
        self._note_success(collected)
        most = self._work.teacher.limits.max_attempts
        for row in collected.rows_again:
            row.attempt += 1
            if row.unit is None:
                self._earlier.note_over(row)
            elif row.n_failures >= most:
                self._n_given_up += 1
            else:
                self._packer.ask_again(row)

    def _note_success(self, collected: Collected) -> None:
        if collected.n_answered or not collected.rows_again:
            self._n_failed_in_row = 0
        elif not collected.is_over_token_limit:
            self._n_failed_in_row += 1
        if collected.stopped_because:
            self._ended_because = collected.stopped_because
        elif self._n_failed_in_row >= _FAILED_BATCHES_BEFORE_STOP:
            self._ended_because = f"{self._n_failed_in_row} batches in a row gave no answer"

    def _is_answered(self, request_id: str) -> bool:
        return id_digest(request_id) in self._answered

    def _outcome(self) -> BatchOutcome:
        n_open = sum(
            row.unit is not None and not row.is_done for job in self._jobs for row in job.rows.values()
        )
        note = self._ended_because or "; ".join(job.note for job in self._jobs[:3] if job.note)
        return self._ledger.outcome(n_open + self._packer.n_waiting + self._n_given_up, note)


def _pause_until(stop: StopSignal) -> Pause:
    """Wait, but no longer than until somebody wants the run to stop."""

    def pause(seconds: float) -> None:
        woken = threading.Event()
        unsubscribe = stop.subscribe(lambda level: woken.set())
        try:
            if stop.level is StopLevel.RUN:
                woken.wait(seconds)
        finally:
            unsubscribe()

    return pause
