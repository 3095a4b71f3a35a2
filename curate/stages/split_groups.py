"""Say which questions must fall on the same side of a split: near-copies of each other, as far as known.

The pairs are those that a filter with the rule `duplicate_problem` stored (similarity 0.5 and above, equal
numbers); a store without them gives no groups. A question is named by its letters and digits, so equal
questions under two sources are one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from curate.filters.near import NEAR_VERSION
from curate.filters.near.clusters import find_clusters
from curate.ids import text_key
from queries import load_query

if TYPE_CHECKING:
    from curate.store.reader import Reader


def read_split_groups(reader: Reader) -> Mapping[str, str]:
    """Give the name of its group for each question that has a near-copy, both as text keys."""
    links: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
    for first, second in reader.rows(load_query("near_questions", "stages").sql, {"method": NEAR_VERSION}):
        a, b = text_key(str(first)), text_key(str(second))
        links[a].append((b, 1.0))
        links[b].append((a, 1.0))
    groups: dict[str, str] = {}
    for cluster in find_clusters(links, links, 1.0):
        groups |= dict.fromkeys(cluster, min(cluster))
    return groups
