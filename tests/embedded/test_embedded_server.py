"""The embedded server speaks HTTP as vendors do, and fails on request, repeatably."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Callable
from urllib.parse import urlsplit

import orjson
import pytest

from curate.errors import MissingError
from curate.teachers.embedded import EmbeddedServer, HttpFaults, ServerConfig

Answer = Callable[[bytes, int], bytes]
Question = dict[str, object]


def said(got: object) -> str:
    return orjson.loads(got.body)["choices"][0]["message"]["content"]  # type: ignore[attr-defined]


def test_equal_bodies_get_the_samples_one_after_another(ask, answer, question) -> None:
    with EmbeddedServer(answer) as server:
        assert [said(ask(server, body=question)) for _ in range(3)] == ["sample 0", "sample 1", "sample 2"]
        assert said(ask(server, body={**question, "temperature": 1})) == "sample 0"


def test_counts_distinct_repeated_and_billed(ask, answer, question) -> None:
    with EmbeddedServer(answer) as server:
        for body in (question, question, {**question, "top_p": 0.5}):
            ask(server, body=body)
        got = ask(server, "/tracemill/counters", method="GET").json()
        assert (got["n_requests"], got["n_distinct"], got["n_repeated"]) == (3, 2, 1)
        assert (got["n_billed"], got["n_billed_again"]) == (3, 1)
        assert server.tally.n_requests == 3


def test_connection_is_kept_and_pipelined_requests_are_answered_in_order(answer, question) -> None:
    body = orjson.dumps(question)
    one = b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    with EmbeddedServer(answer) as server, socket.create_connection(_address(server), 10) as wire:
        wire.sendall(one + one)
        received = b""
        while received.count(b"sample") < 2:
            received += wire.recv(65536)
        assert received.index(b"sample 0") < received.index(b"sample 1")


def test_chunked_bodies_are_read(answer, question) -> None:
    with EmbeddedServer(answer) as server:
        connection = http.client.HTTPConnection(*_address(server), timeout=10)
        data = orjson.dumps(question)
        parts = [data[:9], data[9:]]
        connection.request("POST", "/v1/chat/completions", iter(parts), {}, encode_chunked=True)
        assert connection.getresponse().status == 200
        connection.close()


def test_bytes_that_are_no_http_get_400_and_the_server_lives_on(ask, answer, question) -> None:
    with EmbeddedServer(answer) as server:
        for junk in (b"\x16\x03\x01nonsense\r\n\r\n", b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
                     b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"):  # fmt: skip
            with socket.create_connection(_address(server), 10) as wire:
                wire.sendall(junk)
                assert wire.recv(100).startswith(b"HTTP/1.1 400")
        assert ask(server, body=question).status == 200


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"model": "gpt-9", "messages": []}, 404, "model_not_found"),
        (b"{half", 400, "invalid_json"),
        ({"model": "embedded"}, 400, "invalid_request"),
        ({"model": "embedded", "messages": [], "stream": True}, 400, "unsupported"),
    ],
)
def test_bad_requests_are_refused_as_vendors_do(ask, answer, body, status, code) -> None:
    with EmbeddedServer(answer) as server:
        got = ask(server, body=body)
        assert (got.status, orjson.loads(got.body)["error"]["code"]) == (status, code)
        assert server.tally.n_billed == 0


def test_wrong_key_is_refused_and_the_right_one_served(ask, answer, question) -> None:
    with EmbeddedServer(answer, ServerConfig(api_key="sesame")) as server:
        assert ask(server, body=question).status == 401
        assert ask(server, body=question, headers={"Authorization": "Bearer wrong"}).status == 401
        assert ask(server, body=question, headers={"Authorization": "Bearer sesame"}).status == 200


def test_models_are_listed(ask, answer) -> None:
    with EmbeddedServer(answer) as server:
        got = ask(server, "/v1/models", method="GET").json()
        assert "embedded-weak" in [model["id"] for model in got["data"]]  # type: ignore[attr-defined]


def test_rate_limits_come_with_and_without_retry_after(ask, answer, question) -> None:
    with EmbeddedServer(answer, _faulty(rate_limited=1.0, retry_after_s=7)) as server:
        got = ask(server, body=question)
        assert (got.status, got.headers["retry-after"]) == (429, "7")
    with EmbeddedServer(answer, _faulty(rate_limited_bare=1.0)) as server:
        got = ask(server, body=question)
        assert got.status == 429
        assert "retry-after" not in got.headers


def test_server_error_is_not_billed_but_a_dropped_answer_is(ask, answer, question) -> None:
    with EmbeddedServer(answer, _faulty(server_error=1.0)) as server:
        assert ask(server, body=question).status == 500
        assert server.tally.n_billed == 0
    with EmbeddedServer(answer, _faulty(dropped=1.0)) as server:
        with pytest.raises(ConnectionError):
            ask(server, body=question)
        assert server.tally.n_billed == 1


def test_half_body_ends_before_its_length(ask, answer, question) -> None:
    with (
        EmbeddedServer(answer, _faulty(half_body=1.0)) as server,
        pytest.raises(http.client.IncompleteRead),
    ):
        ask(server, body=question)


def test_slow_and_late_bodies_arrive_whole(ask, answer, question) -> None:
    with EmbeddedServer(answer, _faulty(slow_body=1.0, slow_body_s=0.01, latency_s=0.01)) as server:
        assert said(ask(server, body=question)) == "sample 0"


def test_first_arrivals_can_be_refused_whatever_they_are(ask, answer, question) -> None:
    with EmbeddedServer(answer, _faulty(reject_first=2)) as server:
        assert [ask(server, body=question).status for _ in range(3)] == [429, 429, 200]


def test_same_arrivals_meet_the_same_fates_again(ask, answer, question) -> None:
    def fates() -> list[int]:
        with EmbeddedServer(answer, _faulty(rate_limited=0.3, server_error=0.3)) as server:
            return [ask(server, body={**question, "seed": n % 5}).status for n in range(20)]

    first = fates()
    assert first == fates()
    assert set(first) == {200, 429, 500}


def test_paused_server_answers_nothing_until_resumed(answer, question) -> None:
    with EmbeddedServer(answer) as server:
        server.pause()
        connection = http.client.HTTPConnection(*_address(server), timeout=0.05)
        connection.request("POST", "/v1/chat/completions", orjson.dumps(question))
        with pytest.raises(TimeoutError):
            connection.getresponse()
        connection.close()
        server.resume()
        assert server.tally.n_billed == 0


def test_filler_lengthens_the_body_and_not_the_answer(ask, answer, question) -> None:
    with EmbeddedServer(answer, ServerConfig(n_filler_tokens=600)) as server:
        got = ask(server, body=question)
        assert len(got.body) > 6000
        assert said(got) == "sample 0"


def test_taken_port_is_one_clear_error(answer) -> None:
    with EmbeddedServer(answer) as server:
        port = urlsplit(server.root_url).port
        with pytest.raises(MissingError, match=f":{port}"), EmbeddedServer(answer, port=port or 0):
            pass


def _address(server: EmbeddedServer) -> tuple[str, int]:
    parts = urlsplit(server.root_url)
    assert parts.hostname is not None
    assert parts.port is not None
    return parts.hostname, parts.port


def _faulty(**shares: float) -> ServerConfig:
    return ServerConfig(faults=HttpFaults(**shares))  # type: ignore[arg-type]
