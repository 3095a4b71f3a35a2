"""Run the evaluation of a file with progress, and stop it politely."""

from __future__ import annotations

import os
from pathlib import Path

from curate.cli.common import say
from curate.cli.hub import require_model
from curate.cli.stopping import stoppable
from curate.config import TrainingFile
from curate.errors import ConfigError
from curate.progress import ProgressLine
from curate.sandbox import choose_backend
from curate.store import Store
from evaluate.recording import record_evaluation
from evaluate.results import EvaluationResult
from evaluate.run import run_evaluation


def run_file(file: TrainingFile) -> EvaluationResult:
    """Measure what a file asks for.

    Raises:
        ConfigError: when the file has no section `evaluate:`.
    """
    if file.evaluate is None:
        raise ConfigError("the file has no section `evaluate:`", "add `evaluate: {benchmarks: [gsm8k]}`")
    section = file.evaluate
    _quieten()
    export = None
    if file.finetune is not None:
        export = file.finetune.export or (file.export[0].out if file.export else None)
    with ProgressLine("evaluate") as line, stoppable() as stop:

        def tell(stage: str, done: int, total: int) -> None:
            line.update(done, total, stage)

        result = run_evaluation(
            section,
            student=_student_of(file),
            export=export,
            on_progress=tell,
            stop=stop,
            require_model=require_model,
        )
    if file.store is not None and not (file.store / "store.json").is_file():
        say(f"note: there is no store in {file.store}, so nothing is recorded for SQL")
    elif file.store is not None:
        record_evaluation(Store.open(file.store), result)
        say(f"evaluate: recorded in the store {file.store} (tracemill query student_accuracy)")
    return result


def tell_end(result: EvaluationResult) -> None:
    """Say the notes and where everything lies.

    Raises:
        MissingError: when programs could not be run for want of a sandbox; all else is written.
    """
    for note in result.notes:
        say(f"note: {note}")
    say(f"evaluate: in {result.folder}: result.json, scores.jsonl, predictions.jsonl")
    say(f"  tracemill evaluate report {result.folder} draws it")
    if any(score.reason == "sandbox_missing" for scores in result.scores.values() for score in scores):
        choose_backend()


def _student_of(file: TrainingFile) -> str | None:
    """Give the training of the same file, where it is finished."""
    if file.finetune is None:
        return None
    out: Path = file.finetune.out
    if file.evaluate is not None and file.evaluate.student is None and file.evaluate.endpoint is None:
        say(f"evaluate: the student of this file, in {out}")
    return str(out)


def _quieten() -> None:
    """Keep the libraries' own bars and notices off the terminal; errors still come through."""
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
