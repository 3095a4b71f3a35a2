"""Find the pairs of a group whose windows overlap: MinHash bands propose, exact counting decides.

In: the window hashes of each text. Out: pairs with their Jaccard similarity at or above a threshold. A group
of up to 64 texts is compared whole. A larger one is sketched by 112 minima in 28 bands of 4 (Broder 1997;
Leskovec, Rajaraman, Ullman ch. 3): that proposes pairs far below the threshold, and the count decides, so
there is no false pair. The order of the texts changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy

WHOLE_GROUP = 64
N_BANDS, N_ROWS = 28, 4
MAX_BUCKET = 200
"""A bucket of more texts is compared with its first ones only: they are copies of each other."""
_SEED = 20_26


class NearPair(NamedTuple):
    """Two places in the group, the smaller first, and the share of windows they have in common."""

    first: int
    second: int
    score: float


def find_pairs(hashes: Sequence[numpy.ndarray], threshold: float) -> list[NearPair]:
    """Give all pairs at or above a threshold, in order; texts without windows have none.

    Raises:
        ValueError: for a threshold that is not above 0 and at most 1.
    """
    if not 0 < threshold <= 1:
        raise ValueError(f"a similarity is above 0 and at most 1, not {threshold}")
    candidates = combinations(range(len(hashes)), 2) if len(hashes) <= WHOLE_GROUP else _proposed(hashes)
    found = []
    for first, second in candidates:
        score = _jaccard(hashes[first], hashes[second], threshold)
        if score >= threshold:
            found.append(NearPair(first, second, score))
    return sorted(found)


def _jaccard(left: numpy.ndarray, right: numpy.ndarray, threshold: float) -> float:
    """Count common windows; 0 where the sizes alone rule the threshold out."""
    import numpy as np

    smaller, larger = sorted((len(left), len(right)))
    if smaller == 0 or smaller < threshold * larger:
        return 0.0
    common = len(np.intersect1d(left, right, assume_unique=True))
    return common / (len(left) + len(right) - common)


def _proposed(hashes: Sequence[numpy.ndarray]) -> Iterator[tuple[int, int]]:
    """Propose pairs that share a band of minima, each once."""
    sketches = _sketches(hashes)
    proposed: set[tuple[int, int]] = set()
    for band in range(N_BANDS):
        buckets: defaultdict[bytes, list[int]] = defaultdict(list)
        part = sketches[:, band * N_ROWS : (band + 1) * N_ROWS]
        for place, row in enumerate(part):
            if len(hashes[place]):
                buckets[row.tobytes()].append(place)
        for members in buckets.values():
            heads = members[:MAX_BUCKET]
            proposed.update(combinations(heads, 2))
            proposed.update((head, member) for member in members[MAX_BUCKET:] for head in heads[:1])
    return iter(sorted(proposed))


def _sketches(hashes: Sequence[numpy.ndarray]) -> numpy.ndarray:
    """Give the minima of 112 hash functions over each text's windows, (texts, 112), uint32."""
    import numpy as np

    random = np.random.default_rng(_SEED)
    n_hashes = N_BANDS * N_ROWS
    factors = random.integers(1, 2**63, size=n_hashes, dtype=np.uint64) | np.uint64(1)
    offsets = random.integers(0, 2**63, size=n_hashes, dtype=np.uint64)
    sketches = np.full((len(hashes), n_hashes), np.iinfo(np.uint32).max, dtype=np.uint32)
    for place, windows in enumerate(hashes):
        if len(windows):
            mixed = (windows[:, None] * factors + offsets) >> np.uint64(32)
            sketches[place] = mixed.min(axis=0).astype(np.uint32)
    return sketches
