"""Tables for people that fit the terminal, whatever its width.

A table that is too wide first gives its headings two lines, then wraps its texts at words, and when even that
leaves too little it is turned on its side: a line per field, long values hanging under themselves. Where
standard output is no terminal 160 columns are taken, so that files and pipes do not depend on a window.
Cells are one line each, with control characters shown and never obeyed. Colour and weight are rich's affair,
which respects NO_COLOR and puts no codes into files.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

FILE_COLUMNS = 160
MOST_CELL = 200
_LEAST_TEXT = 18
"""A column of text is not wrapped to fewer characters than this."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def write_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str = "") -> None:
    """Write a table to standard output."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else FILE_COLUMNS
    print_table(Console(highlight=False, markup=False, emoji=False, width=width), columns, list(rows), title)


def print_table(
    console: Console, columns: Sequence[str], rows: Sequence[Sequence[object]], title: str = ""
) -> None:
    """Write a table to a console, laid out for its width."""
    if title:
        console.print(title)
    cells = [[show(cell, MOST_CELL) for cell in row] for row in rows]
    numeric = [_is_numeric([row[i] for row in rows]) for i in range(len(columns))]
    for heads in (columns, [name.replace("_", "_\n").replace(" ", "\n") for name in columns]):
        if _least_width(heads, cells, numeric) <= console.width:
            console.print(_rich_table(heads, cells, numeric))
            return
    _print_sideways(console, columns, cells)


def show(value: object, most: int | None = None) -> str:
    """Put a cell on one line: controls escaped, cut at `most` characters."""
    if value is None or (isinstance(value, float) and value != value):
        return ""
    text = f"{value:g}" if isinstance(value, float) else str(value)
    text = text.replace("\n", "\\n").replace("\t", "\\t")
    text = _CONTROL.sub(lambda match: f"\\x{ord(match.group()):02x}", text)
    return text if most is None or len(text) <= most else text[: most - 1] + "…"


def _is_numeric(values: Sequence[object]) -> bool:
    return bool(values) and all(isinstance(value, int | float | Decimal) or value is None for value in values)


def _least_width(heads: Sequence[str], cells: Sequence[Sequence[str]], numeric: Sequence[bool]) -> int:
    """Give the width below which a table cannot be read: numbers whole, texts of some words a line."""
    from rich.cells import cell_len

    total = 3 * (len(heads) - 1)
    for i, head in enumerate(heads):
        widest = max((cell_len(row[i]) for row in cells), default=0)
        room = widest if numeric[i] else min(widest, max(_LEAST_TEXT, _longest_word(row[i] for row in cells)))
        total += max(room, *(cell_len(part) for part in head.split("\n")))
    return total


def _longest_word(texts: Iterable[str]) -> int:
    """Give the length of the longest word that should not be cut; an id or an address may be."""
    from rich.cells import cell_len

    return max((cell_len(word) for text in texts for word in text.split()), default=0)


def _rich_table(heads: Sequence[str], cells: Sequence[Sequence[str]], numeric: Sequence[bool]) -> Any:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for head, is_number in zip(heads, numeric, strict=True):
        table.add_column(
            head, justify="right" if is_number else "left", overflow="fold", no_wrap=is_number, vertical="top"
        )
    for row in cells:
        table.add_row(*row)
    return table


def _print_sideways(console: Console, columns: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    from rich.padding import Padding
    from rich.text import Text

    width = console.width
    indent = max(map(len, columns)) + 2
    is_narrow = indent + _LEAST_TEXT > width
    for number, row in enumerate(cells, 1):
        console.print(f"── row {number} " + "─" * max(0, min(width, 80) - 8 - len(str(number))))
        for name, cell in zip(columns, row, strict=True):
            lines = Text(cell).wrap(console, max(8, width - (4 if is_narrow else indent)), overflow="fold")
            if is_narrow:
                console.print(Text(name), overflow="fold")
                console.print(Padding(Text("\n").join(lines), (0, 0, 0, 4)))
                continue
            for at, line in enumerate(lines or [Text("")]):
                console.print(Text(f"{name if at == 0 else '':<{indent}}").append(line.plain.rstrip()))
