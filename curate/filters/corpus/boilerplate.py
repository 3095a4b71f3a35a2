"""Find the passages of 20 words that stand in the traces of many problems, in bounded memory and two
readings.

First reading: for each problem its distinct windows of 20 words raise one counter each, in a table of 2^26
counters of a byte (64 MB). Second reading: a trace's commonest window is the one with the highest counter.
Windows that fall on one counter can only raise a count; with 50 million windows, as 200,000 traces of 250
words have, that adds less than one on average. Case and white space are folded, numbers stay.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from curate.filters.near.shingles import MAX_WORDS, windows

if TYPE_CHECKING:
    import numpy

BOILERPLATE = "boilerplate 20 words/1"
"""Names the measure among the stored scores."""
N_WORDS = 20
_BITS = 26
_FULL = 255


def passages(text: str) -> numpy.ndarray:
    """Give the counters of a text's windows in order, (windows,), int32; a shorter text has none."""
    import numpy as np

    found = windows(text.lower().split(None, MAX_WORDS)[:MAX_WORDS], N_WORDS)
    return (found >> np.uint64(64 - _BITS)).astype(np.int32)


class CommonPassages:
    """Counts in how many problems each window stands."""

    def __init__(self) -> None:
        import numpy as np

        self._counts = np.zeros(1 << _BITS, dtype=np.uint8)

    def add_problem(self, texts: Iterable[numpy.ndarray]) -> None:
        """Count the windows of all traces of one problem, each once."""
        import numpy as np

        found = [text for text in texts if len(text)]
        if found:
            places = np.unique(np.concatenate(found))
            self._counts[places] += self._counts[places] < _FULL

    def commonest(self, text: numpy.ndarray) -> tuple[int, int]:
        """Give in how many other problems a text's commonest window stands, at most 254, and its place."""
        if not len(text):
            return 0, 0
        counts = self._counts[text]
        place = int(counts.argmax())
        return max(0, int(counts[place]) - 1), place
