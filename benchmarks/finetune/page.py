"""The page of results: a measured table goes between its two marks."""

from __future__ import annotations

from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "results" / "finetune.md"


def write_table(name: str, table: str) -> None:
    """Put a table in the place of the one of that name."""
    text = PAGE.read_text(encoding="utf-8")
    begin, end = f"<!-- measured: {name} -->\n", "<!-- end -->"
    before, found, rest = text.partition(begin)
    if not found:
        raise RuntimeError(f"{PAGE} has no mark {begin.strip()!r}")
    PAGE.write_text(before + begin + table + end + rest.partition(end)[2], encoding="utf-8")
