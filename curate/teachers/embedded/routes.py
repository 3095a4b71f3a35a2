"""The endpoints of the embedded server: which request gets which reply.

/v1/chat/completions, /v1/models, /v1/files, /v1/batches as OpenAI speaks them, and /tracemill/counters for
measurements. The n-th answer to the same body is sample n of it: that is how equal bodies get different
answers over HTTP without a mark in the request.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import cast
from urllib.parse import parse_qs

import orjson

from curate.teachers.embedded.batch_files import BatchShelf, batch_json, file_json
from curate.teachers.embedded.counters import Counters, body_digest
from curate.teachers.embedded.http_faults import Fate, draw_fate
from curate.teachers.embedded.http_protocol import HttpReply, HttpRequest
from curate.teachers.embedded.multipart import read_upload
from curate.teachers.embedded.server_config import ServerConfig
from curate.types import Json

Answer = Callable[[bytes, int], bytes]
"""Gives the completion for a body and a sample index."""


class Routes:
    """Holds the server's state and gives replies; sends nothing itself."""

    def __init__(self, answer: Answer, config: ServerConfig) -> None:
        self._answer = answer
        self._config = config
        self._filler = b" tracemill" * config.n_filler_tokens
        self.counters = Counters()
        self.is_paused = False
        self._shelf = BatchShelf(config.batches, self._bill_and_answer)

    def reply(self, request: HttpRequest) -> HttpReply | None:
        """Give the reply to a request; None while the server is paused: it then answers nothing."""
        if request.path.startswith("/tracemill/"):
            return self._control(request)
        if self.is_paused:
            return None
        if self._config.api_key and request.headers.get("authorization") != f"Bearer {self._config.api_key}":
            return _error(401, "invalid_api_key", "Incorrect API key provided")
        if request.path == "/v1/chat/completions":
            return self._complete(request.body)
        if request.path == "/v1/models":
            models = [
                {"id": name, "object": "model", "owned_by": "tracemill"} for name in self._config.models
            ]
            return _ok({"object": "list", "data": cast(Json, models)})
        parts = request.path.strip("/").split("/")
        if parts[:2] == ["v1", "files"]:
            return self._file(request, parts[2:])
        if parts[:2] == ["v1", "batches"]:
            return self._batch(request, parts[2:])
        return _error(404, "not_found", f"there is nothing at {request.path}")

    def _complete(self, body: bytes) -> HttpReply:
        faults = self._config.faults
        digest = body_digest(body)
        arrival = self.counters.note_arrival(digest)
        if self.counters.n_rejected_first < faults.reject_first:
            self.counters.n_rejected_first += 1
            fate = Fate.RATE_LIMITED_BARE
        else:
            fate = draw_fate(faults, digest, arrival)
        self.counters.note_fate(fate)
        if fate in (Fate.RATE_LIMITED, Fate.RATE_LIMITED_BARE):
            wait = {"Retry-After": f"{faults.retry_after_s:g}"} if fate is Fate.RATE_LIMITED else {}
            return _error(429, "rate_limit_exceeded", "Rate limit reached", headers=wait)
        if fate is Fate.SERVER_ERROR:
            return _error(500, "server_error", "The server had an error while processing your request")
        refusal = self._refuse(body)
        if refusal is not None:
            return refusal
        answer = self._answer(body, self.counters.bill(digest))
        return HttpReply(
            200, self._fill(answer), latency_s=faults.latency_s, fate=fate, drip_s=faults.slow_body_s
        )

    def _refuse(self, body: bytes) -> HttpReply | None:
        try:
            asked = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            return _error(400, "invalid_json", f"the body is no JSON: {error}")
        if not isinstance(asked, dict) or not isinstance(asked.get("messages"), list):
            return _error(400, "invalid_request", "a list `messages` is required")
        if asked.get("model") not in self._config.models:
            named = str(asked.get("model"))[:100]
            return _error(404, "model_not_found", f"The model `{named}` does not exist")
        if asked.get("stream"):
            return _error(400, "unsupported", "the embedded teacher does not stream")
        return None

    def _fill(self, answer: bytes) -> bytes:
        """Lengthen a body for measurements, in a member of its own so that the answer stays what it is."""
        return b'{"filler":"%b",%b' % (self._filler, answer[1:]) if self._filler else answer

    def _bill_and_answer(self, body: bytes) -> bytes:
        return self._answer(body, self.counters.bill(body_digest(body)))

    def _file(self, request: HttpRequest, parts: list[str]) -> HttpReply:
        files = self._shelf.files
        if not parts and request.method == "POST":
            upload = read_upload(request.headers.get("content-type", ""), request.body)
            if upload is None:
                return _error(
                    400, "invalid_request", "a multipart form with `file` and `purpose` is required"
                )
            self.counters.n_files += 1
            return _ok(file_json(self._shelf.add_file(upload.name, upload.purpose, upload.content)))
        if not parts:
            shown: list[Json] = [file_json(stored) for stored in files.values()]
            return _ok({"object": "list", "data": shown, "has_more": False})
        stored = files.get(parts[0])
        if stored is None:
            return _error(404, "not_found", f"there is no file {parts[0]}")
        if parts[1:] == ["content"]:
            return HttpReply(200, stored.content, content_type="application/octet-stream")
        if request.method == "DELETE":
            del files[stored.file_id]
            return _ok({"id": stored.file_id, "object": "file", "deleted": True})
        return _ok(file_json(stored))

    def _batch(self, request: HttpRequest, parts: list[str]) -> HttpReply:
        if not parts:
            return self._create_batch(request.body) if request.method == "POST" else self._list(request.query)
        batch = self._shelf.batches.get(parts[0])
        if batch is None:
            return _error(404, "not_found", f"there is no batch {parts[0]}")
        if parts[1:] == ["cancel"] and request.method == "POST":
            return _ok(batch_json(self._shelf.cancel(batch)))
        return _ok(batch_json(self._shelf.look_at(batch)))

    def _create_batch(self, body: bytes) -> HttpReply:
        asked = orjson.loads(body or b"{}")
        file_id = asked.get("input_file_id")
        if file_id not in self._shelf.files:
            return _error(400, "invalid_request", f"there is no file {file_id}")
        is_refused = self._shelf.is_over_token_limit()
        if is_refused and self._config.batches.refuses_at == "creation":
            return _error(429, "token_limit_exceeded", "Enqueued token limit reached")
        self.counters.n_batches += 1
        return _ok(
            batch_json(self._shelf.add_batch(file_id, asked.get("metadata") or {}, is_refused=is_refused))
        )

    def _list(self, query: str) -> HttpReply:
        """List batches, newest first, one page at a time."""
        asked = parse_qs(query)
        limit = int(asked.get("limit", ["20"])[0])
        batches = list(reversed(self._shelf.batches.values()))
        after = asked.get("after", [""])[0]
        start = next((n + 1 for n, batch in enumerate(batches) if batch.batch_id == after), 0)
        page: list[Json] = [batch_json(batch) for batch in batches[start : start + limit]]
        return _ok({"object": "list", "data": page, "has_more": start + limit < len(batches)})

    def _control(self, request: HttpRequest) -> HttpReply:
        if request.path == "/tracemill/pause":
            self.is_paused = True
        elif request.path == "/tracemill/resume":
            self.is_paused = False
        elif request.path != "/tracemill/counters":
            return _error(404, "not_found", f"there is nothing at {request.path}")
        tally = asdict(self.counters.tally())
        return _ok({**tally, "fates": dict(tally["fates"])})


def _ok(body: dict[str, Json]) -> HttpReply:
    return HttpReply(200, orjson.dumps(body))


def _error(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> HttpReply:
    body = orjson.dumps({"error": {"message": message, "type": code, "param": None, "code": code}})
    return HttpReply(status, body, headers or {})
