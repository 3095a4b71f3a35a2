"""The same requests through the official openai client, for endpoints that want what it does.

Sends the same bytes and gives back the raw body. Its own retries are off, because two layers of retries hide
what was billed; redirects are refused. Costs about five times the CPU of `chat` per request.
This module is imported only where a teacher has the transport `openai`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping

import httpx2
import openai
from openai import DefaultAioHttpClient

from curate.teachers.bodies import PATH
from curate.teachers.faults import fault_of_status
from curate.teachers.network import fault_of_network
from curate.teachers.proxies import find_proxy, make_ssl_context
from curate.teachers.transport import KEPT_HEADERS, TeacherFault, TeacherReply
from curate.types import Request, Teacher

_NO_KEY = "none"
"""The client insists on a key; the header that it would make of this one is left out again."""


class OpenAITransport:
    """One teacher's client."""

    def __init__(
        self, teacher: Teacher, key: str, environ: Mapping[str, str], clock: Callable[[], float] = time.time
    ) -> None:
        self._teacher = teacher
        self._clock = clock
        self._headers: dict[str, str | openai.Omit] = {
            "Content-Type": "application/json",
            "Accept-Encoding": "identity",
        }
        if not key:
            self._headers["Authorization"] = openai.Omit()
        self._client = openai.AsyncOpenAI(
            api_key=key or _NO_KEY,
            base_url=teacher.base_url,
            max_retries=0,
            http_client=_make_http_client(teacher, environ),
        )

    def __repr__(self) -> str:
        return f"OpenAITransport({self._teacher.base_url})"

    async def call_teacher(self, request: Request) -> TeacherReply:
        """Send a request once.

        Raises:
            TeacherFault: unless a body came under status 200.
        """
        started = time.perf_counter()
        try:
            async with asyncio.timeout(self._teacher.limits.request_timeout_s):
                response = await self._client.post(
                    PATH,
                    cast_to=httpx2.Response,
                    content=request.body,
                    options={"headers": self._headers, "follow_redirects": False},
                )
        except openai.APIStatusError as error:
            raise self._status_fault(error.response) from None
        except (TimeoutError, openai.APIConnectionError) as error:
            raise fault_of_network(error, self._teacher) from None
        if response.status_code != 200:
            raise self._status_fault(response)
        milliseconds = (time.perf_counter() - started) * 1000
        headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
        return TeacherReply(200, response.content, headers, milliseconds)

    async def close(self) -> None:
        """Close the client and its connections."""
        await self._client.close()

    def _status_fault(self, response: httpx2.Response) -> TeacherFault:
        return fault_of_status(
            response.status_code, response.content, _headers_of(response), now=self._clock()
        )


class _BoundedStream(httpx2.AsyncByteStream):
    """A response body that ends with a fault once it is longer than allowed."""

    def __init__(self, stream: httpx2.AsyncByteStream, most: int) -> None:
        self._stream, self._most = stream, most

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in self._stream:
            size += len(chunk)
            if size > self._most:
                raise TeacherFault(
                    "body_too_large",
                    f"the answer is longer than limits.max_response_bytes = {self._most}",
                    is_maybe_billed=True,
                )
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


def _make_http_client(teacher: Teacher, environ: Mapping[str, str]) -> httpx2.AsyncClient:
    limits = teacher.limits

    async def bound_body(response: httpx2.Response) -> None:
        if response.headers.get("content-encoding", "identity") != "identity":
            # What it grows to when it is decompressed could not be bounded here.
            raise TeacherFault("not_json", "the answer is compressed, unasked", is_maybe_billed=True)
        assert isinstance(response.stream, httpx2.AsyncByteStream)
        response.stream = _BoundedStream(response.stream, limits.max_response_bytes)

    return DefaultAioHttpClient(
        timeout=httpx2.Timeout(limits.request_timeout_s, connect=limits.connect_timeout_s),
        limits=httpx2.Limits(
            max_connections=limits.concurrency, max_keepalive_connections=limits.concurrency
        ),
        proxy=find_proxy(teacher.base_url, environ),
        verify=make_ssl_context(environ),
        trust_env=False,
        follow_redirects=False,
        event_hooks={"response": [bound_body]},
    )


def _headers_of(response: httpx2.Response) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}
