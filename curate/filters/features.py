"""Measure a text once, so that every threshold can be tried without reading it again. Pure and linear.

Repetition follows the 4-gram and duplicate-line measures of Gopher (Rae et al. 2021, table A1), counted in
words because traces are short. Numbers are never folded: "12 + 12" and "13 + 13" are different windows. The
measures of stored texts stand in the table `features` under `FEATURE_VERSION`.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter

from curate.filters.facts import TextFeatures

FEATURE_VERSION = "2"
MAX_WORDS = 20_000
"""A longer text is measured on its first words; repetition shows long before."""
MAX_CHARS = 200_000
MAX_PERIOD = 200
"""Longest round of a loop, in words."""
MIN_LINE_CHARS = 10

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ASCII_LETTERS = string.ascii_letters.encode()
_OTHER_LETTER = re.compile(r"[^\W\d_A-Za-z]")

_FENCE = re.compile(r"^[ \t]*```[ \t]*\w", re.MULTILINE)
_LEFTOVER = re.compile(
    r"<\|[a-z_]{2,24}\|>|\[/?INST\]|<</?SYS>>|</?(?:Solution|Problem|Question|Answer|Reasoning)\b[^>\n]{0,40}>?"
    r"|\{\{(?:question|gold|answer|reasoning|feedback|n_words)\}\}|^#{2,3} ?(?:Instruction|Response|Input):",
    re.MULTILINE,
)
_LEFTOVER_MARKS = ("<", "[", "{{", "##")
_ANSWER = re.compile(
    r"the (?:final |correct )?answer (?:is|:)[^\n]*|\\boxed\s*\{[^\n]*|^#{4} ?[^\n]*"
    r"|^(?:final )?answer\s*:[^\n]*",
    re.IGNORECASE | re.MULTILINE,
)
_DRESSING = re.compile(r"[\s$.\\\])}*`]+")


def measure_text(text: str) -> TextFeatures:
    """Measure one text; an empty one measures nothing.

    >>> round(measure_text("a b c d a b c d").repeat4_share, 3)
    0.2
    """
    if not text or text.isspace():
        return TextFeatures()
    words = text.split(None, MAX_WORDS)[:MAX_WORDS]
    leftover = _LEFTOVER.search(text) if any(mark in text for mark in _LEFTOVER_MARKS) else None
    return TextFeatures(
        n_words=len(words),
        n_chars=len(text),
        repeat4_share=_repeat_share(words),
        dup_line_share=_dup_line_share(text),
        n_code_blocks=len(_FENCE.findall(text)),
        leftover=leftover.group()[:40] if leftover else "",
        n_chars_after_answer=_chars_after_answer(text),
        n_repeated_tail=_repeated_tail(words),
        n_control_chars=len(_CONTROL.findall(text)),
        scripts=count_scripts(text),
    )


def count_scripts(text: str) -> dict[str, int]:
    """Count letters by script; the first word of a letter's Unicode name says it.

    >>> count_scripts("x = \u03c0 \u0434\u0430")
    {'latin': 1, 'cyrillic': 2, 'greek': 1}
    """
    text = text[:MAX_CHARS]
    ascii_part = text.encode("ascii", "ignore")  # forty times as fast as a pattern over 7 kB
    counts = Counter({"latin": len(ascii_part) - len(ascii_part.translate(None, _ASCII_LETTERS))})
    if not text.isascii():
        for letter, n in Counter(_OTHER_LETTER.findall(text)).items():
            counts[_script(letter)] += n
    return {name: n for name, n in sorted(counts.items(), key=lambda pair: (pair[0] != "latin", pair)) if n}


def _script(letter: str) -> str:
    name = unicodedata.name(letter, "other").split()[0].lower()
    # letters of formulas: \U0001d465 is "mathematical italic small x"
    return "latin" if name in ("mathematical", "double-struck", "script", "fullwidth", "micro") else name


def _repeated_tail(words: list[str]) -> int:
    """Measure the longest loop that the text ends in, in words, its first round not counted."""
    longest, n_words = 0, len(words)
    for period in range(1, min(MAX_PERIOD, n_words // 2) + 1):
        if words[-1] != words[-1 - period] or words[-period:] != words[-2 * period : -period]:
            continue
        run = period
        while run < n_words - period and words[-1 - run] == words[-1 - run - period]:
            run += 1
        longest = max(longest, run)
    return longest


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
