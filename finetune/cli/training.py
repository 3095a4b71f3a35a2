"""Train the student of a file with progress on the terminal: what is said before, meanwhile and after."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from curate.amounts import duration
from curate.cli.common import say, write_table
from curate.cli.hub import require_model
from curate.config import TrainingFile, read_training_file
from curate.errors import ConfigError, MissingError
from curate.progress import ProgressLine
from curate.training_sections import FinetuneSection
from finetune.cli.stopping import stop_after_step
from finetune.processes import is_main, require_gpus_to_split
from finetune.settings import resolve_settings

if TYPE_CHECKING:
    from finetune.run import Prepared, TrainReport
    from finetune.training.metrics import OnTrainProgress

_NEEDED = ("torch", "transformers", "trl", "peft", "accelerate")


def train_and_tell(file: Path) -> TrainReport:
    """Train every seed of a file, with words and progress on standard error.

    Raises:
        MissingError: when the libraries that train are not installed.
        IncompleteError: when it was asked to stop; the same command goes on.
    """
    training, section = open_file(file)
    from finetune.folder import hold_folder
    from finetune.preparation import prepare
    from finetune.run import run_training

    with hold_folder(section.out):
        prepared = prepare(training)
        if not is_main():
            return run_training(prepared)
        _tell_start(prepared)
        with ProgressLine("train") as line, stop_after_step() as should_stop:
            report = run_training(prepared, lambda seed: _teller(line, seed), should_stop)
    if training.store is not None:
        _record(training.store, prepared, report)
    return report


def open_file(file: Path) -> tuple[TrainingFile, FinetuneSection]:
    """Read a file and see that its section holds together, the libraries are here and the student is had.

    Everything that needs no second of loading comes first; the heavy libraries come last.

    Raises:
        ConfigError: for a fault in the file.
        MissingError: for a library or a student that is not to be had.
    """
    training = read_training_file(file)
    section = section_of(training, file)
    student = resolve_settings(section).settings.student
    require_stack()
    if student != "tiny":
        require_model(student, is_quiet=not is_main())
    quieten()
    import torch

    require_gpus_to_split(has_gpu=torch.cuda.is_available())
    return training, section


def section_of(training: TrainingFile, file: Path) -> FinetuneSection:
    """Give the section of a file.

    Raises:
        ConfigError: when it has none.
    """
    if training.finetune is None:
        raise ConfigError(f"{file} has no section `finetune:`", "add `finetune: {preset: laptop}`")
    return training.finetune


def _record(store: Path, prepared: Prepared, report: TrainReport) -> None:
    from finetune.recording import record_student

    student_id = record_student(store, prepared, report)
    if student_id is None:
        say(f"train: not recorded, there is no store in {store}")
    else:
        say(f"train: recorded in {store}; `tracemill query student_training --store {store}`")


def require_stack() -> None:
    """Say which libraries are missing, before anything is loaded.

    Raises:
        MissingError: naming them and how they are installed.
    """
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise MissingError(
            f"training needs {', '.join(missing)}, not installed here", "pip install 'tracemill[train]'"
        )


def quieten() -> None:
    """Keep the libraries' own bars and notices off the terminal; errors still come through."""
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("HF_HUB_VERBOSITY", "error")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    import warnings

    from transformers.utils import logging

    warnings.filterwarnings("ignore", category=FutureWarning)
    logging.set_verbosity_error()
    logging.disable_progress_bar()


def _tell_start(prepared: Prepared) -> None:
    from rich.console import Console

    from finetune.data.preview import preview_row
    from finetune.data.templates import note_on_end
    from finetune.memory import describe, gigabytes

    memory = prepared.memory
    seen = prepared.coverage
    dropped = ", ".join(f"{reason} {count:,}" for reason, count in seen.dropped.items())
    say(
        f"data: {seen.n_rows:,} rows of {seen.n_problems:,} problems, {seen.n_tokens:,} tokens, "
        f"{1 - seen.masked_share:.0%} of them learned; median {seen.median}, 95 % {seen.p95}, "
        f"longest {seen.longest} of {seen.max_length}"
    )
    say(f"  dropped: {dropped or 'none'}; held out: {len(prepared.validation.rows):,} rows of other problems")
    free = "" if memory.free is None else f" of {gigabytes(memory.free)} free"
    say(
        f"student: {prepared.student} at {prepared.numerics.rung}, {memory.n_parameters / 1e6:,.1f} million "
        f"parameters, {memory.n_trained / memory.n_parameters:.2%} trained"
    )
    say(f"memory: about {gigabytes(memory.total)}{free}: {describe(memory)}")
    note = note_on_end(prepared.template)
    if note:
        say(f"note: {note}")
    say("one row, what is learned in green:")
    Console(file=sys.stderr, highlight=False).print(preview_row(prepared.first_row, prepared.tokenizer))


def _teller(line: ProgressLine, seed: int) -> OnTrainProgress:
    from finetune.training.metrics import TrainProgress

    def tell(now: TrainProgress) -> None:
        loss = "" if now.loss is None else f"loss {now.loss:.3f}"
        checked = "" if now.validation_loss is None else f"  validation {now.validation_loss:.3f}"
        left = "" if now.seconds_left is None else f"  {duration(now.seconds_left)} left"
        line.update(now.step, now.n_steps, f"seed {seed}  {loss}{checked}{left}")

    return tell


def write_seeds(report: TrainReport) -> None:
    """Write what came of each seed, once: a table on standard output, words on standard error."""
    if not is_main():
        return
    rows = []
    for result in report.results:
        validation = "" if result.validation_loss is None else round(result.validation_loss, 4)
        losses = (round(result.train_loss, 4), validation)
        rows.append((result.seed, result.n_steps, result.best_step, *losses, duration(result.seconds)))
    write_table(("seed", "steps", "best step", "training loss", "validation loss", "time"), rows)
    if report.validation_sd is not None:
        say(f"validation loss {report.validation_loss:.4f}, deviation over seeds {report.validation_sd:.4f}")
    say(f"train: in {report.out}: seed-*/ with weights, metrics and loss.png; README.md is the model card")
