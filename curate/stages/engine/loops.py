"""Run a coroutine from plain code, also where an event loop already runs (a notebook)."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import TypeVar

from curate.stages.engine.world import World

T = TypeVar("T")


def run_in_loop(make: Callable[[], Coroutine[object, object, T]], world: World) -> T:
    """Run a coroutine to its end, in a thread of its own where this one already runs an event loop."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return _run(make, world)
    result: list[T] = []
    failure: list[BaseException] = []

    def run() -> None:
        try:
            result.append(_run(make, world))
        except BaseException as error:  # noqa: BLE001 - the border of the thread: raised again below
            failure.append(error)

    thread = threading.Thread(target=run, name="generation")
    thread.start()
    thread.join()
    if failure:
        raise failure[0]
    return result[0]


def _run(make: Callable[[], Coroutine[object, object, T]], world: World) -> T:
    with asyncio.Runner(loop_factory=world.loop_factory) as runner:
        return runner.run(make())
