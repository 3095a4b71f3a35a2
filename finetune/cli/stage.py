"""The stage `finetune` of `tracemill run FILE`: as `tracemill finetune train FILE`, after the exports."""

from __future__ import annotations

from pathlib import Path

from finetune.cli.training import train_and_tell, write_seeds


def run_stage(file: Path) -> None:
    """Train the student of a run file; one that is trained already is only shown."""
    write_seeds(train_and_tell(file))
