r"""Read the answer field of a reply that is meant to be JSON, and say which repair it took.

Teachers that are asked for JSON write LaTeX into it. Three readings are tried: strict, with raw control
characters, with lone backslashes doubled. One that parses may have lost its LaTeX silently (``\frac``
became a form feed and ``rac``): the known commands are restored. The repair is recorded in the note.
Numbers stay text.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

_KEYS = ("answer", "final_answer", "Answer", "final answer")
_DECODERS = tuple(
    json.JSONDecoder(strict=strict, parse_float=str, parse_int=str, parse_constant=str)
    for strict in (True, False)
)
_LONE_BACKSLASH = re.compile(r'\\(?!["\\/]|u[0-9a-fA-F]{4}|[bfnrt](?![a-zA-Z]))|\\\\')
_LOST = re.compile(
    r"\x0c(?=rac|box|loor|orall)|\x08(?=oxed|inom|egin|eta|ar|f\b|ig|ullet|ot)|\r(?=ight|m\b|m\{|angle|ho|oot|floor|ceil)"
    r"|\t(?=ext|imes|heta|an|frac|o\b|au|riangle|herefore|ilde)|\n(?=eq|e\b|u\b|abla|ot\b|mid)"
)
_LETTERS = {"\x0c": "f", "\x08": "b", "\r": "r", "\t": "t", "\n": "n"}
_FIELD = re.compile(
    r'"(?:final_)?answer"\s{0,8}:\s{0,8}("(?:[^"\\]|\\.){0,2000}"|[^",{}\[\]\n]{1,200})', re.IGNORECASE
)
_FENCE = re.compile(r"```(?:json)?\s*\n?(.*?)(?:```|\Z)", re.DOTALL)
_MAX_REPLY = 200_000


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer of a JSON reply; None with a note when the object has no usable one."""

    answer: str | None
    note: str


def read_reply(text: str) -> Reply | None:
    """Read a text that is one JSON object, fenced or bare; None when it is no such text."""
    body = _body(text)
    if body is None:
        return None
    for note, candidate, decoder in (
        ("json", body, _DECODERS[0]),
        ("json_control_chars", body, _DECODERS[1]),
        ("json_backslashes", None, _DECODERS[1]),
    ):
        if candidate is None:
            candidate = _LONE_BACKSLASH.sub(lambda mark: "\\\\", body)
        found = _answer_of(candidate, decoder)
        if found is not None:
            return _restored(found, note)
    return read_fragment(body)


def read_fragment(text: str) -> Reply | None:
    """Read the last answer field of a broken JSON text; None when there is none."""
    at = max(text.rfind('"answer"'), text.rfind('"final_answer"'))
    field = _FIELD.match(text, at) if at >= 0 else None
    if field is None:
        return None
    raw = field[1].strip()
    if raw.startswith('"'):
        found = _string(raw)
        return _restored(found, "json_fragment") if found is not None else None
    return _restored(raw, "json_fragment")


def _body(text: str) -> str | None:
    if len(text) > _MAX_REPLY:
        return None
    stripped = text.strip()
    if stripped.startswith("```"):
        # A reply that tried twice holds two objects: the last one is what it says in the end.
        bodies = [fence[1].strip() for fence in _FENCE.finditer(stripped)]
        stripped = next((body for body in reversed(bodies) if body.startswith("{")), "")
    return stripped if stripped.startswith("{") else None


def _answer_of(body: str, decoder: json.JSONDecoder) -> str | None:
    try:
        value, _ = decoder.raw_decode(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    for key in _KEYS:
        if key in value:
            return _as_text(value[key])
    return ""


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ", ".join(_as_text(part) for part in value)
    return "" if value is None or isinstance(value, dict) else str(value)


def _string(raw: str) -> str | None:
    for candidate in (raw, _LONE_BACKSLASH.sub(lambda mark: "\\\\", raw)):
        try:
            value, _ = _DECODERS[1].raw_decode(candidate)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, str):
            return value
    return None


def _restored(answer: str, note: str) -> Reply:
    repaired = _LOST.sub(lambda mark: "\\" + _LETTERS[mark[0]], answer)
    if repaired != answer:
        note += "_latex_restored"
    repaired = repaired.strip()
    return Reply(repaired, note) if repaired else Reply(None, "no_anchor")
