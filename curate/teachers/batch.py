"""A Batch API endpoint through the openai client: files up, jobs made, looked at, found again, files down.

In: bytes and ids. Out: plain values, or a `TeacherFault` with the classes of every other transport. Its own
retries are off, because a creation that is repeated unseen buys a batch twice; who calls decides.
Blocking, meant for a thread of its own. Knows no journal, no money, and not what a row means.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Protocol

from curate.teachers.batch_rows import ENDPOINT
from curate.teachers.factory import read_key
from curate.teachers.faults import fault_of_status
from curate.teachers.proxies import find_proxy, make_ssl_context
from curate.teachers.transport import TeacherFault
from curate.types import Teacher

if TYPE_CHECKING:
    import openai
    from openai.types import Batch

METADATA_KEY = "tracemill_content_hash"
_NO_KEY = "none"
_OLDER_BY_S = 2 * 86_400.0
_PAGE = 100


@dataclass(frozen=True, slots=True)
class RemoteBatch:
    """A batch as the endpoint shows it; `errors` are (code, message) of the batch as a whole."""

    batch_id: str
    status: str
    content_hash: str
    n_total: int = 0
    n_done: int = 0
    output_file_id: str = ""
    error_file_id: str = ""
    errors: tuple[tuple[str, str], ...] = ()

    @property
    def is_over(self) -> bool:
        """Say that nothing more will happen to it."""
        return self.status in ("completed", "failed", "expired", "cancelled")


class BatchEndpoint(Protocol):
    """What the batch stage needs of an endpoint; each call may raise TeacherFault."""

    def upload_rows(self, name: str, rows: BinaryIO) -> str:
        """Upload an input file and give its id."""
        ...

    def create_batch(self, file_id: str, content_hash: str) -> RemoteBatch:
        """Start a batch that carries the hash in its metadata."""
        ...

    def find_batch(self, content_hash: str, *, since: float) -> RemoteBatch | None:
        """Look for the batch that carries a hash among those made after `since` (UTC seconds)."""
        ...

    def read_batch(self, batch_id: str) -> RemoteBatch:
        """Look at a batch."""
        ...

    def read_file(self, file_id: str) -> bytes:
        """Download a file."""
        ...

    def close(self) -> None:
        """Give connections back."""
        ...


class OpenAIBatchEndpoint:
    """The endpoint of one teacher; the client opens at the first call."""

    def __init__(
        self, teacher: Teacher, environ: Mapping[str, str], clock: Callable[[], float] = time.time
    ) -> None:
        """Read the key.

        Raises:
            MissingError: when the variable that should hold it is not set.
        """
        self._teacher = teacher
        self._key = read_key(teacher, environ)
        self._environ = environ
        self._clock = clock
        self._opened: openai.OpenAI | None = None

    def __repr__(self) -> str:
        return f"OpenAIBatchEndpoint({self._teacher.base_url})"

    def upload_rows(self, name: str, rows: BinaryIO) -> str:
        """Upload an input file and give its id."""
        with self._faults():
            return self._client.files.create(file=(name, rows, "application/jsonl"), purpose="batch").id

    def create_batch(self, file_id: str, content_hash: str) -> RemoteBatch:
        """Start a batch that carries the hash in its metadata."""
        with self._faults():
            return _remote(
                self._client.batches.create(
                    input_file_id=file_id,
                    endpoint=ENDPOINT,
                    completion_window="24h",
                    metadata={METADATA_KEY: content_hash},
                )
            )

    def find_batch(self, content_hash: str, *, since: float) -> RemoteBatch | None:
        """Look for the batch that carries a hash; batches come newest first, so the search ends early."""
        with self._faults():
            for batch in self._client.batches.list(limit=_PAGE):
                if (batch.metadata or {}).get(METADATA_KEY) == content_hash:
                    return _remote(batch)
                if 0 < batch.created_at < since - _OLDER_BY_S:
                    return None
        return None

    def read_batch(self, batch_id: str) -> RemoteBatch:
        """Look at a batch."""
        with self._faults():
            return _remote(self._client.batches.retrieve(batch_id))

    def read_file(self, file_id: str) -> bytes:
        """Download a file."""
        with self._faults():
            return self._client.files.content(file_id).content

    def close(self) -> None:
        """Close the client and its connections."""
        opened, self._opened = self._opened, None
        if opened is not None:
            opened.close()

    @property
    def _client(self) -> openai.OpenAI:
        if self._opened is None:
            self._opened = self._open()
        return self._opened

    def _open(self) -> openai.OpenAI:
        import httpx2
        import openai

        limits = self._teacher.limits
        return openai.OpenAI(
            api_key=self._key or _NO_KEY,
            base_url=self._teacher.base_url,
            max_retries=0,
            http_client=httpx2.Client(
                timeout=httpx2.Timeout(limits.request_timeout_s, connect=limits.connect_timeout_s),
                proxy=find_proxy(self._teacher.base_url, self._environ),
                verify=make_ssl_context(self._environ),
                trust_env=False,
                follow_redirects=False,
            ),
        )

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """Translate what the client raises; a creation whose reply was lost may have happened."""
        import httpx2
        import openai

        url = self._teacher.base_url
        try:
            yield
        except openai.APIStatusError as error:
            response = error.response
            headers = {name.lower(): value for name, value in response.headers.items()}
            raise fault_of_status(
                response.status_code, response.content, headers, now=self._clock()
            ) from None
        except openai.APITimeoutError as error:
            if isinstance(error.__cause__, httpx2.ConnectTimeout):
                raise TeacherFault("connect", f"{url} cannot be reached: the connection timed out") from None
            raise TeacherFault(
                "timeout", f"{url} gave no whole answer in time", is_maybe_billed=True
            ) from None
        except openai.APIConnectionError as error:
            what = str(error.__cause__ or error)
            if isinstance(error.__cause__, httpx2.ConnectError):
                raise TeacherFault("connect", f"{url} cannot be reached: {what}") from None
            raise TeacherFault(
                "dropped", f"the connection to {url} broke: {what}", is_maybe_billed=True
            ) from None
        except openai.OpenAIError as error:
            raise TeacherFault("not_json", f"{url} gave something unreadable: {error}") from None


def _remote(batch: Batch) -> RemoteBatch:
    counts = batch.request_counts
    errors = batch.errors.data if batch.errors is not None and batch.errors.data else []
    return RemoteBatch(
        batch.id,
        batch.status,
        (batch.metadata or {}).get(METADATA_KEY, ""),
        counts.total if counts else 0,
        counts.completed if counts else 0,
        batch.output_file_id or "",
        batch.error_file_id or "",
        tuple((error.code or "", error.message or "") for error in errors),
    )
