"""What the commands share: options, consoles, tables, JSON, the clock and run ids.

Data goes to standard output, words to standard error. Tables are laid out in `tables`, whose names stand here
too. Text of models is printed with its control characters shown, never obeyed.
"""

from __future__ import annotations

import json
import secrets
import sys
import time
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from curate.cli.tables import show as show  # the same names from here, for all commands
from curate.cli.tables import write_table as write_table
from curate.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from curate.store import Store

StoreOption = Annotated[Path, typer.Option("--store", help="Folder of the store.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Write JSON to standard output instead of a table.")]
RunFileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="The run file (tracemill.yaml).")]


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
