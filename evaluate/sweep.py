"""The result of a sweep: a row per cell, one table's worth, and one picture.

In: the folder that `tracemill run` filled, with `cells.json` and an evaluation per cell. Out: `SweepRow`s,
`sweep.json`, `sweep.csv`, `sweep.md`, `sweep.png` and `.svg`. With one seed an interval is Clopper-Pearson's;
with several it is drawn over problems, each problem's share of right answers over the seeds being its figure.
"""

from __future__ import annotations

import csv
import json
import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from curate.errors import InputError
from evaluate.runs import Run, open_runs
from evaluate.statistics import Interval, clopper_pearson, cluster_interval

CELLS = "cells.json"
FAILED = "failed.json"


@dataclass(frozen=True, slots=True)
class SweepRow:
    """One cell on one benchmark. Shares; `sd` is over seeds, None with one seed."""

    name: str
    form: str
    granularity: int | None
    style: str
    teacher: str
    student: str
    benchmark: str
    n: int
    n_seeds: int
    accuracy: float
    sd: float | None
    interval: Interval
    no_answer: float
    n_rows: int
    """Rows that the student trained on."""

    @property
    def line(self) -> str:
        """Name what a line of the picture has in common."""
        parts = [self.form, self.teacher, self.student]
        return ", ".join([*parts, *([self.style] if self.style != "plain" else [])])


def read_rows(folder: Path) -> tuple[SweepRow, ...]:
    """Read every cell's evaluation; a cell that failed has none.

    Raises:
        InputError: when the folder holds no sweep, or a cell has no finished evaluation and did not fail.
    """
    failed = read_failures(folder)
    return tuple(
        row for cell in _read_cells(folder) if cell["name"] not in failed for row in _rows_of(folder, cell)
    )


def read_failures(folder: Path) -> dict[str, str]:
    """Read why cells failed, by their names; empty when none did.

    Raises:
        InputError: when the folder holds no sweep.
    """
    notes = {cell["name"]: folder / "cells" / cell["name"] / FAILED for cell in _read_cells(folder)}
    return {
        name: str(json.loads(note.read_text(encoding="utf-8"))["message"])
        for name, note in notes.items()
        if note.is_file()
    }


def _read_cells(folder: Path) -> list[dict[str, Any]]:
    path = folder / CELLS
    try:
        cells: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read: {error}", "run the sweep's file first") from None
    return cells


def write_sweep(rows: Sequence[SweepRow], folder: Path, failed: Mapping[str, str] | None = None) -> None:
    """Write the rows as data and as Markdown, there with the cells that failed and why.

    The picture is evaluate.sweep_picture's.
    """
    values = [{**asdict(row), "interval": list(row.interval)} for row in rows]
    (folder / "sweep.json").write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")
    with (folder / "sweep.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*values[0].keys()] if values else [])
        for value in values:
            writer.writerow([f"{v[0]:.4f}-{v[1]:.4f}" if isinstance(v, list) else v for v in value.values()])
    head = ("form", "level", "style", "teacher", "student", "benchmark", "rows", "right %", "95 %", "seeds")
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(markdown_cells(row)) + " |" for row in rows]
    if failed:
        lines += ["", "| cell that failed | why |", "| --- | --- |"]
        lines += [f"| {name} | {_one_line(why)} |" for name, why in failed.items()]
    (folder / "sweep.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _one_line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def markdown_cells(row: SweepRow) -> tuple[str, ...]:
    """Give a row as text."""
    return (
        row.form,
        str(row.granularity or ""),
        row.style,
        row.teacher,
        row.student,
        row.benchmark,
        str(row.n_rows),
        accuracy_text(row),
        f"{100 * row.interval.low:.1f}-{100 * row.interval.high:.1f}",
        str(row.n_seeds),
    )


def accuracy_text(row: SweepRow) -> str:
    """Give the accuracy in percent, with its deviation over seeds."""
    return f"{100 * row.accuracy:.1f}" + (f" sd {100 * row.sd:.1f}" if row.sd is not None else "")


def _rows_of(folder: Path, cell: dict[str, Any]) -> list[SweepRow]:
    home = folder / "cells" / cell["name"]
    runs = [run for run in open_runs(home / "evaluation") if run.label != "base"]
    n_rows = json.loads((home / "student" / "manifest.json").read_text(encoding="utf-8"))
    rows = []
    for benchmark in runs[0].benchmarks():
        shares = [_accuracy(run, benchmark) for run in runs]
        by_item = _shares_by_item(runs, benchmark)
        n = len(by_item)
        right = round(shares[0] * n)
        is_single = len(runs) == 1
        rows.append(
            SweepRow(
                **{key: cell[key] for key in ("name", "form", "granularity", "style", "teacher", "student")},
                benchmark=benchmark,
                n=n,
                n_seeds=len(runs),
                accuracy=statistics.mean(shares),
                sd=None if is_single else statistics.stdev(shares),
                interval=clopper_pearson(right, n) if is_single else cluster_interval(by_item, seed=0),
                no_answer=_no_answer(runs, benchmark),
                n_rows=int(n_rows["data"]["coverage"]["n_rows"]),
            )
        )
    return rows


def _accuracy(run: Run, benchmark: str) -> float:
    own = [score for score in run.scores if _is_whole(score, benchmark)]
    return sum(score.is_right for score in own) / len(own)


def _shares_by_item(runs: Sequence[Run], benchmark: str) -> list[float]:
    right: dict[str, list[bool]] = defaultdict(list)
    for run in runs:
        for score in run.scores:
            if _is_whole(score, benchmark):
                right[score.reading.item.item_id].append(score.is_right)
    return [sum(found) / len(found) for found in right.values()]


def _no_answer(runs: Sequence[Run], benchmark: str) -> float:
    own = [score.status for run in runs for score in run.scores if _is_whole(score, benchmark)]
    return own.count("no_answer") / len(own)


def _is_whole(score: Any, benchmark: str) -> bool:
    return score.reading.item.benchmark == benchmark and score.reading.budget is None
