"""A text as the set of its 5-word windows, each one a 64-bit number.

Lower case and white space are folded and nothing else: numbers stay, because two traces of one problem that
differ in their numbers say different things (folding them removed 26 originals of 10,000 where it was tried).
A text of fewer than five words is one window. Each distinct word is hashed once (xxh3-64) and a window is a
polynomial of its words' hashes in 64 bits, which numpy computes for a whole text at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy

WINDOW = 5
NEAR_VERSION = "5-word jaccard/1"
"""Names the definition of a window and of the similarity; stored pairs of another version are not
looked at.
"""
MAX_WORDS = 20_000
"""A longer text is compared on its first words."""
_FACTOR = 0x9E3779B97F4A7C15


def shingle(text: str) -> numpy.ndarray:
    """Give the sorted distinct windows of a text, (windows,), uint64; an empty text has none.

    >>> len(shingle("a b c d e f")), len(shingle("two words")), len(shingle(" "))
    (2, 1, 0)
    """
    import numpy as np

    words = text.lower().split(None, MAX_WORDS)[:MAX_WORDS]
    if not words:
        return np.empty(0, dtype=np.uint64)
    return np.unique(windows(words, min(WINDOW, len(words))))


def windows(words: list[str], size: int) -> numpy.ndarray:
    """Give all windows of `size` words in order, (windows,), uint64; fewer words than that have none.

    A window is sum(hash(word i) * factor ** (size - i)), mixed once more, so that its low bits are as good as
    its high ones.
    """
    import numpy as np
    from xxhash import xxh3_64_intdigest

    last = len(words) - size + 1
    if last < 1:
        return np.empty(0, dtype=np.uint64)
    known = {word: xxh3_64_intdigest(word.encode("utf-8", "surrogatepass")) for word in set(words)}
    hashes = np.fromiter(map(known.__getitem__, words), dtype=np.uint64, count=len(words))
    sums = np.zeros(last, dtype=np.uint64)
    for place in range(size):
        sums *= np.uint64(_FACTOR)
        sums += hashes[place : place + last]
    sums ^= sums >> np.uint64(29)
    sums *= np.uint64(0xBF58476D1CE4E5B9)
    sums ^= sums >> np.uint64(32)
    return sums
