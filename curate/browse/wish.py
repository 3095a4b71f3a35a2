"""What a person asks the list for: read from a page's address, written back into links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

FACETS = ("decision", "status", "mark", "teacher", "format", "granularity", "level", "source")
"""The columns that a list is filtered by, in the order of the page."""
ORDERS = ("dropped first", "problem", "longest", "shortest", "dearest")
PAGE_ROWS = 50
_MOST_CHARS = 200


@dataclass(frozen=True, slots=True)
class Wish:
    """Filters, words to look for, order and page; everything has a default, and nothing can be wrong."""

    chosen: Mapping[str, str] = field(default_factory=dict)
    """Value by facet; a facet that is not here is not filtered by."""
    words: str = ""
    is_in_texts: bool = False
    """Look for the words in the texts of traces too, which reads them all."""
    order: str = ORDERS[0]
    page: int = 1

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Wish:
        """Read a page's query; what it does not know is left out."""
        page = query.get("page", "1")
        return cls(
            {name: query[name] for name in FACETS if query.get(name)},
            query.get("words", "").strip()[:_MOST_CHARS],
            query.get("texts") == "1",
            query["order"] if query.get("order") in ORDERS else ORDERS[0],
            int(page) if page.isascii() and page.isdigit() and 0 < len(page) < 7 else 1,
        )

    def link(self, **changes: str) -> str:
        """Write the wish as a query, some of it changed; an empty value takes a filter away."""
        parts = dict(self.chosen)
        if self.words:
            parts["words"] = self.words
        if self.is_in_texts:
            parts["texts"] = "1"
        if self.order != ORDERS[0]:
            parts["order"] = self.order
        if self.page != 1:
            parts["page"] = str(self.page)
        parts.update(changes)
        return urlencode({name: value for name, value in parts.items() if value})
