"""Run one training to its end: resume where it stopped, keep the best step, save what came out.

In: a plan. Out: `TrainResult`, and in the plan's folder `adapter/` or `model/`, `metrics.jsonl` and
`result.json`, the last one written last. A seed that has its result is not trained again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from curate.errors import GateError, IncompleteError
from finetune.folder import write_whole
from finetune.processes import is_main
from finetune.student import align_end_token, is_out_of_memory, out_of_memory
from finetune.training.checkpoints import last_checkpoint, run_from, step_of
from finetune.training.metrics import (
    OnTrainProgress,
    make_metrics_callback,
    make_stop_callback,
    mean_loss,
    tokens_seen,
)
from finetune.training.plan import TrainPlan, TrainResult
from finetune.training.trainers import make_trainer

RESULT = "result.json"
ShouldStop = Callable[[], bool]


def train(
    plan: TrainPlan, on_progress: OnTrainProgress | None = None, should_stop: ShouldStop | None = None
) -> TrainResult:
    """Train one seed; asked to stop, it ends after the step it is in, with a checkpoint.

    Raises:
        IncompleteError: when it was asked to stop; the same command goes on from there, bit for bit.
        GateError: when the loss is not a number.
        MissingError: when memory runs out.
        InputError: when the checkpoint to go on from cannot be read.
    """
    done = read_result(plan)
    if done is not None:
        return done
    plan.folder.mkdir(parents=True, exist_ok=True)
    _set_up(plan)
    stopper = make_stop_callback(should_stop or (lambda: False))
    trainer = make_trainer(plan, [*_callbacks(plan, on_progress), stopper])
    _drop_printer(trainer)
    end_added = align_end_token(trainer.model, _end_id(plan))
    checkpoint = last_checkpoint(plan.checkpoints)
    begun, cpu = time.monotonic(), time.process_time()
    try:
        run_from(trainer, checkpoint)
    except (RuntimeError, MemoryError) as error:
        if is_out_of_memory(error):
            raise out_of_memory(f"training seed {plan.seed}", error) from error
        raise
    if stopper.was_asked:
        raise IncompleteError(
            f"training of seed {plan.seed} stopped at step {trainer.state.global_step} "
            f"of {trainer.state.max_steps}",
            "the same command goes on from there",
        )
    result = TrainResult(
        seed=plan.seed,
        n_steps=trainer.state.global_step,
        best_step=_best_step(trainer),
        train_loss=_mean_loss(trainer, plan),
        validation_loss=None if trainer.state.best_metric is None else float(trainer.state.best_metric),
        n_tokens=tokens_seen(plan.folder),
        seconds=time.monotonic() - begun,
        cpu_s=time.process_time() - cpu,
        stopped_early=trainer.state.global_step < trainer.state.max_steps,
        resumed_from=step_of(checkpoint) if checkpoint else None,
        end_token_added=end_added,
    )
    _require_numbers(plan, result)
    _save(trainer, plan, result)
    return result


def read_result(plan: TrainPlan) -> TrainResult | None:
    """Read what a finished seed left behind."""
    try:
        return TrainResult(**json.loads((plan.folder / RESULT).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _set_up(plan: TrainPlan) -> None:
    import torch
    from transformers import set_seed

    if plan.settings.threads is not None or not torch.cuda.is_available():
        # more threads than free cores cost seven times the wall time: OpenMP waits at every barrier
        torch.set_num_threads(plan.settings.threads or 1)
    set_seed(plan.seed)


def _drop_printer(trainer: Any) -> None:
    """Take out the callback that prints every log entry to standard output."""
    from transformers.trainer_callback import PrinterCallback

    trainer.remove_callback(PrinterCallback)


def _callbacks(plan: TrainPlan, on_progress: OnTrainProgress | None) -> list[Any]:
    from transformers import EarlyStoppingCallback

    callbacks: list[Any] = [make_metrics_callback(plan.folder, on_progress)]
    if plan.settings.patience is not None and plan.validation.rows:
        callbacks.append(EarlyStoppingCallback(early_stopping_patience=plan.settings.patience))
    return callbacks


def _end_id(plan: TrainPlan) -> int:
    return plan.train.rows[0].input_ids[-1]


def _best_step(trainer: Any) -> int | None:
    best = trainer.state.best_model_checkpoint
    return step_of(Path(best)) if best else None


def _mean_loss(trainer: Any, plan: TrainPlan) -> float:
    """Give the mean over steps from the log; a process that has none takes the trainer's own."""
    logged = mean_loss(plan.folder)
    if logged is not None:
        return logged
    return float(
        next(
            (entry["train_loss"] for entry in trainer.state.log_history[::-1] if "train_loss" in entry), "nan"
        )
    )


def _require_numbers(plan: TrainPlan, result: TrainResult) -> None:
    losses = [result.train_loss] + ([] if result.validation_loss is None else [result.validation_loss])
    if not all(abs(loss) < float("inf") for loss in losses):
        raise GateError(
            f"the loss of seed {plan.seed} is not a number at {plan.numerics.rung}",
            "run `tracemill finetune preflight`, lower finetune.learning_rate, or take a wider rung",
        )


def _save(trainer: Any, plan: TrainPlan, result: TrainResult) -> None:
    """Write the adapter or the model, then the result as the mark of completion.

    All processes take part in gathering the weights; the first one writes.
    """
    out = plan.folder / ("model" if plan.settings.method == "full" else "adapter")
    trainer.save_model(str(out))
    if not is_main():
        return
    plan.tokenizer.save_pretrained(out)
    if plan.settings.method == "full":
        trainer.accelerator.unwrap_model(trainer.model).generation_config.save_pretrained(out)
    write_whole(plan.folder / RESULT, json.dumps(asdict(result), indent=2) + "\n")
