"""Measure a text once, so that every threshold can be tried without reading it again. Pure and linear.

Repetition follows the 4-gram and duplicate-line measures of Gopher (Rae et al. 2021, table A1), counted in
words because traces are short. Numbers are never folded: "12 + 12" and "13 + 13" are different windows.
"""

from __future__ import annotations

import re

from curate.filters.facts import TextFeatures

FEATURE_VERSION = "1"
MAX_WORDS = 20_000
"""A longer text is measured on its first words; repetition shows long before."""
MIN_LINE_CHARS = 10

_FENCE = re.compile(r"^[ \t]*```[ \t]*\w", re.MULTILINE)
_LEFTOVER = re.compile(
    r"<\|[a-z_]{2,24}\|>|\[/?INST\]|<</?SYS>>|</?(?:Solution|Problem|Question|Answer|Reasoning)\b[^>\n]{0,40}>?"
    r"|\{\{(?:question|gold|answer|reasoning|feedback|n_words)\}\}|^#{2,3} ?(?:Instruction|Response|Input):",
    re.MULTILINE,
)
_ANSWER = re.compile(
    r"the (?:final |correct )?answer (?:is|:)[^\n]*|\\boxed\s*\{[^\n]*|^#{4} ?[^\n]*"
    r"|^(?:final )?answer\s*:[^\n]*",
    re.IGNORECASE | re.MULTILINE,
)
_DRESSING = re.compile(r"[\s$.\\\])}*`]+")


def measure_text(text: str) -> TextFeatures:
    """Measure one text; an empty one measures nothing.

    >>> measure_text("a b c d a b c d").repeat4_share
    0.2
    """
    if not text or text.isspace():
        return TextFeatures()
    words = text.split(None, MAX_WORDS)[:MAX_WORDS]
    leftover = _LEFTOVER.search(text)
    return TextFeatures(
        n_words=len(words),
        n_chars=len(text),
        repeat4_share=_repeat_share(words),
        dup_line_share=_dup_line_share(text),
        n_code_blocks=len(_FENCE.findall(text)),
        leftover=leftover.group()[:40] if leftover else "",
        n_chars_after_answer=_chars_after_answer(text),
    )


def _repeat_share(words: list[str]) -> float:
    n_windows = len(words) - 3
    if n_windows < 1:
        return 0.0
    return 1 - len(set(zip(words, words[1:], words[2:], words[3:], strict=False))) / n_windows


def _dup_line_share(text: str) -> float:
    """Measure lines long enough to say something: `\\[`, `}` and `else:` come again in every sound text."""
    lines = [stripped for line in text.splitlines() if len(stripped := line.strip()) >= MIN_LINE_CHARS]
    return 1 - len(set(lines)) / len(lines) if lines else 0.0


def _chars_after_answer(text: str) -> int:
    """Count what follows the line of the last stated answer; 0 when no answer is stated."""
    end = -1
    for match in _ANSWER.finditer(text):
        end = match.end()
    return len(_DRESSING.sub("", text[end:])) if end >= 0 else 0
