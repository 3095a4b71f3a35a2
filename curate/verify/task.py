"""What is sent to a worker and what comes back; plain data that crosses a pipe as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TaskKind = Literal["compare", "solve"]
Fate = Literal["done", "timeout", "memory", "worker_lost", "backend_error"]


@dataclass(frozen=True, slots=True)
class Task:
    """One piece of work: a gold and an answer to compare symbolically, or a system to solve."""

    kind: TaskKind
    gold: str
    text: str


@dataclass(frozen=True, slots=True)
class Reply:
    """How a task ended. `values` are the kind's own strings, `cpu_ms` the worker's CPU time for it."""

    fate: Fate
    values: tuple[str, ...] = ()
    cpu_ms: float = 0.0
