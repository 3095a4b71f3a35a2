"""`tracemill verify --store S`: verdicts for the traces that lack them."""

from __future__ import annotations

import time
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated

import typer

from curate.amounts import duration
from curate.cli.common import JsonOption, StoreOption, new_app, run_id_now, say, write_json, write_table
from curate.cli.stopping import stoppable
from curate.errors import MissingError
from curate.progress import ProgressLine
from curate.progress.tellers import verification_teller
from curate.sandbox import ExecLimits, choose_backend
from curate.stages.answer_policies import parse_source_settings, write_answer_settings
from curate.stages.scale import engine_of
from curate.stages.sharding import WHOLE, Shard, parse_shard
from curate.stages.stop import StopSignal
from curate.stages.verification import VerifyMany, VerifyReport, verify_store
from curate.store import Store
from curate.verify import ProgramSettings, verify_many


class Engine(StrEnum):
    """What `--engine` takes."""

    LOCAL = "local"
    RAY = "ray"


app = new_app("Check the traces that have no verdict yet.")


@app.command()
def verify(
    store: StoreOption,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="Processes; default: one a core.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Check what has verdicts as well.")] = False,
    shard: Annotated[
        str, typer.Option("--shard", help="i/N: only this part of the problems, for several machines.")
    ] = "1/1",
    engine: Annotated[Engine, typer.Option("--engine", help="Where the checks run.")] = Engine.LOCAL,
    answers: Annotated[
        list[str] | None,
        typer.Option("--answers", help="SOURCE:rounding=gold_places,... how its answers are compared."),
    ] = None,
    program_timeout: Annotated[
        float, typer.Option("--program-timeout", min=0.05, max=3600, help="Wall seconds a program may take.")
    ] = 5.0,
    unsafe: Annotated[
        bool,
        typer.Option("--unsafe-no-sandbox", help="Run programs UNPROTECTED; each verdict says `unsafe`."),
    ] = False,
    json_: JsonOption = False,
) -> int:
    """Check the traces that have no verdict of this version yet."""
    part = parse_shard(shard)
    if unsafe:
        say("warning: programs run without a sandbox and can read and change whatever you can")
    programs = ProgramSettings(
        limits=ExecLimits(timeout_s=program_timeout), backend="unsafe" if unsafe else None
    )
    said = parse_source_settings(answers or ())
    if said:
        opened = Store.open(store)
        changed = write_answer_settings(opened, said, run_id=run_id_now(opened), at=time.time())
        say(f"answer settings: {', '.join(changed) or 'nothing'} changed")
    # Ray sets signal handlers of its own when it starts; ours come after them.
    with engine_of(engine.value, workers) as check, stoppable() as stop:
        report = verify_and_tell(
            Store.open(store), workers, again=again, stop=stop, programs=programs, shard=part, verify=check
        )
    if json_:
        write_json(asdict(report))
    elif report.counts:
        rows = [(c.verifier, c.status, c.reason, c.decided_by, c.count) for c in report.counts]
        write_table(("verifier", "status", "reason", "decided by", "traces"), rows)
    if report.is_complete:
        require_sandbox(report)
    return 0 if report.is_complete else 4


def require_sandbox(report: VerifyReport) -> None:
    """End with the sandbox's own sentence when programs were left open for want of one.

    Raises:
        MissingError: naming the layer that failed and the remedy; all other verdicts are stored.
    """
    n_left = sum(count.count for count in report.counts if count.reason == "sandbox_missing")
    if not n_left:
        return
    try:
        choose_backend()
    except MissingError as error:
        raise MissingError(f"{n_left:,} programs were left open. {error.message}", error.hint) from None
    raise MissingError(
        f"{n_left:,} programs were left open: no worker of the program sandbox could be started where they "
        "were to run.",
        "free memory, use fewer --workers, or raise the limits (`ulimit -a`), and verify again",
    )


def verify_and_tell(
    store: Store,
    workers: int | None,
    *,
    again: bool = False,
    stop: StopSignal | None = None,
    programs: ProgramSettings | None = None,
    shard: Shard = WHOLE,
    verify: VerifyMany = verify_many,
) -> VerifyReport:
    """Verify with progress and a summary in words."""
    with ProgressLine("verify") as line:
        report = verify_store(
            store,
            workers=workers,
            again=again,
            on_progress=verification_teller(line),
            stop=stop,
            programs=programs,
            shard=shard,
            verify=verify,
        )
    figures = ", ".join(f"{status} {count:,}" for status, count in report.traces_by_status.items())
    say(
        f"verify: {report.n_traces:,} traces in {duration(report.seconds)}"
        + (f": {figures}" if figures else "; all others have their verdicts already")
    )
    if not report.is_complete:
        say("incomplete: the same command goes on from here")
    return report
