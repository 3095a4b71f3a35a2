"""Run a sweep: `tracemill run FILE` where the file has `sweep:`. Cell after cell; stopped, it goes on.

A cell whose evaluation is finished is passed over. A cell whose settings changed since is refused: its
results would stand beside those of another sweep. A cell that fails by its own data, student or outcome (a
student that writes nothing, say) is recorded with the reason, and the others go on; the same command tries it
again. A wish to stop, or a fault that all cells share, ends the sweep.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import yaml

from curate.cli.common import say
from curate.cli.sweeping import Cell, Sweep
from curate.config import RunFile
from curate.errors import GateError, InputError, MissingError, TracemillError, UsageError

CELLS = "cells.json"
FAILED = "failed.json"
_FINISHED = "result.json"
_OF_ONE_CELL = (InputError, GateError, MissingError)

RunCell = Callable[[RunFile, Path], None]
"""Runs every stage of a cell, given its run file."""


def run_sweep(sweep: Sweep, run_cell: RunCell) -> tuple[str, ...]:
    """Run what is missing, cell by cell, and write `cells.json` for the table; gives the cells that failed.

    Raises:
        UsageError: when a cell has other settings than when it was begun.
    """
    (sweep.out / "cells").mkdir(parents=True, exist_ok=True)
    listed = json.dumps([cell.as_json() for cell in sweep.cells], indent=1) + "\n"
    files = [_write_cell(sweep, cell) for cell in sweep.cells]
    (sweep.out / CELLS).write_text(listed, encoding="utf-8")
    failed = []
    for number, (cell, file) in enumerate(zip(sweep.cells, files, strict=True), 1):
        assert cell.run.evaluate is not None
        if (cell.run.evaluate.out / _FINISHED).is_file():
            say(f"sweep: {number} of {len(files)}, {cell.name}: done already")
            continue
        say(f"sweep: {number} of {len(files)}, {cell.name}")
        note = file.with_suffix("") / FAILED
        note.unlink(missing_ok=True)
        try:
            run_cell(cell.run, file)
        except _OF_ONE_CELL as error:
            failed.append(cell.name)
            say(f"sweep: {cell.name} failed: {error.message}")
            _write_failure(note, error)
    return tuple(failed)


def _write_failure(note: Path, error: TracemillError) -> None:
    note.parent.mkdir(parents=True, exist_ok=True)
    said = {"error": type(error).__name__, "message": error.message, "remedy": error.hint}
    note.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")


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
