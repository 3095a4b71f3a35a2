"""`tracemill run FILE`: every stage of a run file, one after the other; stop it at any time and run it again.

Each stage takes the rows that lack its output, so a second run does only what is missing. Exit 4 when the
teachers were stopped before the end: the stages after them still run over what is there, up to the exports.
Training and evaluation live outside the engine; whoever calls this command says how they are reached.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import typer

from curate.cli.common import RunFileArgument, new_app, say
from curate.cli.exports import export_and_tell
from curate.cli.filters import filter_and_tell
from curate.cli.generate import CapOption, LimitOption, generate_and_tell, parse_usd
from curate.cli.stopping import stoppable
from curate.cli.sweep import run_sweep
from curate.cli.sweeping import is_sweep, read_sweep
from curate.cli.verify import verify_and_tell
from curate.config import RunFile, read_run_file
from curate.errors import IncompleteError, MissingError
from curate.stages.stop import StopLevel
from curate.stages.verification import program_settings
from curate.store import Store

app = new_app("Run every stage of a run file.")

LaterStage = Callable[[str, Path], None]
"""Runs the stage of a section (`finetune`, `evaluate`, `study`) with a run file, `sweep` with a folder."""
_LATER = ("finetune", "evaluate", "study")


@app.command()
def run(
    context: typer.Context, file: RunFileArgument, limit: LimitOption = None, max_usd: CapOption = None
) -> None:
    """Run every stage of a run file, or every cell of a sweep; what is done already is not done again."""
    if is_sweep(file):
        _run_cells(file, context.obj, limit, max_usd)
        return
    run_file = read_run_file(file)
    run_all(run_file, limit, max_usd)
    go_on(run_file, file, context.obj)


def _run_cells(file: Path, call: LaterStage | None, limit: int | None, max_usd: str | None) -> None:
    """Run a sweep and end in its table; `--limit` and `--max-usd` hold for each cell.

    Raises:
        IncompleteError: when cells failed; the table of the others is written before.
    """

    def run_cell(run: RunFile, cell_file: Path) -> None:
        run_all(run, limit, max_usd)
        go_on(run, cell_file, call)

    sweep = read_sweep(file)
    if call is None:
        raise MissingError("a sweep trains students, which is not reached from here", "tracemill run FILE")
    failed = run_sweep(sweep, run_cell)
    call("sweep", sweep.out)
    if failed:
        raise IncompleteError(
            f"{len(failed)} of {len(sweep.cells)} cells failed: {', '.join(failed[:5])}"
            + (", ..." if len(failed) > 5 else ""),
            f"{sweep.out}/cells/CELL/failed.json says why; the same command tries them again",
        )


def go_on(run: RunFile, file: Path, call: LaterStage | None) -> None:
    """Train and evaluate where the file asks for it.

    Raises:
        MissingError: when it asks and nobody said how the stages are reached, or their libraries are missing.
    """
    for section in _LATER:
        if getattr(run, section) is None:
            continue
        if call is None:
            raise MissingError(
                f"the exports are complete; `{section}` is not reached from here",
                "start it with the command `tracemill run FILE`",
            )
        say(f"{section}: ...")
        call(section, file)


def run_all(run: RunFile, limit: int | None = None, max_usd: str | None = None) -> None:
    """Generate, verify, filter and export.

    Raises:
        IncompleteError: when the teachers were stopped early; all stages ran over what is there.
    """
    store = Store.open(run.store, create=True)
    with stoppable() as stop:
        code, _, _ = generate_and_tell(store, run, limit, parse_usd(max_usd), stop)
        if code == 130 or stop.level is StopLevel.AT_ONCE:
            raise typer.Exit(130)
        verify_and_tell(store, run.verify.workers, stop=stop, programs=program_settings(run.verify))
    filter_and_tell(store, run.filter.policy, list(run.filter.decontaminate), run.filter.benchmarks_dir)
    for section in run.export:
        export_and_tell(store, section, run.filter.policy)
    if code:
        raise IncompleteError(
            "some requests have no answer yet", "run the same command again; nothing is asked twice"
        )
