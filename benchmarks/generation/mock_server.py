"""A teacher that costs next to nothing: a hand-written HTTP/1.1 server in a process of its own.

    python -m benchmarks.generation.mock_server --latency-ms 200 [--faults]

Answers every POST after a fixed latency with about 600 tokens. Counts by hash of the body: distinct,
repeated, billed. With --faults the k-th arrival of a body always meets the same fate: 10 % 429 with
Retry-After 1 s, 2 % 500, 1 % dropped after the work was done (billed). `GET /stats` gives the counts, `POST
/quiet` stops answering (the requests on the wire stay open), `POST /loud` begins again, `POST /reset`
forgets everything. Prints its port and serves until stdin is closed.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import sys
from collections import Counter
from dataclasses import dataclass, field

TEXT = "Let us add the numbers step by step and write down what we get. " * 36 + "The answer is 42."
BODY = json.dumps(
    {
        "id": "chatcmpl-mock",
        "object": "chat.completion",
        "created": 1,
        "model": "mock",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": TEXT}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 90, "completion_tokens": 600, "total_tokens": 690},
    }
).encode()


def response(status: int, body: bytes, extra: bytes = b"") -> bytes:
    head = b"HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%b\r\n"
    return head % (status, len(body), extra) + body


ANSWER = response(200, BODY)
LIMITED = response(429, b'{"error":{"message":"slow down"}}', b"Retry-After: 1\r\n")
BROKEN = response(500, b'{"error":{"message":"oops"}}')


@dataclass
class Book:
    """What came in and what was billed."""

    latency_s: float
    has_faults: bool
    arrivals: Counter[bytes] = field(default_factory=Counter)
    billed: Counter[bytes] = field(default_factory=Counter)
    n_dropped: int = 0
    n_delivered: int = 0
    n_connections: int = 0
    first_at: float = 0.0
    last_at: float = 0.0
    is_quiet: bool = False

    def fate(self, digest: bytes) -> str:
        """Draw by body and arrival, so that a run with faults can be repeated."""
        self.arrivals[digest] += 1
        if not self.has_faults:
            return "answer"
        seed = hashlib.blake2b(digest + bytes([self.arrivals[digest] % 256]), digest_size=4).digest()
        draw = int.from_bytes(seed, "big") / 2**32
        return (
            "limited" if draw < 0.10 else "broken" if draw < 0.12 else "dropped" if draw < 0.13 else "answer"
        )

    def stats(self) -> dict[str, float]:
        return {
            "arrivals": sum(self.arrivals.values()),
            "distinct": len(self.arrivals),
            "billed": sum(self.billed.values()),
            "billed_again": sum(n - 1 for n in self.billed.values()),
            "dropped": self.n_dropped,
            "delivered": self.n_delivered,
            "connections": self.n_connections,
            "window_s": self.last_at - self.first_at,
            "first_at": self.first_at,
        }

    def reset(self) -> None:
        self.__init__(self.latency_s, self.has_faults)  # type: ignore[misc]


class Connection(asyncio.Protocol):
    """One kept-alive connection; requests on it are answered in turn."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.buffer = b""
        self.loop = asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.book.n_connections += 1

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while True:
            end = self.buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            head = self.buffer[:end]
            at = head.lower().find(b"content-length:")
            length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            if len(self.buffer) < end + 4 + length:
                if b"100-continue" in head:
                    self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                return
            body = self.buffer[end + 4 : end + 4 + length]
            self.buffer = self.buffer[end + 4 + length :]
            self.serve(head.split(b" ", 2)[1], body)

    def serve(self, path: bytes, body: bytes) -> None:
        book = self.book
        if path == b"/stats":
            self.transport.write(response(200, json.dumps(book.stats()).encode()))
        elif path in (b"/quiet", b"/loud", b"/reset"):
            if path == b"/reset":
                book.reset()
            book.is_quiet = path == b"/quiet"
            self.transport.write(response(200, b"{}"))
        elif path.endswith(b"/models"):
            self.transport.write(response(200, b'{"data":[{"id":"mock"}]}'))
        elif not book.is_quiet:
            self.answer(body)

    def answer(self, body: bytes) -> None:
        book, digest = self.book, hashlib.blake2b(body, digest_size=16).digest()
        book.first_at = book.first_at or self.loop.time()
        fate = book.fate(digest)
        if fate == "limited":
            self.transport.write(LIMITED)
        elif fate == "broken":
            self.transport.write(BROKEN)
        else:
            self.loop.call_later(book.latency_s, self.finish, digest, fate)

    def finish(self, digest: bytes, fate: str) -> None:
        book = self.book
        if book.is_quiet:
            return
        book.billed[digest] += 1
        book.last_at = self.loop.time()
        if fate == "dropped":
            book.n_dropped += 1
            self.transport.abort()
        elif not self.transport.is_closing():
            book.n_delivered += 1
            self.transport.write(ANSWER)


async def serve(latency_s: float, has_faults: bool) -> None:
    loop = asyncio.get_running_loop()
    book = Book(latency_s, has_faults)
    server = await loop.create_server(lambda: Connection(book), "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--latency-ms", type=float, default=200.0)
    parser.add_argument("--faults", action="store_true")
    options = parser.parse_args()
    asyncio.run(serve(options.latency_ms / 1000, options.faults))


if __name__ == "__main__":
    main()
