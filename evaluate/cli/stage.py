"""The stage `evaluate` of `tracemill run FILE`: as `tracemill evaluate run FILE`, after the training."""

from __future__ import annotations

from pathlib import Path

from curate.cli.common import say
from curate.config import read_training_file
from evaluate.cli.running import run_file
from evaluate.cli.tables import write_results


def run_stage(file: Path) -> None:
    """Measure what a run file asks for; what is answered is never asked again."""
    result = run_file(read_training_file(file))
    write_results(result, with_groups=False)
    for note in result.notes:
        say(f"note: {note}")
    say(f"evaluate: in {result.folder}: result.json, scores.jsonl, predictions.jsonl")
