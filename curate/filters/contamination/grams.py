"""Words and n-grams of problem texts, as contamination is measured on them. Pure.

Lower case, anything but a-z and 0-9 becomes one space. Masked words have `#` for every number, so that a copy
with other numbers is still seen; "1,000" and "3.5" are one number.
"""

from __future__ import annotations

import re

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]+\b|\b[A-Z][a-z]+(?=['\u2019]s\b)")
_CAPITALISED = re.compile(r"\b[A-Z][a-z]+\b")
_WORD = re.compile(r"[a-z0-9#]+")

Gram = tuple[str, ...]


def plain_words(text: str) -> list[str]:
    """Give the words with their numbers."""
    return _WORD.findall(text.lower().replace("#", " "))


def masked_words(text: str) -> list[str]:
    """Give the words with `#` for each number.

    >>> masked_words("Tom has 1,000 apples.")
    ['tom', 'has', '#', 'apples']
    """
    return _WORD.findall(_NUMBER.sub(" # ", text.lower().replace("#", " ")))


def nameless_words(text: str) -> list[str]:
    """Give masked words with one mark for every name: a capitalised word that stands in mid-sentence.

    >>> nameless_words("So Olga has 3 figs. Olga eats 2.")
    ['so', 'x', 'has', '#', 'figs', 'x', 'eats', '#']
    """
    names = set(_NAME.findall(text))
    return masked_words(
        _CAPITALISED.sub(lambda match: "x" if match.group() in names else match.group(), text)
        if names
        else text
    )


def numbers(text: str) -> list[str]:
    """Give the numbers of a text, sorted; commas between digits are not told from points."""
    return sorted(_NUMBER.findall(text))


def digit_free(words: list[str]) -> str:
    """Give masked words as one text without their numbers."""
    return " ".join(word for word in words if word != "#")


def grams(words: list[str], size: int) -> list[Gram]:
    """Give all windows of `size` words in order; shorter texts have none."""
    return [tuple(words[i : i + size]) for i in range(len(words) - size + 1)]
