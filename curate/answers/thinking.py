"""Hide what stands between thinking tags, so that an answer is only read from what was said aloud.

The engine already keeps reasoning apart; this is the defence for imported texts and for vendors that leave
the tags in. An unclosed opening tag hides all that follows it, a lone closing tag all that precedes it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TAG = re.compile(r"<(/?)(?:think|thinking|thought|reasoning)>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SaidText:
    """The visible part of a text; `hidden` is the rest, `is_open` that a thinking part never ended."""

    text: str
    hidden: str = ""
    is_open: bool = False


def has_thinking(text: str) -> bool:
    """Say whether a text holds a thinking tag; much faster than looking for what it hides."""
    return ("<" in text and _TAG.search(text) is not None) if ">" in text else False


def hide_thinking(text: str) -> SaidText:
    """Split a text into said and hidden parts, in linear time.

    >>> hide_thinking("<think>5?</think>The answer is 6").text
    'The answer is 6'
    """
    said: list[str] = []
    hidden: list[str] = []
    start, is_hidden = 0, False
    for tag in _TAG.finditer(text):
        piece = text[start : tag.start()]
        if tag[1]:
            if not is_hidden:
                hidden.extend(said)
                said.clear()
            hidden.append(piece)
        else:
            (hidden if is_hidden else said).append(piece)
        is_hidden = not tag[1]
        start = tag.end()
    (hidden if is_hidden else said).append(text[start:])
    return SaidText("\n".join(said).strip(), "\n".join(hidden), is_hidden)
