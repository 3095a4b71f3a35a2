"""Which problems stand in a benchmark: an index over benchmark items, asked once per problem."""

from curate.filters.contamination.index import BenchmarkIndex, BenchmarkItem, items_digest

__all__ = ["BenchmarkIndex", "BenchmarkItem", "items_digest"]
