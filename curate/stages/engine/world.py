"""What the engine takes from outside: clock, randomness, environment, transports. Tests pass their own."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from curate.stages.embedding import make_transport
from curate.teachers.transport import Transport
from curate.types import Teacher

MakeTransport = Callable[[Teacher, Mapping[str, str], Callable[[], float]], Transport]


@dataclass(frozen=True, slots=True)
class World:
    """The outside as functions; the event loop's own clock measures waiting."""

    clock: Callable[[], float] = time.time
    """UTC seconds, for records."""
    uniform: Callable[[float, float], float] = field(default_factory=lambda: random.Random().uniform)
    """Draws the jitter of waits; it decides nothing that is stored but times."""
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    make_transport: MakeTransport = make_transport
    loop_factory: Callable[[], asyncio.AbstractEventLoop] | None = None
    """Makes the event loop, whose clock measures all waiting; None takes the usual one."""
