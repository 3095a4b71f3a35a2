"""What a run is told to do, and whether its caps on money can be kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from curate.errors import ConfigError
from curate.types import Teacher


@dataclass(frozen=True, slots=True)
class RunOrder:
    """What a run is: its name, who may be asked, and what it may cost."""

    run_id: str
    command: str
    config_hash: str
    teachers: tuple[Teacher, ...]
    max_usd: Decimal | None = None
    max_usd_per_teacher: Mapping[str, Decimal] = field(default_factory=dict)


def check_caps(order: RunOrder) -> None:
    """Refuse a cap that could not be kept.

    Raises:
        ConfigError: naming the teacher and what it lacks.
    """
    for teacher in order.teachers:
        is_capped = order.max_usd is not None or teacher.alias in order.max_usd_per_teacher
        if not is_capped or teacher.transport == "embedded":
            continue
        if teacher.price is None:
            raise ConfigError(
                f"a cap on money needs a price, and teacher {teacher.alias!r} has none",
                "add `price: {input: ..., output: ...}` to that teacher, or leave the cap out",
            )
        extra = teacher.sampling.extra
        if teacher.sampling.max_tokens is None and not {"max_tokens", "max_completion_tokens"} & extra.keys():
            raise ConfigError(
                f"a cap on money needs a longest answer, and teacher {teacher.alias!r} has no max_tokens",
                "add `sampling: {max_tokens: ...}` to that teacher, or leave the cap out",
            )
