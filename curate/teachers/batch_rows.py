"""The lines of a batch: input rows from requests, results from output and error files.

Pure. A row's `custom_id` is the request id, so rows are matched by content and never by their order. The body
in an output row is serialised again, because a JSON line cannot carry the original bytes of another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import orjson

from curate.types import Request

ENDPOINT: Final = "/v1/chat/completions"


@dataclass(frozen=True, slots=True)
class BatchRow:
    """What became of one request of a batch.

    `http_status` is None when the row was never run; `error_class` then says why (`batch_expired`, ...).
    """

    request_id: str
    http_status: int | None
    body: bytes
    error_class: str = ""
    message: str = ""
    vendor_request_id: str = ""


def write_input_line(request: Request) -> bytes:
    """Give the input line of a request; the body stands in it byte for byte."""
    return b'{"custom_id":"%b","method":"POST","url":"%b","body":%b}\n' % (
        request.request_id.encode(),
        ENDPOINT.encode(),
        request.body,
    )


def read_result_lines(content: bytes) -> Iterator[BatchRow]:
    """Read an output or error file; a line that cannot be read is left out, and its row counts as missing."""
    for line in content.split(b"\n"):
        row = _read_line(line) if line.strip() else None
        if row is not None:
            yield row


def _read_line(line: bytes) -> BatchRow | None:
    try:
        data = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(data, dict) or not isinstance(data.get("custom_id"), str):
        return None
    response, error = data.get("response"), data.get("error")
    if isinstance(response, dict) and isinstance(response.get("status_code"), int):
        return BatchRow(
            data["custom_id"],
            response["status_code"],
            orjson.dumps(response.get("body")),
            vendor_request_id=str(response.get("request_id") or ""),
        )
    if isinstance(error, dict):
        code, message = str(error.get("code") or "batch_error"), str(error.get("message") or "")
        return BatchRow(data["custom_id"], None, b"", code, message)
    return None
