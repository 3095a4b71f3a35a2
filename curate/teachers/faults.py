"""Name what went wrong with an attempt, from a closed set, and say what may be done about it.

| class | from | then |
| --- | --- | --- |
| connect, dropped, timeout, body_too_large | the network | tried again |
| rate_limited | 429 | tried again; does not use up attempts |
| overloaded, server_error, busy | 503, 529; other 5xx; 408, 409, 425 | tried again |
| html, not_json, error_object, no_choices, no_message | a 200 that is no completion | tried again |
| unauthorized, unknown_model | 401 and 403, 404 | stops the teacher |
| insufficient_quota, redirected | 402 or 429, 3xx | stops the teacher |
| refused, too_long | 400 and its kin | a result of that row |
| bad_request | other 4xx | final for that row |
| interrupted | a second Ctrl-C | asked again by the next run |
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

import orjson

from curate.teachers.completion import MalformedAnswer, read_completion
from curate.teachers.retry import read_retry_after
from curate.teachers.transport import TeacherFault, TeacherReply
from curate.types import Completion

FaultKind = Literal["transient", "throttled", "teacher", "result", "row"]

THROTTLED = frozenset({"rate_limited"})
SATURATION = frozenset({"rate_limited", "overloaded"})
TEACHER_FAULTS = frozenset({"unauthorized", "unknown_model", "insufficient_quota", "redirected"})
RESULTS = frozenset({"refused", "too_long"})
ROW_FAULTS = frozenset({"bad_request"})

_BY_STATUS = {
    401: "unauthorized",
    402: "insufficient_quota",
    403: "unauthorized",
    404: "unknown_model",
    408: "busy",
    409: "busy",
    413: "too_long",
    425: "busy",
    429: "rate_limited",
    503: "overloaded",
    529: "overloaded",
}
_QUOTA = re.compile(
    r"insufficient_quota|billing_hard_limit|insufficient.{0,20}(balance|credit)", re.IGNORECASE
)
_MODEL = re.compile(
    r"model_not_found|(unknown|invalid|no such) model|model .{0,80}(not found|does not exist)", re.I
)
_LENGTH = re.compile(
    r"context_length_exceeded|context.{0,20}(length|window)|maximum.{0,20}(length|tokens)"
    r"|too (long|many tokens)",
    re.IGNORECASE,
)
_FILTER = re.compile(
    r"content_filter|content_policy|content management policy|moderation|flagged|safety", re.IGNORECASE
)
_CHARS_READ = 4000


def kind_of(error_class: str) -> FaultKind:
    """Say what a class of fault means for its row and its teacher."""
    if error_class in TEACHER_FAULTS:
        return "teacher"
    if error_class in THROTTLED:
        return "throttled"
    if error_class in RESULTS:
        return "result"
    return "row" if error_class in ROW_FAULTS else "transient"


def read_answer(reply: TeacherReply) -> Completion:
    """Read the completion of a reply under status 200.

    Raises:
        TeacherFault: when the body is no completion; it may have been billed and is worth another try.
    """
    try:
        return read_completion(reply.body)
    except MalformedAnswer as error:
        raise TeacherFault(
            error.error_class, error.message, http_status=reply.http_status, is_maybe_billed=True
        ) from None


def fault_of_status(status: int, body: bytes, headers: Mapping[str, str], *, now: float) -> TeacherFault:
    """Turn a response under another status than 200 into a fault; `now` is UTC seconds, for HTTP dates.

    Vendors do not bill what they answer with an error status.
    """
    said = _read_error(body)
    error_class = _class_of(status, said)
    return TeacherFault(
        error_class,
        f"HTTP {status}: {said[:1000]}" if said else f"HTTP {status} without a word",
        http_status=status,
        retry_after_s=read_retry_after(headers, now),
        is_retryable=kind_of(error_class) in ("transient", "throttled"),
    )


def _class_of(status: int, said: str) -> str:
    if 300 <= status < 400:
        return "redirected"
    if status in (402, 403, 429) and _QUOTA.search(said):
        return "insufficient_quota"
    if status in (400, 403, 422) and _FILTER.search(said):
        return "refused"
    if status in (400, 413, 422) and _LENGTH.search(said):
        return "too_long"
    if status in (400, 404, 422) and _MODEL.search(said):
        return "unknown_model"
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status >= 500:
        return "server_error"
    return "bad_request" if status >= 400 else "not_json"


def _read_error(body: bytes) -> str:
    """Give the words of an error body: code, type and message of an error object, else its start as text."""
    try:
        data = orjson.loads(body)
    except orjson.JSONDecodeError:
        return body[:_CHARS_READ].decode("utf-8", "replace").strip()
    error = data.get("error", data) if isinstance(data, dict) else data
    if not isinstance(error, dict):
        return str(error)[:_CHARS_READ]
    parts = (error.get(key) for key in ("code", "type", "message", "detail"))
    words = " ".join(str(part) for part in parts if part) or str(error)
    return words[:_CHARS_READ]
