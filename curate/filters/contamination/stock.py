"""Stock sentences of contest problems, which convict nobody: "where m and n are relatively prime positive
integers, find m + n".

A benchmark of 500 mixed problems holds each of them once or twice, too seldom to be seen as boilerplate by
counting, while a hundred AIME problems share them. No n-gram reaches across a stock sentence. Letters are any
single letters.
"""

from __future__ import annotations

import re

_LETTERS = r"[a-z]{1,2}(?: [a-z]){0,4}(?: and [a-z])?"
_FORM = rf"(?:[dt]?frac )?{_LETTERS}(?: sqrt [a-z])?"
_NUMBERS = r"(?:relatively prime |coprime )?(?:positive |real |rational )?(?:integers|numbers)"
_VERB = r"(?:written|expressed|represented) (?:uniquely )?(?:in the form|as|in simplest form as)"
_STOCK = re.compile(
    r"\b(?:"
    rf"(?:(?:can|may) be |is )?{_VERB} {_FORM}\b"
    rf"|(?:{_FORM} )?where {_LETTERS} are {_NUMBERS}"
    rf"|{_LETTERS} are relatively prime(?: positive integers)?"
    r"|(?:and )?[a-z] is not divisible by the square of any prime(?: number)?"
    rf"|find (?:the (?:value|sum) of )?{_LETTERS}$"
    r"|find the remainder when [a-z] is divided by(?: #| \d+)?"
    r"|(?:the )?(?:greatest|largest) integer less than or equal to(?: [a-z])?"
    r")\b"
)


def without_stock(words: list[str]) -> list[list[str]]:
    """Cut a text at its stock sentences: the stretches between them, in order.

    >>> without_stock("the area is 9 m n where m and n are relatively prime positive integers".split())
    [['the', 'area', 'is', '9']]
    """
    stretches = _STOCK.sub("\n", " ".join(words)).split("\n")
    return [stretch.split() for stretch in stretches if stretch.strip()]
