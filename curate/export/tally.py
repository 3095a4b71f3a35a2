"""Counts of an export while its rows go by: what the manifest and the dataset card say about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from curate.export.rows import ExportRow
from curate.types import Json

NOT_STATED = "not stated"


class Tally:
    """Rows by format, source, teacher and granularity; licences by source; problems."""

    def __init__(self) -> None:
        self.n_rows = 0
        self.n_empty = 0
        self.trace_ids: list[str] = []
        self._problems: set[str] = set()
        self._by: dict[str, Counter[str]] = {
            name: Counter() for name in ("format", "source", "teacher", "granularity")
        }
        self._licences: dict[str, set[str]] = {}

    def add(self, row: ExportRow) -> None:
        """Count a row that was written."""
        self.n_rows += 1
        self.trace_ids.append(row.trace_id)
        self._problems.add(row.problem_id)
        self._by["format"][str(row.format)] += 1
        self._by["source"][row.source] += 1
        self._by["teacher"][row.teacher] += 1
        self._by["granularity"]["unsaid" if row.granularity is None else str(row.granularity)] += 1
        self._licences.setdefault(row.source, set()).add(row.licence or NOT_STATED)

    @property
    def n_problems(self) -> int:
        """Give the number of distinct problems."""
        return len(self._problems)

    @property
    def licences(self) -> Mapping[str, str]:
        """Give the licence of each source; several are joined by a comma."""
        return {source: ", ".join(sorted(found)) for source, found in sorted(self._licences.items())}

    def rows_by(self, name: str) -> Mapping[str, int]:
        """Give the rows per value of one of the four properties, in order."""
        return dict(sorted(self._by[name].items()))

    def counts(self) -> dict[str, Json]:
        """Give all counts for the manifest."""
        by: dict[str, Json] = {f"by_{name}": dict(self.rows_by(name)) for name in self._by}
        return {"rows": self.n_rows, "problems": self.n_problems, "left_out_empty": self.n_empty, **by}
