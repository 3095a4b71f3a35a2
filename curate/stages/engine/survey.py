"""Count what a pass will ask, in small slices beside the work, and journal the rows that are no problems.

The first request must not wait until a hundred thousand problems are counted; until they are, the total is
not known and says so.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from curate.stages.engine.lineage import Appends
from curate.stages.units import Work
from curate.store.records import ComplaintRecord

if TYPE_CHECKING:
    from curate.sources import RowComplaint

_ROWS_PER_SLICE = 50


class Survey:
    """How many units each teacher has; `is_counted` once that is final."""

    def __init__(self, work: Work, run_id: str, journal: Appends) -> None:
        self.n_units = [0] * len(work.teachers)
        self.n_complaints = 0
        self.is_counted = False
        self._rows = work.count_rows()
        self._run_id = run_id
        self._journal = journal

    async def count(self) -> None:
        """Count to the end; gives way to other work after each slice.

        Raises:
            JournalError: when a complaint cannot be written.
        """
        while not self._count_slice():
            await asyncio.sleep(0)
        self.is_counted = True

    def _count_slice(self) -> bool:
        """Count some rows; say whether they were the last."""
        for _ in range(_ROWS_PER_SLICE):
            row = next(self._rows, None)
            if row is None:
                return True
            if isinstance(row, tuple):
                for number, n in enumerate(row):
                    self.n_units[number] += n
            else:
                self._complain(row)
        return False

    def _complain(self, row: RowComplaint) -> None:
        self.n_complaints += 1
        self._journal.append(ComplaintRecord(self._run_id, row.path, row.line, row.reason, row.message))
