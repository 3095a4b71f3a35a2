"""Ask the embedded teacher in this process: no port, no key, no network.

The same bytes go in and the same kind of body comes out as over HTTP, so all that follows is the same code.
"""

from __future__ import annotations

import asyncio
import time

from curate.teachers.embedded.teacher import EmbeddedTeacher
from curate.teachers.transport import TeacherReply
from curate.types import Request


class EmbeddedTransport:
    """Answers at once; other requests get their turn in between."""

    def __init__(self, teacher: EmbeddedTeacher) -> None:
        self._teacher = teacher

    async def call_teacher(self, request: Request) -> TeacherReply:
        """Compute the answer to one request."""
        await asyncio.sleep(0)
        started = time.perf_counter()
        body = self._teacher.answer(request.body, request.sample_index)
        return TeacherReply(200, body, {}, (time.perf_counter() - started) * 1000)

    async def close(self) -> None:
        """Nothing is held open."""
