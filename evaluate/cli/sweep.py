"""The end of `tracemill run FILE` for a sweep: one table, one picture."""

from __future__ import annotations

from pathlib import Path

from curate.cli.common import say, write_table
from evaluate.sweep import SweepRow, accuracy_text, read_failures, read_rows, write_sweep
from evaluate.sweep_picture import draw_sweep


def run_stage(folder: Path) -> None:
    """Print the sweep's table and write table, data and picture to its folder."""
    rows, failed = read_rows(folder), read_failures(folder)
    write_sweep(rows, folder, failed)
    for name, why in failed.items():
        say(f"sweep: {name} has no row, it failed: {why}")
    if not rows:
        return
    picture = draw_sweep(rows, folder)
    columns = ("form", "level", "teacher", "student", "rows", "right %", "95 %", "none %", "on")
    write_table(columns, [_cells(row) for row in rows], title="sweep")
    n_seeds = max(row.n_seeds for row in rows)
    if n_seeds > 1:
        say(f"right: mean over {n_seeds} seeds and its deviation; 95 %: drawn over problems")
    else:
        say("95 %: Clopper-Pearson; one seed, so an interval speaks of problems and not of other trainings")
    say(f"sweep: in {folder}: sweep.md, sweep.csv, sweep.json, {picture.name}")


def _cells(row: SweepRow) -> tuple[str, ...]:
    style = f" {row.style}" if row.style != "plain" else ""
    return (
        row.form + style,
        str(row.granularity or ""),
        row.teacher,
        row.student,
        str(row.n_rows),
        accuracy_text(row),
        f"{100 * row.interval.low:.1f}-{100 * row.interval.high:.1f}",
        f"{100 * row.no_answer:.0f}",
        row.benchmark,
    )
