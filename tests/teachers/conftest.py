"""A loopback server whose every answer is scripted: it speaks raw bytes, so it can also misbehave."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from curate.teachers.bodies import build_request
from curate.types import Limits, Message, Request, Sampling, Teacher, TraceFormat

ANSWER = (
    b'{"choices":[{"message":{"content":"The answer is 4"},"finish_reason":"stop"}],'
    b'"usage":{"prompt_tokens":10,"completion_tokens":5}}'
)


@dataclass
class Scripted:
    """Raw bytes to answer with; then the connection is closed, or kept open and silent."""

    raw: bytes
    is_silent_after: bool = False


def http(status: int, body: bytes = b"", **headers: str) -> Scripted:
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return Scripted("\r\n".join(lines).encode() + b"\r\n\r\n" + body)


@dataclass
class Seen:
    """One request as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Loopback:
    """The server; `script` decides by the number of the request."""

    script: Callable[[int], Scripted] = field(default=lambda number: http(200, ANSWER))
    seen: list[Seen] = field(default_factory=list)
    port: int = 0

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def teacher(self, **limits: float | int) -> Teacher:
        return Teacher.of(
            alias="t",
            model="m",
            base_url=self.base_url,
            sampling=Sampling(max_tokens=100),
            limits=Limits(**limits),  # type: ignore[arg-type]
            api_key_env="TEST_KEY",
        )

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self.answer(reader, writer)
        finally:
            writer.close()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = head.strip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        self.seen.append(Seen(first.split()[1], headers, body))
        scripted = self.script(len(self.seen))
        writer.write(scripted.raw)
        await writer.drain()
        if scripted.is_silent_after:
            await reader.read()


@pytest.fixture
def loopback() -> Iterator[Loopback]:
    """A running server on a port of its own."""
    server = Loopback()
    loop = asyncio.new_event_loop()
    started = threading.Event()
    stopped = asyncio.Event()

    async def serve() -> None:
        listening = await asyncio.start_server(server.handle, "127.0.0.1", 0)
        server.port = listening.sockets[0].getsockname()[1]
        started.set()
        await stopped.wait()
        listening.close()
        open_tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in open_tasks:
            task.cancel()
        await asyncio.gather(*open_tasks, return_exceptions=True)
        await asyncio.sleep(0)  # closed connections go away in the loop's next turn

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    started.wait()
    yield server
    loop.call_soon_threadsafe(stopped.set)
    thread.join()
    loop.close()


@pytest.fixture
def scripted() -> type[Scripted]:
    return Scripted


@pytest.fixture
def reply() -> Callable[..., Scripted]:
    """Make a whole HTTP response."""
    return http


@pytest.fixture
def request_for() -> Callable[[Teacher], Request]:
    """Make a request to a teacher."""

    def make(teacher: Teacher, text: str = "2+2?") -> Request:
        return build_request(
            teacher,
            [Message("user", text)],
            problem_id="p",
            template_id="t",
            format=TraceFormat.COT,
            sample_index=0,
        )

    return make
