"""The stage `evaluate` of `tracemill run FILE`: as `tracemill evaluate run FILE`, after the training."""

from __future__ import annotations

from pathlib import Path

from curate.config import read_training_file
from evaluate.cli.running import run_file, tell_end
from evaluate.cli.tables import write_results


def run_stage(file: Path) -> None:
    """Measure the student of a run file; what is answered already is not asked again."""
    result = run_file(read_training_file(file))
    write_results(result)
    tell_end(result)
