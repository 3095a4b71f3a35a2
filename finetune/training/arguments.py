"""Settings as the argument objects of TRL and transformers, whichever names their version has.

In: a plan. Out: keyword arguments that the given argument class knows. Fields were renamed between releases
(`gradient_checkpointing` became `activation_checkpointing`); a field that a class lacks is left out only when
it changes nothing, otherwise the run ends with a sentence.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from curate.errors import ConfigError, MissingError
from finetune.processes import n_processes
from finetune.training.plan import TrainPlan

_RENAMED = {"activation_checkpointing": "gradient_checkpointing"}
_SAMPLING = {"auto": "group_by_length", "group": "group_by_length", "pack": "random", "plain": "random",
             "in-order": "sequential"}  # fmt: skip


def common_arguments(plan: TrainPlan, *, has_gpu: bool) -> dict[str, Any]:
    """Give what all trainers take."""
    settings, has_validation = plan.settings, bool(plan.validation.rows)
    batch_size, accumulation = per_process(settings.batch_size, settings.accumulation, n_processes())
    values: dict[str, Any] = {
        "output_dir": str(plan.checkpoints),
        "per_device_train_batch_size": batch_size,
        "per_device_eval_batch_size": batch_size,
        "gradient_accumulation_steps": accumulation,
        "learning_rate": settings.learning_rate,
        "lr_scheduler_type": settings.scheduler,
        "warmup_steps": settings.warmup,
        "num_train_epochs": settings.epochs,
        "max_steps": settings.max_steps or -1,
        "weight_decay": settings.weight_decay,
        "max_grad_norm": settings.max_grad_norm,
        "bf16": plan.numerics.dtype == "bfloat16",
        "activation_checkpointing": settings.checkpointing,
        "train_sampling_strategy": _SAMPLING[settings.batching],
        "seed": plan.seed,
        "data_seed": plan.seed,
        "use_cpu": not has_gpu,
        "logging_steps": 1,
        "logging_nan_inf_filter": False,
        "report_to": "none",
        "disable_tqdm": True,
        "save_strategy": "steps",
        "save_steps": settings.eval_steps,
        "save_total_limit": 2,
        "eval_strategy": "steps" if has_validation else "no",
        "eval_steps": settings.eval_steps if has_validation else None,
        "load_best_model_at_end": has_validation,
        "metric_for_best_model": "eval_loss" if has_validation else None,
        "greater_is_better": False if has_validation else None,
    }
    if not has_gpu:
        values["dataloader_pin_memory"] = False
    return values


def per_process(batch_size: int, accumulation: int, n_processes: int) -> tuple[int, int]:
    """Divide a step's rows over processes, so that one file trains the same on any number of them.

    >>> per_process(8, 2, 2)
    (8, 1)
    >>> per_process(16, 1, 4)
    (4, 1)

    Raises:
        ConfigError: when the rows of a step cannot be divided.
    """
    if accumulation % n_processes == 0:
        return batch_size, accumulation // n_processes
    if batch_size % n_processes == 0:
        return batch_size // n_processes, accumulation
    raise ConfigError(
        f"{batch_size} x {accumulation} rows of a step cannot be divided over {n_processes} processes",
        f"set finetune.batch_size or finetune.accumulation to a multiple of {n_processes}",
    )


def build_arguments(kind: type[Any], values: dict[str, Any]) -> Any:
    """Make an argument object of a class from values that it knows.

    Raises:
        MissingError: when the installed version lacks a field that a setting needs.
    """
    known = {field.name for field in fields(kind)}
    given = {}
    for name, value in values.items():
        if name not in known and _RENAMED.get(name) in known:
            name = _RENAMED[name]
        if name not in known:
            raise MissingError(
                f"the installed {kind.__module__.split('.')[0]} has no {kind.__name__}.{name}",
                "install the versions of constraints.txt: make test, or pip install -c constraints.txt",
            )
        given[name] = value
    return kind(**given)
