"""`tracemill solve`: a filter over JSON lines, an equation system in, its one exact answer out, in order.

In: {"id","equations"}. Out: {"id","status","answer","decimal","reason","seconds"} with status ok, rejected,
timeout or error. A bad line gives `error` with reason `bad_input` and stops nothing.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterator
from typing import Annotated

import typer

from curate.cli.common import new_app
from curate.cli.json_lines import read_line, write_line
from curate.verify import default_workers, solve_many

app = new_app("Solve equation systems: JSON lines in, JSON lines out.")


@app.command()
def solve(
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="Processes; default: one a core.")
    ] = None,
) -> None:
    """Solve EoT/1 systems; reads JSON lines on standard input, writes one line for each."""
    ids: deque[tuple[object, bool]] = deque()
    for result in solve_many(_read(ids), workers=workers or default_workers()):
        name, is_good = ids.popleft()
        found = result.solution
        row = {
            "id": name,
            "status": found.status if is_good else "error",
            "answer": found.answer,
            "decimal": found.decimal,
            "reason": found.reason if is_good else "bad_input",
            "seconds": round(result.seconds, 6),
        }
        write_line(row)
    sys.stdout.buffer.flush()


def _read(ids: deque[tuple[object, bool]]) -> Iterator[str]:
    for line in sys.stdin.buffer:
        row = read_line(line) or {}
        name, text = row.get("id"), row.get("equations")
        ids.append((name, isinstance(text, str)))
        yield text if isinstance(text, str) else ""
