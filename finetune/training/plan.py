"""Everything one training needs, gathered before it starts. Plain data between the steps of a run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from finetune.data.encoding import Encoding
from finetune.data.templates import StudentTemplate
from finetune.settings import TrainSettings
from finetune.student import Numerics


@dataclass(frozen=True, slots=True)
class TrainPlan:
    """One seed of one training: `folder` is that of the seed."""

    settings: TrainSettings
    numerics: Numerics
    student: str
    tokenizer: Any
    template: StudentTemplate
    train: Encoding
    validation: Encoding
    seed: int
    folder: Path

    @property
    def checkpoints(self) -> Path:
        """Give the folder of the checkpoints."""
        return self.folder / "checkpoints"

    @property
    def n_steps_planned(self) -> int:
        """Give the number of optimiser steps on one device."""
        if self.settings.max_steps is not None:
            return self.settings.max_steps
        per_step = self.settings.batch_size * self.settings.accumulation
        return max(1, round(-(-len(self.train.rows) // per_step) * self.settings.epochs))


@dataclass(frozen=True, slots=True)
class TrainResult:
    """What came of one seed. Losses are means over trained tokens (nats), the training loss one over steps.

    Times in seconds, of the process that ended it: what was done before a resume is not in them.
    """

    seed: int
    n_steps: int
    best_step: int | None
    train_loss: float
    validation_loss: float | None
    n_tokens: int
    seconds: float
    cpu_s: float
    stopped_early: bool
    resumed_from: int | None
    end_token_added: bool
