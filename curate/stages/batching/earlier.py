"""What earlier runs left open: their batches, and how the plan's units meet the rows in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from curate.stages.batching.jobs import Job, Row
from curate.stages.units import BatchWork
from curate.store.records import BatchRecord


def adopt_batches(work: BatchWork) -> list[Job]:
    """Give the open batches of this teacher as jobs, in the states that the disk knows."""
    return [
        _adopt(record)
        for record in work.store.totals().open_batches
        if record.teacher_id == work.teacher.teacher_id
    ]


class EarlierRows:
    """The rows of adopted batches. The plan comes to them later, or never when the run file has changed."""

    def __init__(self, jobs: list[Job]) -> None:
        self._rows = {row.request_id: row for job in jobs for row in job.rows.values()}
        self._over: set[str] = set()

    def note_over(self, row: Row) -> None:
        """A batch is over and this row needs another one, once the plan has come to it."""
        self._over.add(row.request_id)

    def read_rows(self, work: BatchWork, is_answered: Callable[[str], bool]) -> Iterator[Row]:
        """Stream the plan's units as rows, without those in an open adopted batch or answered by one."""
        for unit in work.units:
            request_id = unit.request.request_id
            row = self._rows.get(request_id)
            if row is None:
                yield Row(request_id, unit)
            elif row.unit is None:
                row.unit = unit
                if request_id in self._over and not row.is_done and not is_answered(request_id):
                    yield row


def _adopt(record: BatchRecord) -> Job:
    rows = {
        name: Row(name, None, record.attempt, is_booked_here=False, has_been_sent=True)
        for name in record.request_ids
    }
    job = Job(record.content_hash, record.attempt, rows, record.at, is_creation_unsure=True)
    job.file_id, job.batch_id = record.file_id, record.batch_id
    job.state = "submitted" if record.batch_id else "uploaded" if record.file_id else "preparing"
    return job
