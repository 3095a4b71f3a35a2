"""Read one answer out of a response body: text, reasoning, how it ended, and what it used.

In: the bytes of a chat completion as any OpenAI-compatible vendor writes them. Out: a `Completion`, or
`MalformedAnswer` for a body that is no completion (HTML, half a JSON text, an error object under status 200).
Pure and linear; it asks nothing, stores nothing, and never looks for the answer inside the text. The raw body
stays in the journal, so a better reading costs no new request.
"""

from __future__ import annotations

import orjson

from curate.teachers.reasoning import Said, split_reasoning
from curate.teachers.usage import read_usage
from curate.types import Completion, FinishReason

_FINISH = {
    "stop": FinishReason.STOP,
    "end_turn": FinishReason.STOP,
    "eos": FinishReason.STOP,
    "eos_token": FinishReason.STOP,
    "stop_sequence": FinishReason.STOP,
    "length": FinishReason.LENGTH,
    "max_tokens": FinishReason.LENGTH,
    "max_output_tokens": FinishReason.LENGTH,
    "model_length": FinishReason.LENGTH,
    "content_filter": FinishReason.REFUSED,
    "content_filtered": FinishReason.REFUSED,
    "refusal": FinishReason.REFUSED,
    "safety": FinishReason.REFUSED,
    "recitation": FinishReason.REFUSED,
    "prohibited_content": FinishReason.REFUSED,
    "blocklist": FinishReason.REFUSED,
}


class MalformedAnswer(Exception):
    """A body under status 200 that is no completion; `error_class` is from a closed set."""

    def __init__(self, error_class: str, message: str) -> None:
        super().__init__(message)
        self.error_class = error_class
        self.message = message


def read_completion(response: bytes) -> Completion:
    """Read a response body; reasoning is kept apart from what was said.

    An open thinking tag leaves no text, and the answer counts as cut off (`length`).

    Raises:
        MalformedAnswer: with the class `html`, `not_json`, `error_object`, `no_choices` or `no_message`.

    >>> read_completion(b'{"choices":[{"message":{"content":"<think>2+2</think>4"}}]}').text
    '4'
    """
    body = _read_object(response)
    choice = _first_choice(body, response)
    said, refusal = _read_message(choice)
    finish = _FINISH.get(str(choice.get("finish_reason")).lower(), FinishReason.OTHER)
    text = said.text
    if refusal:
        finish, text = FinishReason.REFUSED, text or refusal
    elif said.is_open and finish is not FinishReason.REFUSED:
        finish = FinishReason.LENGTH
    return Completion(
        text,
        said.reasoning,
        finish,
        read_usage(body.get("usage"), n_chars_out=len(text) + len(said.reasoning)),
        _text(body.get("model")),
        _text(body.get("system_fingerprint")),
        said.source,
        said.is_open,
    )


def _read_object(response: bytes) -> dict[str, object]:
    try:
        body = orjson.loads(response)
    except orjson.JSONDecodeError:
        raise _not_json(response) from None
    if not isinstance(body, dict):
        raise MalformedAnswer("not_json", f"the body is JSON but no object: {_start(response)}")
    return body


def _not_json(response: bytes) -> MalformedAnswer:
    start = response[:512].lstrip().lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<head", b"<body")):
        return MalformedAnswer("html", f"an HTML page came instead of JSON: {_start(response)}")
    if not start:
        return MalformedAnswer("not_json", "the body is empty")
    return MalformedAnswer("not_json", f"the body is no JSON, or only a part of it: {_start(response)}")


def _first_choice(body: dict[str, object], response: bytes) -> dict[str, object]:
    choices = body.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    error = body.get("error") or (choice.get("error") if isinstance(choice, dict) else None)
    if error:
        raise MalformedAnswer("error_object", f"an error under status 200: {_start(response)}")
    if not isinstance(choice, dict):
        raise MalformedAnswer("no_choices", f"the body holds no choice: {_start(response)}")
    return choice


def _read_message(choice: dict[str, object]) -> tuple[Said, str]:
    message = choice.get("message")
    if isinstance(message, dict):
        return split_reasoning(message), _text(message.get("refusal"))
    text = choice.get("text")
    if isinstance(text, str):  # some local servers answer in the shape of plain completions
        return split_reasoning({"content": text}), ""
    raise MalformedAnswer("no_message", "the first choice holds neither message nor text")


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _start(response: bytes) -> str:
    return response[:300].decode("utf-8", "replace")
