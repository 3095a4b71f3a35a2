"""A text as the set of its 5-word windows, each one a 64-bit hash.

Lower case and white space are folded and nothing else: numbers stay, because two traces of one problem that
differ in their numbers say different things (folding them removed 26 originals of 10,000 where it was tried).
A text of fewer than five words is one window.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy

WINDOW = 5
MAX_WORDS = 20_000
"""A longer text is compared on its first words."""


def shingle(text: str) -> numpy.ndarray:
    """Give the sorted distinct hashes of a text, (windows,), uint64; an empty text has none.

    >>> len(shingle("a b c d e f")), len(shingle("two words")), len(shingle(" "))
    (2, 1, 0)
    """
    import numpy as np
    from xxhash import xxh3_64_intdigest

    words = text.lower().split(None, MAX_WORDS)[:MAX_WORDS]
    if not words:
        return np.empty(0, dtype=np.uint64)
    last = max(1, len(words) - WINDOW + 1)
    hashes = {
        xxh3_64_intdigest(" ".join(words[at : at + WINDOW]).encode("utf-8", "surrogatepass"))
        for at in range(last)
    }
    return np.fromiter(sorted(hashes), dtype=np.uint64, count=len(hashes))
