"""Small tools for talking to the embedded server over plain HTTP."""

from __future__ import annotations

import http.client
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import orjson
import pytest

from curate.teachers.embedded import EmbeddedServer


@dataclass(frozen=True)
class Got:
    """A response as it came."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> dict[str, object]:
        value = orjson.loads(self.body)
        assert isinstance(value, dict)
        return value


Ask = Callable[..., Got]


@pytest.fixture
def ask() -> Ask:
    """Send one request on a connection of its own."""

    def send(
        server: EmbeddedServer,
        path: str = "/v1/chat/completions",
        body: object = None,
        *,
        method: str = "POST",
        headers: dict[str, str] | None = None,
    ) -> Got:
        connection = http.client.HTTPConnection(urlsplit(server.root_url).netloc, timeout=10)
        try:
            data = body if isinstance(body, bytes) else orjson.dumps(body)
            connection.request(method, path, data, headers or {})
            response = connection.getresponse()
            headers_got = {name.lower(): value for name, value in response.getheaders()}
            return Got(response.status, headers_got, response.read())
        finally:
            connection.close()

    return send


def numbered(body: bytes, sample_index: int) -> bytes:
    """Answer with the number of the sample."""
    message = {"role": "assistant", "content": f"sample {sample_index}"}
    return orjson.dumps({"id": "x", "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]})


@pytest.fixture
def answer() -> Callable[[bytes, int], bytes]:
    return numbered


@pytest.fixture
def question() -> dict[str, object]:
    return {"model": "embedded", "messages": [{"role": "user", "content": "how many?"}]}
