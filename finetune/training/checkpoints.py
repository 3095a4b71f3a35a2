"""Checkpoints that can be trusted: marked once all their files are on the disk, and gone on from bit for bit.

In: the folder that a trainer saves to. A checkpoint without its marker, or with a file of another size, was
interrupted and is passed over; one that stands and cannot be read all the same is a sentence that names it.
"""

from __future__ import annotations

import json
import os
import pickle
from pathlib import Path
from typing import Any

from curate.errors import InputError
from finetune.folder import write_whole
from finetune.student import is_out_of_memory

COMPLETE = "complete.json"
_STATE = "trainer_state.json"
_STOPPER = "EarlyStoppingCallback"
_FOREIGN = (RuntimeError, ValueError, KeyError, OSError, EOFError, pickle.UnpicklingError)
"""What torch and transformers raise for a file that holds something else than was written."""


def mark_complete(checkpoint: Path) -> None:
    """Write the sizes of a checkpoint's files: the marker comes last, so it says that they all stand.

    They are on the disk before it: after a power cut a file may have its size and hold zeros.
    """
    if checkpoint.is_dir():
        files = [path for path in checkpoint.iterdir() if path.is_file()]
        for path in files:
            with path.open("rb") as file:
                os.fsync(file.fileno())
        sizes = {path.name: path.stat().st_size for path in files}
        write_whole(checkpoint / COMPLETE, json.dumps(sizes) + "\n")


def last_checkpoint(folder: Path) -> Path | None:
    """Find the newest checkpoint whose files all stand as they were written."""
    found = [path.parent for path in folder.glob(f"checkpoint-*/{COMPLETE}") if _is_whole(path.parent)]
    return max(found, key=step_of, default=None)


def step_of(checkpoint: Path) -> int:
    """Give the step at which a checkpoint was saved."""
    return int(checkpoint.name.rpartition("-")[2])


def run_from(trainer: Any, checkpoint: Path | None) -> None:
    """Let a trainer run to its end, from a checkpoint where there is one.

    Raises:
        InputError: when the checkpoint cannot be read.
    """
    from safetensors import SafetensorError

    try:
        if checkpoint is not None and _is_at_end(checkpoint):
            _take_over(trainer, checkpoint)
        else:
            trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    except (*_FOREIGN, SafetensorError) as error:
        has_begun = checkpoint is None or trainer.state.global_step > step_of(checkpoint)
        if has_begun or is_out_of_memory(error):
            raise
        raise InputError(
            f"the checkpoint {checkpoint} cannot be gone on from: {type(error).__name__}: "
            f"{str(error).strip().splitlines()[0][:120]}",
            "remove its folder; the same command then goes on from the one before it",
        ) from error


def _is_whole(checkpoint: Path) -> bool:
    try:
        sizes = json.loads((checkpoint / COMPLETE).read_text(encoding="utf-8"))
        return all((checkpoint / name).stat().st_size == size for name, size in sizes.items())
    except (OSError, ValueError):
        return False


def _is_at_end(checkpoint: Path) -> bool:
    """Say whether a training was over at a checkpoint: all its steps done, or no better loss for too long."""
    state = json.loads((checkpoint / _STATE).read_text(encoding="utf-8"))
    if state["global_step"] >= state["max_steps"]:
        return True
    stopper = (state.get("stateful_callbacks") or {}).get(_STOPPER, {})
    waited = stopper.get("attributes", {}).get("early_stopping_patience_counter", 0)
    return bool(waited >= stopper.get("args", {}).get("early_stopping_patience", float("inf")))


def _take_over(trainer: Any, checkpoint: Path) -> None:
    """Take state and best weights from a training that was over before it could say so.

    A trainer that is told to go on from its last step trains one step more, and ends with other weights.
    """
    from transformers.trainer_callback import TrainerState

    state = TrainerState.load_from_json(str(checkpoint / _STATE))
    trainer._load_from_checkpoint(state.best_model_checkpoint or str(checkpoint))
    trainer.state = state
