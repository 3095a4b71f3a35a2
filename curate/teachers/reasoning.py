"""Tell reasoning from answer in one assistant message.

Sources in order: `reasoning_content` (DeepSeek, vLLM), `reasoning` (OpenRouter and others), content parts of
type reasoning or thinking, else tags at the start of the text. Only tags at the start count: tags that are
quoted later are text. A closing tag without an opening one ends reasoning that the chat template opened; an
opening tag that is never closed leaves no answer at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

ReasoningSource = Literal["", "reasoning_content", "reasoning", "parts", "tags"]
_OPENING = re.compile(r"\s*<(think|thinking|reasoning)>", re.IGNORECASE)
_CLOSING = re.compile(r"</(think|thinking|reasoning)>", re.IGNORECASE)
_REASONING_PARTS = frozenset({"reasoning", "thinking", "reasoning_text", "reasoning.text"})


@dataclass(frozen=True, slots=True)
class Said:
    """A message taken apart; `is_open` says that a thinking tag was never closed."""

    text: str
    reasoning: str = ""
    source: ReasoningSource = ""
    is_open: bool = False


def split_reasoning(message: Mapping[str, object]) -> Said:
    """Take an assistant message apart; what is missing is empty."""
    content = message.get("content")
    text, from_parts = (content, "") if isinstance(content, str) else _join_parts(content)
    reasoning = message.get("reasoning_content")
    if isinstance(reasoning, str) and reasoning:
        return Said(text, reasoning, "reasoning_content")
    reasoning = message.get("reasoning")
    if isinstance(reasoning, str) and reasoning:
        return Said(text, reasoning, "reasoning")
    if from_parts:
        return Said(text, from_parts, "parts")
    return split_tags(text)


def split_tags(text: str) -> Said:
    """Split a text at thinking tags.

    >>> split_tags("so 4</think>The answer is 4").reasoning
    'so 4'
    """
    if "<" not in text:
        return Said(text)
    opening = _OPENING.match(text)
    if opening is not None:
        end = re.compile(f"</{opening[1]}>", re.IGNORECASE).search(text, opening.end())
        if end is None:
            return Said("", text[opening.end() :].strip(), "tags", True)
        return Said(text[end.end() :].strip(), text[opening.end() : end.start()].strip(), "tags")
    closing = _CLOSING.search(text)
    if closing is None or f"<{closing[1].lower()}>" in text[: closing.start()].lower():
        return Said(text)
    return Said(text[closing.end() :].strip(), text[: closing.start()].strip(), "tags")


def _join_parts(content: object) -> tuple[str, str]:
    """Join a list of content parts to text and reasoning; anything else is empty."""
    if not isinstance(content, list):
        return "", ""
    said: list[str] = []
    thought: list[str] = []
    for part in content:
        if isinstance(part, str):
            said.append(part)
        elif isinstance(part, dict):
            (thought if part.get("type") in _REASONING_PARTS else said).append(_part_text(part))
    return "".join(said), "".join(thought)


def _part_text(part: Mapping[str, object]) -> str:
    for key in ("text", "thinking", "reasoning", "refusal", "content"):
        value = part.get(key)
        if isinstance(value, str):
            return value
        if isinstance(value, list):
            return "".join(_join_parts(value))
    return ""
