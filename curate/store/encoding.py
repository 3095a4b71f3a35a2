"""A record as one sealed line of the journal.

`kind` stands first and ids next, so that a scan can tell lines apart by their first bytes. Bodies of requests
and answers stand last and byte for byte when they are one line of JSON; anything else is kept loss-free as
`<name>_text` (UTF-8) or `<name>_base64`. Money is a decimal string. No line is ever formatted from parts that
were not encoded here or checked to be JSON.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal

import orjson

from curate.store.lines import seal
from curate.store.records import (
    AnswerRecord,
    FaultRecord,
    ProblemRecord,
    Record,
    SentRecord,
    TeacherRecord,
    TemplateRecord,
    TraceRecord,
)
from curate.types import sampling_json

_REPLACEMENT = "\ufffd"
_MAX_INT = 2**63 - 1


def encode_record(record: Record) -> bytes:
    """Give the line of a record, checksum and newline included.

    Text that JSON cannot carry (lone surrogates) becomes U+FFFD; integers past 64 bits become strings.
    """
    if isinstance(record, AnswerRecord):
        return seal(_open_object(_answer_head(record)) + _embed("response", record.response))
    if isinstance(record, SentRecord):
        body = _embed("body", record.request.body) if record.has_body else b""
        return seal(_open_object(_sent_head(record)) + body)
    return seal(_open_object(_plain(record)))


def _open_object(members: Mapping[str, object]) -> bytes:
    """Encode an object without its closing brace."""
    try:
        return orjson.dumps(members, default=_as_json)[:-1]
    except orjson.JSONEncodeError:
        return orjson.dumps(_cleaned(members))[:-1]


def _embed(name: str, body: bytes) -> bytes:
    """Give the last member of an object, raw when the body is one line of JSON."""
    if b"\n" not in body and _is_json(body):
        return b',"%b":%b' % (name.encode(), body)
    try:
        return b',"%b_text":%b' % (name.encode(), orjson.dumps(body.decode("utf-8")))
    except UnicodeDecodeError:
        return b',"%b_base64":"%b"' % (name.encode(), base64.b64encode(body))


def _is_json(body: bytes) -> bool:
    try:
        orjson.loads(body)
    except orjson.JSONDecodeError:
        return False
    return True


def _answer_head(record: AnswerRecord) -> dict[str, object]:
    usage = record.usage
    return {
        "kind": "answer",
        "request_id": record.request_id,
        "attempt": record.attempt,
        "run_id": record.run_id,
        "at": record.at,
        "http_status": record.http_status,
        # pairs and not an object: no header's name can then look like the member of the body
        "headers": list(record.headers.items()),
        "latency_ms": record.latency_ms,
        "n_tokens_in": usage.n_tokens_in,
        "n_tokens_cached": usage.n_tokens_cached,
        "n_tokens_out": usage.n_tokens_out,
        "n_tokens_reasoning": usage.n_tokens_reasoning,
        "is_usage_estimated": usage.is_estimated,
        "cost_usd": _money(record.cost_usd),
    }


def _sent_head(record: SentRecord) -> dict[str, object]:
    request = record.request
    return {
        "kind": "sent",
        "request_id": request.request_id,
        "attempt": record.attempt,
        "run_id": record.run_id,
        "at": record.at,
        "teacher_id": request.teacher.teacher_id,
        "teacher": request.teacher.alias,
        "url": request.url,
        "sample_index": request.sample_index,
        "problem_id": request.problem_id,
        "template_id": request.template_id,
        "format": request.format,
        "role": request.role,
        "parent_trace_id": request.parent_trace_id,
        "n_prompt_tokens_estimated": request.n_prompt_tokens_estimated,
        "reserved_usd": _money(record.reserved_usd),
        "wave": record.wave,
    }


def _plain(record: Record) -> dict[str, object]:
    """Give the members of a record without a body; the one domain value it carries is spread out flat."""
    if isinstance(record, FaultRecord):  # the scan for final faults reads the first bytes only
        first = {"kind": "fault", "request_id": record.request_id, "is_final": record.is_final}
        return {**first, **_members(record)}
    if isinstance(record, TeacherRecord):
        teacher = record.teacher
        return {"kind": "teacher", **_members(teacher), "sampling": sampling_json(teacher.sampling)}
    if isinstance(record, TemplateRecord):
        return {"kind": "template", **_members(record.template)}
    if isinstance(record, ProblemRecord):
        return {"kind": "problem", **_members(record.problem)}
    if isinstance(record, TraceRecord):
        return {"kind": "trace", **_members(record.trace), "run_id": record.run_id}
    return {"kind": record.kind, **_members(record)}


def _members(value: object) -> dict[str, object]:
    """Give the fields of a dataclass by name; inner dataclasses are left to the encoder, which knows them."""
    assert is_dataclass(value)
    return {field.name: getattr(value, field.name) for field in fields(value)}


def _money(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


def _as_json(value: object) -> object:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (tuple, set, frozenset)):
        return list(value)
    raise TypeError(f"a journal record cannot carry a {type(value).__name__}")


def _cleaned(value: object) -> object:
    """Make any value fit JSON: the slow way, taken only when the quick one refused."""
    if isinstance(value, str):
        return str(value).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, bool) or value is None or isinstance(value, float):
        return value
    if isinstance(value, int):
        return value if abs(value) <= _MAX_INT else str(value)
    if isinstance(value, Mapping):
        return {str(_cleaned(key)): _cleaned(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_cleaned(item) for item in value]
    if is_dataclass(value):
        return _cleaned(_members(value))
    return _cleaned(_as_json(value))
