"""`tracemill exec`: a filter over JSON lines, programs in, what each one gave out, in order.

In: {"id","program"}; the program fenced or bare, with run-on text behind it or not. Out: {"id","status",
"answer","answer_from","stdout","error","seconds","backend"}. A bad line gives `error` and stops nothing.
Programs run in the sandbox only; a machine that cannot shut them in ends the command with exit code 3.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterator
from typing import Annotated

import typer

from curate.cli.common import new_app, say
from curate.cli.json_lines import read_line, write_line
from curate.sandbox import ExecLimits, ProgramResult, choose_backend
from curate.verify import default_workers
from curate.verify.programs import execute_many

app = new_app("Run programs in the sandbox: JSON lines in, JSON lines out.")
_BAD_INPUT = 'bad input: the line is no JSON object with a text under "program"'


@app.command()
def exec_(
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="Programs at a time; default: one a core.")
    ] = None,
    timeout: Annotated[
        float, typer.Option("--timeout", min=0.05, max=3600, help="Wall seconds a program may take.")
    ] = 5.0,
    memory_mb: Annotated[
        int, typer.Option("--memory-mb", min=16, max=1 << 20, help="Megabytes a program may take.")
    ] = 1024,
    backend: Annotated[
        str | None, typer.Option("--backend", help="namespaces or landlock; default: the first that holds.")
    ] = None,
    unsafe: Annotated[
        bool,
        typer.Option("--unsafe-no-sandbox", help="Run programs UNPROTECTED; each record says `unsafe`."),
    ] = False,
) -> None:
    """Run programs; reads JSON lines on standard input, writes one line for each."""
    chosen = choose_backend("unsafe" if unsafe else backend)
    if unsafe:
        say("warning: programs run without a sandbox and can read and change whatever you can")
    names: deque[tuple[object, bool]] = deque()
    limits = ExecLimits(timeout_s=timeout, memory_mb=memory_mb)
    results = execute_many(_read(names), workers=workers or default_workers(), limits=limits, backend=chosen)
    for result in results:
        name, is_good = names.popleft()
        write_line(_row(name, result if is_good else None, chosen))
        sys.stdout.buffer.flush()


def _read(names: deque[tuple[object, bool]]) -> Iterator[str]:
    for line in sys.stdin.buffer:
        name, program = _parsed(line)
        names.append((name, program is not None))
        yield program or ""


def _parsed(line: bytes) -> tuple[object, str | None]:
    row = read_line(line) or {}
    program = row.get("program")
    return row.get("id"), program if isinstance(program, str) else None


def _row(name: object, result: ProgramResult | None, backend: str) -> dict[str, object]:
    shown = result or ProgramResult("error", error=_BAD_INPUT, backend=backend)
    row: dict[str, object] = {
        "id": name,
        "status": shown.status,
        "answer": shown.answer,
        "answer_from": shown.answer_from,
        "stdout": shown.stdout,
        "error": shown.error,
        "seconds": round(shown.seconds, 6),
        "backend": shown.backend,
    }
    if shown.conflicts:
        row["conflicts"] = {one.answer_from: one.answer for one in shown.conflicts}
    if shown.is_truncated:
        row["truncated"] = True
    return row
