"""The embedded teacher behind a loopback port, OpenAI-compatible, with faults on request.

In tests: `with EmbeddedServer(answer) as server: ... server.base_url`, which runs it in a thread of its own.
In a loop: `await server.start()`, `await server.stop()`. As a command: `serve(answer, host, port, config)`.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from types import TracebackType

from curate.errors import MissingError
from curate.teachers.embedded.counters import Tally
from curate.teachers.embedded.http_protocol import HttpConnection
from curate.teachers.embedded.routes import Answer, Routes
from curate.teachers.embedded.server_config import ServerConfig

_BACKLOG = 4096


class EmbeddedServer:
    """One listening port; port 0 takes a free one."""

    def __init__(
        self, answer: Answer, config: ServerConfig | None = None, *, host: str = "127.0.0.1", port: int = 0
    ) -> None:
        self._routes = Routes(answer, config or ServerConfig())
        self._host, self._port = host, port
        self._server: asyncio.Server | None = None
        self._connections: set[HttpConnection] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    @property
    def base_url(self) -> str:
        """Give what a teacher's `base_url` is to be."""
        return f"{self.root_url}/v1"

    @property
    def root_url(self) -> str:
        """Give the address without a path, for the counters."""
        return f"http://{self._host}:{self._port}"

    @property
    def tally(self) -> Tally:
        """Look at the counts; from another thread they may be a moment old."""
        return self._routes.counters.tally()

    def pause(self) -> None:
        """Answer nothing from now on, as a server that hangs."""
        self._routes.is_paused = True

    def resume(self) -> None:
        """Answer what arrives from now on."""
        self._routes.is_paused = False

    async def start(self) -> None:
        """Open the port.

        Raises:
            MissingError: when the port cannot be had.
        """
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(
                lambda: HttpConnection(self._routes.reply, self._connections),
                self._host,
                self._port,
                backlog=_BACKLOG,
            )
        except OSError as error:
            raise MissingError(
                f"cannot listen on {self._host}:{self._port}: {error.strerror or error}",
                "choose another port, or 0 for a free one",
            ) from None
        self._port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close the port and cut what is connected."""
        if self._server is not None:
            self._server.close()
            for connection in tuple(self._connections):
                connection.abort()
            await self._server.wait_closed()
            self._server = None

    def __enter__(self) -> EmbeddedServer:
        started = threading.Event()
        failures: list[MissingError] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=_run_loop, args=(self._loop, self.start, started, failures), name="embedded-teacher"
        )
        self._thread.daemon = True
        self._thread.start()
        started.wait()
        if failures:
            self._thread.join()
            raise failures[0]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._loop is not None
        assert self._thread is not None
        asyncio.run_coroutine_threadsafe(self.stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()


def serve(
    answer: Answer,
    host: str = "127.0.0.1",
    port: int = 0,
    config: ServerConfig | None = None,
    on_start: Callable[[str], None] = lambda url: None,
) -> None:
    """Serve until interrupted; `on_start` is given the base URL once the port is open.

    Raises:
        MissingError: when the port cannot be had.
    """
    server = EmbeddedServer(answer, config, host=host, port=port)

    async def run() -> None:
        await server.start()
        on_start(server.base_url)
        try:
            await asyncio.Event().wait()
        finally:
            await server.stop()

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run())


def _run_loop(
    loop: asyncio.AbstractEventLoop,
    start: Callable[[], object],
    started: threading.Event,
    failures: list[MissingError],
) -> None:
    """Run a loop in this thread until it is stopped."""
    asyncio.set_event_loop(loop)
    try:
        loop.run_until_complete(start())  # type: ignore[arg-type]
    except MissingError as error:
        failures.append(error)
        started.set()
        loop.close()
        return
    started.set()
    try:
        loop.run_forever()
    finally:
        loop.close()
