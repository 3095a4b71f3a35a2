"""`tracemill verify --store S`: verdicts for the traces that lack them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from curate.cli.common import JsonOption, StoreOption, duration, new_app, say, write_json, write_table
from curate.cli.progress import ProgressLine
from curate.cli.stopping import stoppable
from curate.stages.stop import StopSignal
from curate.stages.verification import VerifyProgress, VerifyReport, verify_store
from curate.store import Store

app = new_app("Check the traces that have no verdict yet.")


@app.command()
def verify(
    store: StoreOption,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="Processes; default: one a core.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Check what has verdicts as well.")] = False,
    json_: JsonOption = False,
) -> int:
    """Check the traces that have no verdict of this version yet."""
    with stoppable() as stop:
        report = verify_and_tell(Store.open(store), workers, again=again, stop=stop)
    if json_:
        write_json(asdict(report))
    elif report.counts:
        rows = [(c.verifier, c.status, c.reason, c.decided_by, c.count) for c in report.counts]
        write_table(("verifier", "status", "reason", "decided by", "traces"), rows)
    return 0 if report.is_complete else 4


def verify_and_tell(
    store: Store,
    workers: int | None,
    *,
    again: bool = False,
    stop: StopSignal | None = None,
    run_programs_twice: bool = True,
) -> VerifyReport:
    """Verify with progress and a summary in words."""
    with ProgressLine("verify") as line:

        def tell(now: VerifyProgress) -> None:
            rate = now.done / now.seconds if now.seconds else 0.0
            left = f"  {duration((now.total - now.done) / rate)} left" if rate else ""
            line.update(now.done, now.total, f"{now.n_correct:,} correct  {rate:,.0f}/s{left}")

        report = verify_store(
            store,
            workers=workers,
            again=again,
            on_progress=tell,
            stop=stop,
            run_programs_twice=run_programs_twice,
        )
    figures = ", ".join(f"{status} {count:,}" for status, count in report.traces_by_status.items())
    say(
        f"verify: {report.n_traces:,} traces in {duration(report.seconds)}"
        + (f": {figures}" if figures else "")
    )
    if not report.is_complete:
        say("incomplete: the same command goes on from here")
    return report
