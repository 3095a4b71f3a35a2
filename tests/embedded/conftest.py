"""Small tools for talking to the embedded server over plain HTTP."""

from __future__ import annotations

import http.client
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import orjson
import pytest

from curate.teachers.completion import read_completion
from curate.teachers.embedded import EmbeddedProblem, EmbeddedServer, EmbeddedStep, EmbeddedTeacher
from curate.types import Completion


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


CLIPS = EmbeddedProblem(
    "Mira folded 48 cranes in April and half as many in May. How many cranes did she fold altogether?",
    "72",
    (
        EmbeddedStep("In May she folded half as many cranes as in April", "cranes in May", "48 / 2", "24"),
        EmbeddedStep("April and May are added together", "all cranes", "48 + 24", "72"),
    ),
    "april = 48\nmay = april / 2\nans = april + may",
    "april = 48\nmay = april / 2\ntotal = april + may\nans = total",
)
PAINT = EmbeddedProblem(
    "A fence has 9 boards. Each board takes 3 cups of paint and 4 cups are spilt. How many cups are used?",
    "B",
    (
        EmbeddedStep("Every board takes three cups", "cups for the boards", "9 * 3", "27"),
        EmbeddedStep("The spilt cups are used up too", "cups in all", "27 + 4", "31"),
        EmbeddedStep("That is option B"),
    ),
    "boards = 9\ncups = boards * 3 + 4\nans = cups",
    "boards = 9\ncups = boards * 3 + 4\nans = cups",
    ("27", "31", "35"),
)


@pytest.fixture
def cranes() -> EmbeddedProblem:
    return CLIPS


@pytest.fixture
def paint() -> EmbeddedProblem:
    return PAINT


@pytest.fixture(scope="session")
def teacher() -> EmbeddedTeacher:
    return EmbeddedTeacher([CLIPS, PAINT])


@pytest.fixture
def complete(teacher) -> Callable[..., Completion]:
    """Ask the teacher about the cranes, or whatever the prompt says, and read its completion."""

    def ask_teacher(
        instruction: str = "", sample: int = 0, *, question: str = CLIPS.question, **body: object
    ) -> Completion:
        messages = [{"role": "user", "content": f"{instruction}\n\n{question}"}]
        asked = {"model": "embedded", "messages": messages, "tracemill_faults": 0, **body}
        return read_completion(teacher.answer(orjson.dumps(asked, option=orjson.OPT_SORT_KEYS), sample))

    return ask_teacher
