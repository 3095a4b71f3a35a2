"""Run a sweep: `tracemill run FILE` where the file has `sweep:`. Cell after cell; stopped, it goes on.

A cell whose evaluation is finished is passed over. A cell whose settings changed since is refused: its
results would stand beside those of another sweep.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import yaml

from curate.cli.common import say
from curate.cli.sweeping import Cell, Sweep
from curate.config import RunFile
from curate.errors import UsageError

CELLS = "cells.json"
_FINISHED = "result.json"

RunCell = Callable[[RunFile, Path], None]
"""Runs every stage of a cell, given its run file."""


def run_sweep(sweep: Sweep, run_cell: RunCell) -> None:
    """Run what is missing, cell by cell, and write `cells.json` for the table.

    Raises:
        UsageError: when a cell has other settings than when it was begun.
    """
    (sweep.out / "cells").mkdir(parents=True, exist_ok=True)
    listed = json.dumps([cell.as_json() for cell in sweep.cells], indent=1) + "\n"
    files = [_write_cell(sweep, cell) for cell in sweep.cells]
    (sweep.out / CELLS).write_text(listed, encoding="utf-8")
    for number, (cell, file) in enumerate(zip(sweep.cells, files, strict=True), 1):
        assert cell.run.evaluate is not None
        if (cell.run.evaluate.out / _FINISHED).is_file():
            say(f"sweep: {number} of {len(files)}, {cell.name}: done already")
            continue
        say(f"sweep: {number} of {len(files)}, {cell.name}")
        run_cell(cell.run, file)


def _write_cell(sweep: Sweep, cell: Cell) -> Path:
    """Write the run file of a cell, so that it can be looked at and run by itself."""
    path = sweep.out / "cells" / f"{cell.name}.yaml"
    text = yaml.safe_dump(cell.run.model_dump(mode="json", exclude_unset=True), sort_keys=False)
    if path.is_file() and path.read_text(encoding="utf-8") != text:
        raise UsageError(
            f"the settings of cell {cell.name} changed since {path} was written",
            "name another sweep.out, or remove the old one",
        )
    path.write_text(text, encoding="utf-8")
    return path
