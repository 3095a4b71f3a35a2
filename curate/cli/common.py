"""What the commands share: options, consoles, tables, JSON, the clock and run ids.

Data goes to standard output, words to standard error. Tables fit the terminal: one that does not is turned
on its side, a line per field. Text of models is printed with its control characters shown, never obeyed.
"""

from __future__ import annotations

import json
import re
import secrets
import sys
import time
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from curate.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from curate.store import Store

StoreOption = Annotated[Path, typer.Option("--store", help="Folder of the store.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Write JSON to standard output instead of a table.")]
RunFileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="The run file (tracemill.yaml).")]

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def new_app(summary: str) -> typer.Typer:
    """Make the typer application of one command, with plain help that fits 80 columns."""
    return typer.Typer(
        help=summary, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False
    )


def words() -> Console:
    """Give the console for words and progress: standard error."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, markup=False)


def say(text: str) -> None:
    """Print a sentence for people to standard error."""
    print(text, file=sys.stderr)


def run_id_now(store: Store) -> str:
    """Make the id of a run in a store from the clock and six random hex digits."""
    return store.new_run_id(time.time(), secrets.token_hex(3))


def write_json(value: object) -> None:
    """Write one JSON document to standard output."""
    json.dump(value, sys.stdout, default=_plain, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Path):
        return str(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if hasattr(value, "tolist"):
        return value.tolist()
    if isinstance(value, set | frozenset):
        return sorted(value)
    return str(value)


def usd(amount: Decimal | float | None) -> str:
    """Show money: cents from a dollar on, four digits below."""
    if amount is None:
        return "no price"
    return f"${amount:,.2f}" if amount >= 1 or amount == 0 else f"${amount:.4f}"


def duration(seconds: float | None) -> str:
    """Show a time span in its largest two units."""
    if seconds is None:
        return "?"
    if seconds < 60:
        return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours < 48 else f"{hours // 24} d {hours % 24} h"


def show(value: object, most: int | None = None) -> str:
    """Put a cell on one line: controls escaped, cut at `most` characters."""
    if value is None or (isinstance(value, float) and value != value):
        return ""
    text = f"{value:g}" if isinstance(value, float) else str(value)
    text = (
        _CONTROL.sub(lambda match: f"\\x{ord(match.group()):02x}", text)
        .replace("\n", "\\n")
        .replace("\t", "\\t")
    )
    return text if most is None or len(text) <= most else text[: most - 1] + "…"


def write_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str = "") -> None:
    """Write a table to standard output; one wider than the terminal is written a line per field."""
    from rich.console import Console

    is_terminal = sys.stdout.isatty()
    console = Console(highlight=False, markup=False, width=None if is_terminal else 160)
    rows = list(rows)
    cells = [[show(cell, 200) for cell in row] for row in rows]
    widths = [max([len(name), *(len(row[i]) for row in cells)]) for i, name in enumerate(columns)]
    if title:
        console.print(title)
    if sum(widths) + 2 * len(widths) <= console.width or len(columns) <= 2:
        console.print(_rich_table(columns, rows, cells))
    else:
        _write_sideways(console, columns, cells)


def _rich_table(columns: Sequence[str], rows: Sequence[Sequence[object]], cells: list[list[str]]) -> Any:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for i, name in enumerate(columns):
        is_number = bool(rows) and all(
            isinstance(row[i], int | float | Decimal) or row[i] is None for row in rows
        )
        table.add_column(name, justify="right" if is_number else "left", overflow="fold")
    for row in cells:
        table.add_row(*row)
    return table


def _write_sideways(console: Console, columns: Sequence[str], cells: list[list[str]]) -> None:
    indent = max(map(len, columns)) + 2
    for number, row in enumerate(cells, 1):
        console.print(f"── row {number} " + "─" * max(0, min(console.width, 80) - 9 - len(str(number))))
        for name, cell in zip(columns, row, strict=True):
            console.print(f"{name:<{indent}}{cell}")


def parse_pairs(pairs: Sequence[str], flag: str) -> dict[str, str]:
    """Read repeated `name=value` options.

    Raises:
        UsageError: for a pair without `=` or with an empty name.
    """
    found = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign or not name:
            raise UsageError(
                f"{flag} {pair!r} is not of the form name=value", f"write for example {flag} level=3"
            )
        found[name.strip()] = value
    return found
