"""The seam to an endpoint: one method that sends the bytes of a request and gives back those of the answer.

`TeacherReply` is a body that arrived under status 200. All else is a `TeacherFault`, whose class comes from
a closed set (curate.teachers.faults). A transport tries once: retries, limits and money are the engine's,
because a second layer of retries would hide what was billed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from curate.types import Request

MESSAGE_CHARS = 2000
KEPT_HEADERS = ("x-request-id", "request-id", "openai-processing-ms", "x-ratelimit-remaining-requests")
"""What a record keeps of an answer's headers: to ask the vendor about it, to see how near a limit was."""


@dataclass(frozen=True, slots=True)
class TeacherReply:
    """What came back. `headers` holds those of KEPT_HEADERS that were there."""

    http_status: int
    body: bytes
    headers: Mapping[str, str]
    latency_ms: float


class TeacherFault(Exception):
    """An attempt that gave no answer.

    `is_maybe_billed` says that the request had been written, so its tokens may be on the bill.
    `retry_after_s` is the server's own minimum; None when it named none.
    """

    def __init__(
        self,
        error_class: str,
        message: str,
        *,
        http_status: int | None = None,
        is_maybe_billed: bool = False,
        retry_after_s: float | None = None,
        is_retryable: bool = True,
    ) -> None:
        super().__init__(f"{error_class}: {message[:MESSAGE_CHARS]}")
        self.error_class = error_class
        self.message = message[:MESSAGE_CHARS]
        self.http_status = http_status
        self.is_maybe_billed = is_maybe_billed
        self.retry_after_s = retry_after_s
        self.is_retryable = is_retryable


class Transport(Protocol):
    """Sends one request once."""

    async def call_teacher(self, request: Request) -> TeacherReply:
        """Give the body of a reply under status 200.

        Raises:
            TeacherFault: for everything else.
        """
        ...

    async def close(self) -> None:
        """Give connections back; closing twice is no fault."""
        ...
