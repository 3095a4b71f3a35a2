"""`tracemill run FILE`: every stage of a run file, one after the other; stop it at any time and run it again.

Each stage takes the rows that lack its output, so a second run does only what is missing. Exit 4 when the
teachers were stopped before the end: the stages after them still run over what is there.
"""

from __future__ import annotations

import typer

from curate.cli.common import RunFileArgument, new_app
from curate.cli.exports import export_and_tell
from curate.cli.filters import filter_and_tell
from curate.cli.generate import CapOption, LimitOption, generate_and_tell, parse_usd
from curate.cli.stopping import stoppable
from curate.cli.verify import verify_and_tell
from curate.config import RunFile, read_run_file
from curate.errors import IncompleteError, MissingError
from curate.stages.stop import StopLevel
from curate.stages.verification import program_settings
from curate.store import Store

app = new_app("Run every stage of a run file.")


@app.command()
def run(file: RunFileArgument, limit: LimitOption = None, max_usd: CapOption = None) -> None:
    """Run every stage of a run file; what is done already is not done again."""
    run_all(read_run_file(file), limit, max_usd)


def run_all(run: RunFile, limit: int | None = None, max_usd: str | None = None) -> None:
    """Generate, verify, filter and export.

    Raises:
        IncompleteError: when the teachers were stopped early; all stages ran over what is there.
        MissingError: when the file asks for a stage that this version does not have.
    """
    store = Store.open(run.store, create=True)
    with stoppable() as stop:
        code, _, _ = generate_and_tell(store, run, limit, parse_usd(max_usd), stop)
        if code == 130 or stop.level is StopLevel.AT_ONCE:
            raise typer.Exit(130)
        verify_and_tell(store, run.verify.workers, stop=stop, programs=program_settings(run.verify))
    filter_and_tell(store, run.filter.policy, list(run.filter.decontaminate))
    for section in run.export:
        export_and_tell(store, section, run.filter.policy)
    if code:
        raise IncompleteError(
            "some requests have no answer yet", "run the same command again; nothing is asked twice"
        )
    later = [name for name in ("finetune", "evaluate") if getattr(run, name) is not None]
    if later:
        raise MissingError(
            f"the exports are complete; `run` does not go on with {' and '.join(later)}",
            "tracemill finetune train FILE trains the student; evaluation is not in this version",
        )
