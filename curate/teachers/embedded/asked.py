"""A request body taken apart: the words, the model, the limits, and the shares of faults it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from curate.teachers.embedded.models import Fault

_MOST_CHOICES = 16


@dataclass(frozen=True, slots=True)
class Asked:
    """What a body asks for; `user` is the last user message.

    `fault_share` is the share of faulty answers, `fault_shares` their weights by kind, from the extra body
    field `tracemill_faults`: a number, or an object of kinds and weights (`none` among them).
    """

    model: str
    system: str
    user: str
    max_tokens: int | None
    stop: tuple[str, ...]
    n_choices: int
    n_chars: int
    fault_share: float | None
    fault_shares: Mapping[Fault, float] | None


def read_body(body: bytes) -> Asked:
    """Take a body apart; odd fields are taken as absent.

    Raises:
        orjson.JSONDecodeError: when it is no JSON.
        TypeError: when it is no object.
    """
    data = orjson.loads(body)
    if not isinstance(data, dict):
        raise TypeError("the body is no object")
    said = _read_messages(data.get("messages"))
    system = "\n".join(text for role, text in said if role == "system")
    user = next((text for role, text in reversed(said) if role == "user"), "")
    faults = data.get("tracemill_faults")
    return Asked(
        str(data.get("model") or "embedded"),
        system,
        user,
        _positive(data.get("max_completion_tokens")) or _positive(data.get("max_tokens")),
        _read_stop(data.get("stop")),
        min(_positive(data.get("n")) or 1, _MOST_CHOICES),
        sum(len(text) for _, text in said),
        float(faults) if isinstance(faults, int | float) and not isinstance(faults, bool) else None,
        _read_shares(faults),
    )


def _read_messages(messages: object) -> list[tuple[str, str]]:
    said = []
    for message in messages if isinstance(messages, list) else ():
        if isinstance(message, dict):
            said.append((str(message.get("role")), _read_content(message.get("content"))))
    return said


def _read_content(content: object) -> str:
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else ()
    return "".join(str(part.get("text") or "") for part in parts if isinstance(part, dict))


def _read_stop(stop: object) -> tuple[str, ...]:
    if isinstance(stop, str):
        return (stop,)
    return tuple(mark for mark in stop if isinstance(mark, str)) if isinstance(stop, list) else ()


def _positive(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _read_shares(faults: object) -> Mapping[Fault, float] | None:
    """Read weights by kind of fault; unknown kinds and weights that are no numbers count for nothing."""
    if not isinstance(faults, dict):
        return None
    known = {fault.value: fault for fault in Fault}
    shares = {
        known[name]: float(weight)
        for name, weight in faults.items()
        if name in known and isinstance(weight, int | float) and weight > 0
    }
    return shares or None
