"""One step of one batch: upload it, make it, look at it, collect it.

A step ends in a state that is on the disk. What went wrong on the way is raised as a `TeacherFault` and
leaves the batch in its state, to be tried again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from curate.stages.batching.jobs import Job, Row
from curate.stages.batching.ledger import Ledger, State
from curate.teachers.batch import BatchEndpoint, RemoteBatch
from curate.teachers.batch_rows import BatchRow, read_result_lines
from curate.teachers.faults import fault_of_status, kind_of, read_answer
from curate.teachers.transport import TeacherFault, TeacherReply

_TOKEN_LIMIT = "token_limit_exceeded"
_ENDS: dict[str, State] = {"failed": "failed", "expired": "expired", "cancelled": "cancelled"}


@dataclass(slots=True)
class Collected:
    """What a batch that is over left behind."""

    rows_again: list[Row]
    n_answered: int = 0
    is_over_token_limit: bool = False
    stopped_because: str = ""
    """Why the teacher should be asked nothing more: a wrong key, an unknown model, no quota."""


@dataclass(slots=True)
class Stepper:
    """Moves batches on. `is_answered` says whether an earlier run has journaled a row's answer."""

    endpoint: BatchEndpoint
    ledger: Ledger
    is_answered: Callable[[str], bool]

    def advance(self, job: Job) -> Collected | None:
        """Take the steps that need no waiting; gives what was collected once the batch is over.

        Raises:
            TeacherFault: when the endpoint refuses a step or cannot be reached.
        """
        if job.state == "preparing":
            self._upload(job)
        if job.state == "uploaded":
            self._create(job)
        remote = self._look(job)
        job.note = (
            f"{remote.batch_id} {remote.status}, {remote.n_done} of {remote.n_total or len(job.rows)} rows"
        )
        return self._collect(job, remote) if remote.is_over else None

    def release(self, job: Job, error_class: str, message: str) -> Collected:
        """Give a batch up that never ran: nothing of it was billed."""
        for row in job.rows.values():
            self.ledger.note_fault(row, error_class, message)
        self.ledger.write_state(job, "failed", message)
        job.state = "over"
        return Collected(list(job.rows.values()))

    def _upload(self, job: Job) -> None:
        assert job.content is not None
        job.content.seek(0)
        job.file_id = self.endpoint.upload_rows(f"{job.content_hash}.jsonl", job.content)
        job.state = "uploaded"
        self.ledger.write_state(job, "uploaded")
        job.content.close()
        job.content = None

    def _create(self, job: Job) -> None:
        """Make the batch, unless one with its hash is there: made, but not recorded before a kill."""
        remote = None
        if job.is_creation_unsure:
            remote = self.endpoint.find_batch(job.content_hash, since=job.made_at)
        if remote is None:
            job.is_creation_unsure = True
            try:
                remote = self.endpoint.create_batch(job.file_id, job.content_hash)
            except TeacherFault as fault:
                job.is_creation_unsure = _may_have_happened(fault)
                raise
        job.batch_id, job.state = remote.batch_id, "submitted"
        self.ledger.write_state(job, "submitted")

    def _look(self, job: Job) -> RemoteBatch:
        try:
            return self.endpoint.read_batch(job.batch_id)
        except TeacherFault as fault:
            if fault.http_status == 404:
                lost = (("batch_lost", f"the endpoint no longer knows {job.batch_id}"),)
                return RemoteBatch(job.batch_id, "failed", job.content_hash, errors=lost)
            raise

    def _collect(self, job: Job, remote: RemoteBatch) -> Collected:
        """Journal what a batch gave, then its end; a kill in between only means collecting once more."""
        results = list(self._read_results(remote))
        done = Collected([], is_over_token_limit=any(_is_token_limit(error) for error in remote.errors))
        seen: set[str] = set()
        for result in results:
            row = job.rows.get(result.request_id)
            if row is not None and result.request_id not in seen:
                seen.add(result.request_id)
                self._book(done, row, result, remote)
        for row in job.rows.values():
            if row.request_id not in seen and not self.is_answered(row.request_id):
                self._book_missing(done, row, remote)
        if remote.errors and not done.n_answered:
            done.stopped_because = _reason_to_stop(remote)
        self.ledger.write_state(job, _ENDS.get(remote.status, "collected"), _describe(remote))
        job.state = "over"
        return done

    def _read_results(self, remote: RemoteBatch) -> Iterator[BatchRow]:
        for file_id in (remote.output_file_id, remote.error_file_id):
            if file_id:
                yield from read_result_lines(self.endpoint.read_file(file_id))

    def _book(self, done: Collected, row: Row, result: BatchRow, remote: RemoteBatch) -> None:
        if self.is_answered(row.request_id):
            return
        try:
            usage = read_answer(_reply_of(result)).usage
        except TeacherFault as fault:
            self._book_fault(done, row, fault)
            return
        self.ledger.note_answer(row, result, usage, remote.batch_id)
        done.n_answered += 1

    def _book_fault(self, done: Collected, row: Row, fault: TeacherFault) -> None:
        kind = kind_of(fault.error_class)
        is_final = kind in ("result", "row")
        self.ledger.note_fault(
            row,
            fault.error_class,
            fault.message,
            http_status=fault.http_status,
            is_maybe_billed=fault.is_maybe_billed,
            is_final=is_final,
        )
        if kind == "teacher":
            done.stopped_because = f"{fault.error_class}: {fault.message}"
        if not is_final:
            row.n_failures += kind != "throttled"
            done.rows_again.append(row)

    def _book_missing(self, done: Collected, row: Row, remote: RemoteBatch) -> None:
        """Book a row that no file names: unrun if the batch ended early, else perhaps billed."""
        is_maybe_billed = remote.status == "completed" or any(
            code == "batch_lost" for code, _ in remote.errors
        )
        error_class = "missing_row" if remote.status == "completed" else f"batch_{remote.status}"
        self.ledger.note_fault(row, error_class, _describe(remote), is_maybe_billed=is_maybe_billed)
        row.n_failures += not done.is_over_token_limit
        done.rows_again.append(row)


def _reply_of(result: BatchRow) -> TeacherReply:
    """Give the reply that a row stands for.

    Raises:
        TeacherFault: when the row was not run, or ran into an error status.
    """
    if result.http_status is None:
        raise TeacherFault(result.error_class, result.message)
    if result.http_status != 200:
        raise fault_of_status(result.http_status, result.body, {}, now=0.0)
    return TeacherReply(200, result.body, {}, 0.0)


def _may_have_happened(fault: TeacherFault) -> bool:
    """Say whether a creation may have been carried out although its reply was a fault."""
    return fault.is_maybe_billed or (fault.http_status is not None and fault.http_status >= 500)


def speaks_of_token_limit(message: str) -> bool:
    """Say whether a message refuses because too many tokens are queued: then waiting helps."""
    return _TOKEN_LIMIT in message or "enqueued token limit" in message.lower()


def _is_token_limit(error: tuple[str, str]) -> bool:
    return error[0] == _TOKEN_LIMIT or speaks_of_token_limit(error[1])


def _describe(remote: RemoteBatch) -> str:
    said = "; ".join(f"{code}: {message}" for code, message in remote.errors[:3])
    return f"{remote.batch_id} {remote.status}" + (f" ({said})" if said else "")


def _reason_to_stop(remote: RemoteBatch) -> str:
    """Name the error of a whole batch that no other try would change."""
    for code, message in remote.errors:
        fault = fault_of_status(400, f"{code}: {message}".encode(), {}, now=0.0)
        if kind_of(fault.error_class) == "teacher" or code == "insufficient_quota":
            return f"{code}: {message}"
    return ""
