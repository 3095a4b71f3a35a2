"""Serve the local page on 127.0.0.1, with a token that is new at each start, until it is interrupted."""

from __future__ import annotations

import asyncio
import errno
import secrets
import signal
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from aiohttp import web

from curate.browse.desk import Desk
from curate.browse.guard import Guard
from curate.browse.routes import make_app
from curate.errors import UsageError

HOST = "127.0.0.1"
THREADS = 4


def browse(desk: Desk, port: int, tell: Callable[[str], None], ended: threading.Event | None = None) -> None:
    """Serve until `ended` is set, or without it until Ctrl-C or SIGTERM; `tell` gets the address to open.

    Raises:
        UsageError: when the port cannot be had.
    """
    with _bind(port) as listening, ThreadPoolExecutor(THREADS, thread_name_prefix="browse") as executor:
        guard = Guard(secrets.token_urlsafe(32), listening.getsockname()[1])
        try:
            asyncio.run(_serve(make_app(desk, guard, executor), guard, listening, tell, ended))
        finally:
            desk.close()


async def _serve(
    app: web.Application,
    guard: Guard,
    listening: socket.socket,
    tell: Callable[[str], None],
    ended: threading.Event | None,
) -> None:
    runner = web.AppRunner(app, access_log=None, handle_signals=False)
    await runner.setup()
    try:
        await web.SockSite(runner, listening, shutdown_timeout=1.0).start()
        tell(f"http://{HOST}:{guard.port}/?token={guard.token}")
        await (_interrupted() if ended is None else asyncio.to_thread(ended.wait))
    finally:
        await runner.cleanup()


async def _interrupted() -> None:
    """Wait for Ctrl-C or SIGTERM."""
    came = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, came.set)
    await came.wait()


def _bind(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
        listening.listen(64)
    except OSError as error:
        listening.close()
        what = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be had: {error.strerror}"
        raise UsageError(
            f"port {port} of {HOST} {what}", "name another with --port; 0 takes a free one"
        ) from None
    return listening
