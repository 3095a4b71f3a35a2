"""Both HTTP transports against a server that misbehaves: every fault has its class, and no key leaks."""

from __future__ import annotations

import asyncio
import gzip
import hashlib

import pytest

from curate.errors import MissingError, UsageError
from curate.teachers.factory import make_transport
from curate.teachers.transport import TeacherFault, TeacherReply
from curate.types import Limits, Sampling, Teacher

KEY = "sk-test-0123456789"
ENVIRON = {"TEST_KEY": KEY}


@pytest.fixture(params=["chat", "openai"])
def ask(request, loopback, request_for):
    """Ask once over each transport; faults are given back, not raised."""

    def ask(times: int = 1, **limits: float | int) -> list[TeacherReply | TeacherFault]:
        import dataclasses

        teacher = dataclasses.replace(loopback.teacher(**limits), transport=request.param)

        async def run() -> list[TeacherReply | TeacherFault]:
            transport = make_transport(teacher, ENVIRON, lambda: 0.0)
            found: list[TeacherReply | TeacherFault] = []
            try:
                assert KEY not in repr(transport)
                for _ in range(times):
                    try:
                        found.append(await transport.call_teacher(request_for(teacher)))
                    except TeacherFault as fault:
                        found.append(fault)
            finally:
                await transport.close()
            return found

        return asyncio.run(run())

    return ask


def test_the_bytes_that_were_hashed_are_the_bytes_that_arrive(ask, loopback, request_for) -> None:
    [reply] = ask()
    assert isinstance(reply, TeacherReply)
    assert b"The answer is 4" in reply.body
    assert loopback.seen[0].body == request_for(loopback.teacher()).body
    assert loopback.seen[0].path == "/v1/chat/completions"
    assert loopback.seen[0].headers["authorization"] == f"Bearer {KEY}"
    assert loopback.seen[0].headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("status", "body", "error_class", "is_retryable"),
    [
        (401, b'{"error":{"message":"bad key"}}', "unauthorized", False),
        (403, b"forbidden", "unauthorized", False),
        (404, b'{"error":{"message":"model x does not exist"}}', "unknown_model", False),
        (400, b'{"error":{"code":"model_not_found"}}', "unknown_model", False),
        (402, b'{"error":{"message":"Insufficient Balance"}}', "insufficient_quota", False),
        (429, b'{"error":{"code":"insufficient_quota"}}', "insufficient_quota", False),
        (429, b'{"error":{"message":"slow down"}}', "rate_limited", True),
        (500, b"oops", "server_error", True),
        (503, b"", "overloaded", True),
        (529, b"", "overloaded", True),
        (408, b"", "busy", True),
        (400, b'{"error":{"code":"content_filter","message":"x"}}', "refused", False),
        (400, b'{"error":{"message":"maximum context length is 8192 tokens"}}', "too_long", False),
        (400, b'{"error":{"message":"unknown parameter"}}', "bad_request", False),
        (422, b'{"detail":"no"}', "bad_request", False),
    ],
)
def test_each_status_has_its_class(ask, loopback, reply, status, body, error_class, is_retryable) -> None:
    loopback.script = lambda number: reply(status, body)
    [fault] = ask()
    assert isinstance(fault, TeacherFault)
    assert (fault.error_class, fault.is_retryable) == (error_class, is_retryable)
    assert fault.http_status == status
    assert not fault.is_maybe_billed
    assert len(loopback.seen) == 1, "a transport tries once"


def test_a_429_carries_what_the_server_asks_to_wait(ask, loopback, reply) -> None:
    answers = [
        reply(429, b"", Retry_After="7"),
        reply(429, b"", Retry_After="Thu, 01 Jan 1970 00:00:20 GMT"),
        reply(429, b"", Retry_After_Ms="1500"),
        reply(429, b""),
    ]
    loopback.script = lambda number: answers[number - 1]
    assert [fault.retry_after_s for fault in ask(4)] == [7, 20, 1.5, None]


def test_a_redirect_is_refused_because_it_could_carry_the_key_elsewhere(ask, loopback, reply) -> None:
    loopback.script = lambda number: reply(307, b"", Location=loopback.base_url + "/elsewhere")
    [fault] = ask()
    assert fault.error_class == "redirected"
    assert len(loopback.seen) == 1


def test_half_a_body_is_a_fault_that_may_have_been_billed(ask, loopback, scripted) -> None:
    loopback.script = lambda number: scripted(b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"choices":[')
    [fault] = ask()
    assert (fault.error_class, fault.is_maybe_billed, fault.is_retryable) == ("dropped", True, True)


def test_a_connection_closed_without_a_word_is_a_fault(ask, loopback, scripted) -> None:
    loopback.script = lambda number: scripted(b"")
    [fault] = ask()
    assert (fault.error_class, fault.is_maybe_billed) == ("dropped", True)


def test_a_server_that_stalls_in_the_middle_gives_its_slot_back(ask, loopback, scripted) -> None:
    loopback.script = lambda number: scripted(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", True)
    [fault] = ask(request_timeout_s=0.3)
    assert (fault.error_class, fault.is_maybe_billed) == ("timeout", True)
    assert "0.3 s" in fault.message


@pytest.mark.parametrize("is_compressed", [False, True])
def test_a_body_over_the_limit_is_not_read_to_its_end(ask, loopback, scripted, is_compressed) -> None:
    content = b"x" * 200_000
    sent = gzip.compress(content) if is_compressed else content
    encoding = b"Content-Encoding: gzip\r\n" if is_compressed else b""
    loopback.script = lambda number: scripted(
        b"HTTP/1.1 200 OK\r\n%bContent-Length: %d\r\n\r\n%b" % (encoding, len(sent), sent)
    )
    [fault] = ask(max_response_bytes=50_000)
    assert isinstance(fault, TeacherFault)
    assert fault.error_class in ("body_too_large", "not_json"), "one client takes no compressed body at all"


def test_an_unreachable_server_is_named_and_never_billed(ask, loopback) -> None:
    loopback.port = 9  # the discard port, where nothing listens
    [fault] = ask()
    assert (fault.error_class, fault.is_maybe_billed, fault.is_retryable) == ("connect", False, True)
    assert loopback.base_url in fault.message


def test_no_fault_says_the_key(ask, loopback, reply) -> None:
    loopback.script = lambda number: reply(500, b"x" * 5000)
    [fault] = ask()
    assert KEY not in repr(fault) + fault.message
    assert len(fault.message) <= 2000


def test_a_server_without_a_key_is_asked_without_a_header(loopback, request_for) -> None:
    import dataclasses

    async def run(transport_name: str) -> None:
        teacher = dataclasses.replace(loopback.teacher(), api_key_env=None, transport=transport_name)
        transport = make_transport(teacher, {"OPENAI_API_KEY": "other"}, lambda: 0.0)
        await transport.call_teacher(request_for(teacher))
        await transport.close()

    for name in ("chat", "openai"):
        asyncio.run(run(name))
    assert all("authorization" not in seen.headers for seen in loopback.seen)


def test_a_missing_key_is_named_and_nothing_is_sent() -> None:
    teacher = Teacher.of(
        alias="r1", model="m", base_url="http://h/v1", sampling=Sampling(), api_key_env="R1_KEY"
    )
    with pytest.raises(MissingError, match="R1_KEY") as caught:
        make_transport(teacher, {})
    assert caught.value.exit_code == 3


def test_a_key_with_a_line_break_is_refused_without_showing_it() -> None:
    teacher = Teacher.of(
        alias="r1", model="m", base_url="http://h/v1", sampling=Sampling(), api_key_env="R1_KEY"
    )
    with pytest.raises(MissingError) as caught:
        make_transport(teacher, {"R1_KEY": "sk-a\r\nX: y"})
    assert "sk-a" not in caught.value.message


def test_a_batch_teacher_takes_no_single_requests() -> None:
    teacher = Teacher.of(
        alias="b", model="m", base_url="http://h/v1", sampling=Sampling(), transport="batch", limits=Limits()
    )
    with pytest.raises(UsageError, match="batch"):
        make_transport(teacher, {})


def test_a_proxy_from_the_environment_is_used(loopback, request_for) -> None:
    teacher = Teacher.of(alias="t", model="m", base_url="http://far.test/v1", sampling=Sampling())

    async def run() -> None:
        proxy = f"http://127.0.0.1:{loopback.port}"
        transport = make_transport(teacher, {"HTTP_PROXY": proxy}, lambda: 0.0)
        await transport.call_teacher(request_for(teacher))
        await transport.close()

    asyncio.run(run())
    assert loopback.seen[0].path == "http://far.test/v1/chat/completions"
    assert (
        hashlib.sha256(loopback.seen[0].body).digest() == hashlib.sha256(request_for(teacher).body).digest()
    )
