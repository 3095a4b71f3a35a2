"""The files and batches of the embedded server, in memory: what a batch client needs and nothing more.

A batch moves one step per poll, so no clock decides anything. Rows come out in another order than they went
in, because that is what the original promises.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

import orjson

from curate.teachers.embedded.http_faults import draw_point
from curate.teachers.embedded.server_config import BatchBehaviour
from curate.types import Json

ENDPOINT = "/v1/chat/completions"
_OPEN = ("validating", "in_progress", "finalizing")

AnswerRow = Callable[[bytes], bytes]


@dataclass(slots=True)
class StoredFile:
    """A file under its id."""

    file_id: str
    name: str
    purpose: str
    content: bytes


@dataclass(slots=True)
class StoredBatch:
    """A batch on its way; `n_polls` counts how often it was looked at."""

    batch_id: str
    file_id: str
    metadata: dict[str, Json]
    end: str
    status: str = "validating"
    n_polls: int = 0
    output_file_id: str | None = None
    error_file_id: str | None = None
    errors: list[Json] = field(default_factory=list)
    n_rows: int = 0
    n_done: int = 0
    n_failed: int = 0


class BatchShelf:
    """Holds files and batches. `answer` gives the completion for a request body and counts it as billed."""

    def __init__(self, behaviour: BatchBehaviour, answer: AnswerRow) -> None:
        self._behaviour = behaviour
        self._answer = answer
        self.files: dict[str, StoredFile] = {}
        self.batches: dict[str, StoredBatch] = {}
        self._n_refused = 0
        self._n_accepted = 0

    def add_file(self, name: str, purpose: str, content: bytes) -> StoredFile:
        """Keep a file."""
        file_id = f"file-{len(self.files) + 1:06d}"
        self.files[file_id] = StoredFile(file_id, name, purpose, content)
        return self.files[file_id]

    def is_over_token_limit(self) -> bool:
        """Say whether the next creation is refused, and count the refusal."""
        if self._n_refused >= self._behaviour.token_limit_refusals:
            return False
        self._n_refused += 1
        return True

    def add_batch(self, file_id: str, metadata: dict[str, Json], *, is_refused: bool = False) -> StoredBatch:
        """Start a batch over a file that is there."""
        batch = StoredBatch(f"batch_{len(self.batches) + 1:06d}", file_id, metadata, "completed")
        self.batches[batch.batch_id] = batch
        batch.n_rows = self.files[file_id].content.count(b'"custom_id"')
        if is_refused:
            batch.status = "failed"
            batch.errors = [{"code": "token_limit_exceeded", "message": "Enqueued token limit reached"}]
            return batch
        ends = self._behaviour.ends
        batch.end = ends[self._n_accepted] if self._n_accepted < len(ends) else "completed"
        self._n_accepted += 1
        return batch

    def look_at(self, batch: StoredBatch) -> StoredBatch:
        """Count a poll; the last one that is needed ends the batch."""
        batch.n_polls += 1
        if batch.status in _OPEN:
            batch.status = "in_progress"
            if batch.n_polls >= self._behaviour.polls_until_done:
                self._finish(batch, batch.end)
        return batch

    def cancel(self, batch: StoredBatch) -> StoredBatch:
        """End an open batch early; what was done stays done."""
        if batch.status in _OPEN:
            self._finish(batch, "cancelled")
        return batch

    def _finish(self, batch: StoredBatch, end: str) -> None:
        batch.status = end
        if end == "failed":
            batch.errors = [
                {"code": "invalid_json_line", "message": "a line of the input is no JSON", "line": 1}
            ]
            return
        share = 1.0 if end == "completed" else self._behaviour.finished_share
        outputs, errors = [], []
        for line in self._shuffled_lines(batch):
            row = orjson.loads(line)
            body = orjson.dumps(row["body"], option=orjson.OPT_SORT_KEYS)
            # By the body: ids cover the endpoint, whose port is another one in every process.
            if draw_point(1, body, 0) >= share:
                errors.append(_error_row(row, f"batch_{end}", "this request was not finished"))
            elif draw_point(2, body, int(batch.batch_id[6:])) < self._behaviour.row_errors:
                errors.append(_failed_row(row))
            else:
                outputs.append(_done_row(row, self._answer(body)))
        batch.n_done, batch.n_failed = len(outputs), len(errors)
        batch.output_file_id = self._store_rows("batch_output.jsonl", outputs)
        batch.error_file_id = self._store_rows("batch_error.jsonl", errors)

    def _shuffled_lines(self, batch: StoredBatch) -> list[bytes]:
        lines = [line for line in self.files[batch.file_id].content.split(b"\n") if line.strip()]
        return sorted(lines, key=lambda line: hashlib.blake2b(line, digest_size=8).digest())

    def _store_rows(self, name: str, rows: list[bytes]) -> str | None:
        return self.add_file(name, "batch_output", b"\n".join(rows) + b"\n").file_id if rows else None


def batch_json(batch: StoredBatch) -> dict[str, Json]:
    """Show a batch as the API does."""
    return {
        "id": batch.batch_id,
        "object": "batch",
        "endpoint": ENDPOINT,
        "completion_window": "24h",
        "created_at": 0,
        "status": batch.status,
        "input_file_id": batch.file_id,
        "output_file_id": batch.output_file_id,
        "error_file_id": batch.error_file_id,
        "errors": {"object": "list", "data": batch.errors} if batch.errors else None,
        "metadata": batch.metadata,
        "request_counts": {"total": batch.n_rows, "completed": batch.n_done, "failed": batch.n_failed},
    }


def file_json(stored: StoredFile) -> dict[str, Json]:
    """Show a file as the API does."""
    return {
        "id": stored.file_id,
        "object": "file",
        "bytes": len(stored.content),
        "created_at": 0,
        "filename": stored.name,
        "purpose": stored.purpose,
        "status": "processed",
    }


def _done_row(row: dict[str, Json], completion: bytes) -> bytes:
    return _row(row, {"status_code": 200, "body": orjson.loads(completion)}, None)


def _failed_row(row: dict[str, Json]) -> bytes:
    error: Json = {"message": "The server had an error", "type": "server_error", "code": None}
    return _row(row, {"status_code": 500, "body": {"error": error}}, None)


def _error_row(row: dict[str, Json], code: str, message: str) -> bytes:
    return _row(row, None, {"code": code, "message": message})


def _row(row: dict[str, Json], response: dict[str, Json] | None, error: Json) -> bytes:
    custom_id = row["custom_id"]
    if response is not None:
        response["request_id"] = f"req_{custom_id}"
    return orjson.dumps({"id": "batch_req", "custom_id": custom_id, "response": response, "error": error})
