"""Near-duplicates: texts that share most of their 5-word windows; hashing proposes, counting decides."""

from curate.filters.near.pairs import NearPair, find_pairs
from curate.filters.near.shingles import NEAR_VERSION, shingle

__all__ = ["NEAR_VERSION", "NearPair", "find_pairs", "shingle"]
