"""The real benchmarks and traces are read without a complaint, in full."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from curate.sources import RowComplaint, TraceRow, read_problem_rows, read_traces
from curate.types import Problem

_COUNT = re.compile(r"\| (\w+\.jsonl(?:\.gz)?) \| (\d+) \|")


def counts(folder: Path) -> dict[str, int]:
    """Rows per file as the folder's README has them."""
    readme = (folder / "README.md").read_text(encoding="utf-8")
    return {name: int(rows) for name, rows in _COUNT.findall(readme)}


@pytest.mark.data
def test_all_benchmarks_are_read(data_dir: Path) -> None:
    expected, found = counts(data_dir), {}
    for path in sorted((data_dir / "benchmarks").iterdir()):
        rows = list(read_problem_rows(path, {}))
        assert [row for row in rows if isinstance(row, RowComplaint)] == []
        assert all(row.gold and row.origin_id for row in rows if isinstance(row, Problem))
        found[path.name] = len(rows)
    assert found and found == {name: expected[name] for name in found}


@pytest.mark.data
def test_all_traces_are_read(data_dir: Path) -> None:
    expected, found = counts(data_dir), {}
    for path in sorted((data_dir / "traces").iterdir()):
        rows = list(read_traces(path, {}))
        assert [row for row in rows if isinstance(row, RowComplaint)] == []
        assert all(row.origin_id and row.teacher != "unknown" for row in rows if isinstance(row, TraceRow))
        found[path.name] = len(rows)
    assert found and found == {name: expected[name] for name in found}


@pytest.mark.data
@pytest.mark.parametrize("name", ["aqua_test", "aqua_dev", "commonsenseqa", "openbookqa"])
def test_choices_of_the_benchmarks_lose_their_letters(data_dir: Path, name: str) -> None:
    for row in read_problem_rows(data_dir / "benchmarks" / f"{name}.jsonl", {}):
        assert isinstance(row, Problem) and len(row.choices) >= 4
        assert not row.choices[0].startswith(("A.", "A)"))
