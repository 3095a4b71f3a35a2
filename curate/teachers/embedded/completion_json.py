"""Wrap what was said into the JSON of a chat completion, within the limits that the request set."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

import orjson

from curate.types import Json

FINGERPRINT = "tracemill-embedded-teacher-not-a-language-model"
CHARS_PER_TOKEN = 4


@dataclass(frozen=True, slots=True)
class Spoken:
    """One answer: the text, the reasoning that goes into its own field, and how it ended."""

    text: str
    reasoning: str = ""
    finish: Literal["stop", "length"] = "stop"


def limit(spoken: Spoken, *, max_tokens: int | None, stop: tuple[str, ...]) -> Spoken:
    """Cut an answer at its stop strings and at its tokens; reasoning uses tokens up first."""
    text = spoken.text
    for mark in stop:
        if mark:
            text = text.partition(mark)[0]
    if max_tokens is None or count_tokens(spoken.reasoning) + count_tokens(text) <= max_tokens:
        return Spoken(text, spoken.reasoning, spoken.finish)
    room = max_tokens * CHARS_PER_TOKEN
    reasoning = spoken.reasoning[:room]
    return Spoken(text[: room - len(reasoning)], reasoning, "length")


def count_tokens(text: str) -> int:
    """Count tokens as 4 characters each, rounded up."""
    return -(-len(text) // CHARS_PER_TOKEN)


def write_completion(model: str, n_prompt_chars: int, answers: list[Spoken], seed: bytes) -> bytes:
    """Write the response body; equal inputs give equal bytes."""
    n_in = n_prompt_chars // CHARS_PER_TOKEN + 4
    n_out = sum(count_tokens(a.text) + count_tokens(a.reasoning) for a in answers)
    n_reasoning = sum(count_tokens(a.reasoning) for a in answers)
    usage: dict[str, Json] = {
        "prompt_tokens": n_in,
        "completion_tokens": n_out,
        "total_tokens": n_in + n_out,
    }
    if n_reasoning:
        usage["completion_tokens_details"] = {"reasoning_tokens": n_reasoning}
    body: dict[str, Json] = {
        "id": "chatcmpl-" + hashlib.blake2b(seed, digest_size=12).hexdigest(),
        "object": "chat.completion",
        "created": 0,
        "model": f"{model} (embedded teacher, not a language model)",
        "system_fingerprint": FINGERPRINT,
        "choices": [_choice(number, answer) for number, answer in enumerate(answers)],
        "usage": usage,
    }
    return orjson.dumps(body)


def _choice(number: int, answer: Spoken) -> Json:
    message: dict[str, Json] = {"role": "assistant", "content": answer.text}
    if answer.reasoning:
        message["reasoning_content"] = answer.reasoning
    return {"index": number, "message": message, "finish_reason": answer.finish}
