"""Just enough HTTP/1.1 for a loopback server: whole requests in, whole replies out, connections kept alive.

No framework and no task per request: this costs about 0.1 CPU s per 1,000 requests. A reply may be late, cut
in half, dripped slowly or replaced by a dropped connection, because that is what clients must survive.
Not meant for any network beyond the machine: no TLS, no limits on callers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from curate.teachers.embedded.http_faults import Fate

MAX_BODY_BYTES = 512 * 1024 * 1024
_MAX_HEAD_BYTES = 64 * 1024
_REASONS = {
    200: "OK", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 405: "Method Not Allowed",
    413: "Payload Too Large", 429: "Too Many Requests", 500: "Internal Server Error",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request that arrived whole; header names are in lower case, `path` has no query."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class HttpReply:
    """What to send, and how: after `latency_s`, and by which fate."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    latency_s: float = 0.0
    fate: Fate = Fate.ANSWERED
    drip_s: float = 0.0


Handler = Callable[[HttpRequest], HttpReply | None]
"""Gives the reply to a request, or None for none at all: the caller waits until it gives up."""


class BadRequest(Exception):
    """Bytes that are no request this server reads; the connection is closed after saying so."""


class HttpConnection(asyncio.Protocol):
    """One connection: requests are served one after another, as they came."""

    def __init__(self, handler: Handler, connections: set[HttpConnection]) -> None:
        self._handler = handler
        self._connections = connections
        self._loop = asyncio.get_running_loop()
        self._received = bytearray()
        self._transport: asyncio.Transport | None = None
        self._is_busy = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the transport."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the transport; a reply that is due later goes nowhere."""
        self._transport = None
        self._connections.discard(self)

    def data_received(self, data: bytes) -> None:
        """Gather bytes until a request is whole."""
        self._received += data
        if not self._is_busy:
            self._serve_next()

    def abort(self) -> None:
        """Cut the connection."""
        if self._transport is not None:
            self._transport.abort()

    def _serve_next(self) -> None:
        try:
            request = self._take_request()
        except BadRequest as error:
            self._write(_head(HttpReply(400, str(error).encode(), content_type="text/plain")))
            if self._transport is not None:
                self._transport.close()
            return
        if request is None:
            return
        self._is_busy = True
        reply = self._handler(request)
        if reply is None:
            return
        if reply.latency_s > 0:
            self._loop.call_later(reply.latency_s, self._send, reply)
        else:
            self._send(reply)

    def _take_request(self) -> HttpRequest | None:
        """Cut one request off what has arrived, None while it is not whole."""
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            if len(self._received) > _MAX_HEAD_BYTES:
                raise BadRequest("the head of the request is too long")
            return None
        method, target, headers = _read_head(bytes(self._received[:end]))
        start = end + 4
        if headers.get("transfer-encoding", "").lower() == "chunked":
            taken = _take_chunks(self._received, start)
            if taken is None:
                return None
            body, stop = taken
        else:
            stop = start + _content_length(headers)
            if len(self._received) < stop:
                self._allow_body(headers, len(self._received) - start)
                return None
            body = bytes(self._received[start:stop])
        del self._received[:stop]
        path, _, query = target.partition("?")
        return HttpRequest(method, path, query, headers, body)

    def _allow_body(self, headers: Mapping[str, str], n_so_far: int) -> None:
        """Answer `Expect: 100-continue`, which some clients wait for before a long body."""
        if n_so_far == 0 and headers.get("expect", "").lower() == "100-continue":
            self._write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _send(self, reply: HttpReply) -> None:
        if self._transport is None:
            return
        if reply.fate is Fate.DROPPED:
            self._transport.abort()
        elif reply.fate is Fate.HALF_BODY:
            whole = _head(reply) + reply.body
            self._write(whole[: len(whole) - len(reply.body) // 2 - 1])
            self._transport.close()
        elif reply.fate is Fate.SLOW_BODY:
            cut = len(reply.body) // 2
            self._write(_head(reply) + reply.body[:cut])
            self._loop.call_later(reply.drip_s, self._finish, reply.body[cut:])
        else:
            self._finish(_head(reply) + reply.body)

    def _finish(self, data: bytes) -> None:
        self._write(data)
        self._is_busy = False
        if self._received:
            self._serve_next()

    def _write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)


def _read_head(head: bytes) -> tuple[str, str, dict[str, str]]:
    first, _, rest = head.partition(b"\r\n")
    parts = first.decode("latin-1").split(" ")
    if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
        raise BadRequest("this is no HTTP/1.1 request")
    headers = {}
    for line in rest.decode("latin-1").split("\r\n") if rest else ():
        name, colon, value = line.partition(":")
        if not colon:
            raise BadRequest("a header without a colon")
        headers[name.strip().lower()] = value.strip()
    return parts[0], parts[1], headers


def _content_length(headers: Mapping[str, str]) -> int:
    said = headers.get("content-length", "0")
    if not said.isascii() or not said.isdigit() or len(said) > 12:
        raise BadRequest("Content-Length is no number")
    if int(said) > MAX_BODY_BYTES:
        raise BadRequest(f"the body is longer than {MAX_BODY_BYTES} bytes")
    return int(said)


def _take_chunks(data: bytearray, start: int) -> tuple[bytes, int] | None:
    """Join a chunked body; gives it and the place behind it, None while it is not whole."""
    chunks: list[bytes] = []
    at = start
    while True:
        end = data.find(b"\r\n", at)
        if end < 0:
            return None
        try:
            size = int(bytes(data[at:end]).partition(b";")[0], 16)
        except ValueError:
            raise BadRequest("a chunk without a size") from None
        if size > MAX_BODY_BYTES or end - at > 100:
            raise BadRequest("a chunk that is too long")
        if len(data) < end + 2 + size + 2:
            return None
        if size == 0:
            return b"".join(chunks), end + 4
        chunks.append(bytes(data[end + 2 : end + 2 + size]))
        at = end + 2 + size + 2


def _head(reply: HttpReply) -> bytes:
    lines = [
        f"HTTP/1.1 {reply.status} {_REASONS.get(reply.status, 'Status')}",
        f"Content-Type: {reply.content_type}",
        f"Content-Length: {len(reply.body)}",
        *(f"{name}: {value}" for name, value in reply.headers.items()),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
