"""Which process of a training this one is. `accelerate launch` starts several and tells each its rank.

The first one makes folders, probes numerics, writes and talks; the others wait for it where they need what it
made. The environment is read here and nowhere else.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from curate.errors import ConfigError


def n_processes() -> int:
    """Give the number of processes that train together."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def is_main() -> bool:
    """Say whether this is the process that writes and talks."""
    return os.environ.get("RANK", "0") == "0"


def is_sharded() -> bool:
    """Say whether weights are split over processes (FSDP or DeepSpeed), so that none holds them all."""
    flags = ("ACCELERATE_USE_FSDP", "ACCELERATE_USE_DEEPSPEED")
    return any(os.environ.get(name, "").lower() in ("1", "true") for name in flags)


def require_gpus_to_split(*, has_gpu: bool) -> None:
    """Refuse a launch that is to split weights where accelerate would silently hold all of them everywhere.

    Raises:
        ConfigError: on a machine without a GPU.
    """
    if is_sharded() and not has_gpu:
        raise ConfigError(
            "this launch is to split the student over processes, which accelerate does on GPUs only: without "
            "one it holds the whole student in each",
            "launch with the configuration `ddp`, or by `python -m torch.distributed.run` (docs/finetune.md)",
        )


@contextmanager
def main_first() -> Iterator[None]:
    """Run a block in the first process, then in the others."""
    if n_processes() == 1:
        yield
        return
    import torch
    from accelerate import PartialState

    with PartialState(cpu=not torch.cuda.is_available()).main_process_first():
        yield
