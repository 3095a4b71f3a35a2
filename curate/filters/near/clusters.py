"""Join linked members into clusters and say which one stays. Pure; the order of the links changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

Links = Mapping[str, Sequence[tuple[str, float]]]


class Rank(Protocol):
    """What members are compared by: any ordered value."""

    def __lt__(self, other: Any, /) -> bool: ...


@dataclass(frozen=True, slots=True)
class Copy:
    """A member that does not stay: which one does, its closest link in the cluster, and the cluster's
    size.
    """

    kept: str
    similarity: float
    size: int


def find_clusters(links: Links, members: Iterable[str], threshold: float) -> Iterator[set[str]]:
    """Give the clusters of two or more, by links at or above a threshold, directly or through others."""
    known = set(members)
    seen: set[str] = set()
    for start in sorted(known):
        if start in seen:
            continue
        cluster, waiting = {start}, [start]
        while waiting:
            for other, score in links.get(waiting.pop(), ()):
                if score >= threshold and other in known and other not in cluster:
                    cluster.add(other)
                    waiting.append(other)
        seen |= cluster
        if len(cluster) > 1:
            yield cluster


def find_copies(links: Links, ranks: Mapping[str, Rank], threshold: float) -> dict[str, Copy]:
    """Give all members but the best of each cluster; the smallest rank is the best."""
    copies = {}
    for cluster in find_clusters(links, ranks, threshold):
        kept = min(cluster, key=lambda name: ranks[name])
        for name in cluster - {kept}:
            closest = max(score for other, score in links[name] if other in cluster)
            copies[name] = Copy(kept, closest, len(cluster))
    return copies
