"""The configurations for `accelerate launch` that ship with the package; read as text, nothing is started."""

from __future__ import annotations

from importlib import resources

from curate.errors import UsageError

LAUNCH_CONFIGS = ("ddp", "fsdp2", "zero3")


def read_launch_config(name: str) -> str:
    """Read a configuration by name.

    Raises:
        UsageError: when there is none of that name.
    """
    if name not in LAUNCH_CONFIGS:
        raise UsageError(f"there is no launch configuration {name!r}", f"one of {', '.join(LAUNCH_CONFIGS)}")
    return (resources.files("finetune") / "configs" / f"{name}.yaml").read_text(encoding="utf-8")
