"""Measures over all texts of a store at once."""

from curate.filters.corpus.boilerplate import BOILERPLATE, CommonPassages, passages

__all__ = ["BOILERPLATE", "CommonPassages", "passages"]
