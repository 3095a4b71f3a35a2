"""`tracemill generate FILE`: ask the teachers for what is missing; every answer is kept.

Exit 0 when every planned request has an answer or a final reason, 4 when something is left (the same command
goes on), 130 after a second Ctrl-C.
"""

from __future__ import annotations

import os
import time
from dataclasses import asdict
from decimal import Decimal, InvalidOperation
from typing import Annotated

import typer

from curate.amounts import duration, usd
from curate.cli.common import JsonOption, RunFileArgument, new_app, run_id_now, say, write_json
from curate.cli.estimate import print_estimate
from curate.cli.stopping import stoppable
from curate.config import RunFile, read_run_file
from curate.errors import MissingError, UsageError
from curate.progress import ProgressLine
from curate.progress.tellers import generation_teller
from curate.stages.agents import AgentsReport, run_agents
from curate.stages.answer_policies import settings_of_sections, write_answer_settings
from curate.stages.estimation import estimate
from curate.stages.generation import GenerationReport, StopSignal
from curate.stages.generation import generate as ask
from curate.store import Store

app = new_app("Ask the teachers of a run file for what is missing.")

LimitOption = Annotated[int | None, typer.Option("--limit", min=1, help="Only the first N problems.")]
CapOption = Annotated[str | None, typer.Option("--max-usd", help="Hard cap for this run in USD.")]


@app.command()
def generate(
    file: RunFileArgument,
    limit: LimitOption = None,
    max_usd: CapOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the estimate and ask nobody.")] = False,
    json_: JsonOption = False,
) -> int:
    """Ask the teachers of a run file for what is missing; every answer is kept."""
    run = read_run_file(file)
    cap = parse_usd(max_usd)
    store = Store.open(run.store, create=True)
    if dry_run:
        print_estimate(estimate(store, run, limit=limit), as_json=json_)
        return 0
    with stoppable() as stop:
        code, report, agents = generate_and_tell(store, run, limit, cap, stop)
    if json_:
        write_json({"generation": asdict(report), "agents": asdict(agents)})
    return code


def generate_and_tell(
    store: Store, run: RunFile, limit: int | None, cap: Decimal | None, stop: StopSignal
) -> tuple[int, GenerationReport, AgentsReport]:
    """Generate with progress and a summary in words; the agents follow where the run file has some."""
    require_reachable(run)
    settings = settings_of_sections(run.problems)
    if settings:
        write_answer_settings(store, settings, run_id=run_id_now(store), at=time.time())
    with ProgressLine("generate") as line:
        report = ask(
            store,
            run,
            run_id=run_id_now(store),
            limit=limit,
            max_usd=cap,
            on_progress=generation_teller(line),
            stop=stop,
        )
    tell_generation(report)
    agents = AgentsReport()
    if run.generate.agents is not None and report.is_complete:
        left = None if cap is None else cap - report.money.bound_usd
        with ProgressLine("agents") as line:
            agents = run_agents(
                store,
                run,
                run_id=run_id_now(store),
                limit=limit,
                max_usd=left,
                on_progress=generation_teller(line),
                stop=stop,
            )
        tell_agents(agents)
    store.project()
    return (report.exit_code or (0 if agents.is_complete else 4)), report, agents


def require_reachable(run: RunFile) -> None:
    """See that every key is set and every endpoint answers, before anything is asked.

    Raises:
        MissingError: for a missing key or an endpoint that does not answer, with the remedy.
    """
    from curate.teachers.probe import probe_endpoint

    for section in run.teachers:
        probe = probe_endpoint(section.teacher(), os.environ)
        if probe.status in ("no_key", "unreachable"):
            raise MissingError(f"teacher {probe.alias}: {probe.message}", probe.hint)
        if not probe.is_usable:
            say(f"warning: teacher {probe.alias}: {probe.message}; {probe.hint}")


def tell_generation(report: GenerationReport) -> None:
    """Say in words what a generation came to."""
    planned = "?" if report.n_planned is None else f"{report.n_planned:,}"
    say(
        f"generate: {report.n_answered:,} answers in {duration(report.seconds)}; planned {planned}, "
        f"there already {report.n_already:,}; spent {usd(report.money.spent_usd)}"
    )
    for name, tally in (
        ("given up", report.finals),
        ("faults on the way", report.faults),
        ("left", report.left),
    ):
        if tally:
            say(f"  {name}: " + ", ".join(f"{reason} {count:,}" for reason, count in tally))
    for teacher in report.teachers:
        if teacher.ended_because:
            say(f"  teacher {teacher.alias} stopped: {teacher.ended_because}")
    if report.rounds is not None:
        saved = report.rounds
        money = f" and {usd(saved.saved_usd)}" if saved.saved_usd is not None else ""
        say(
            f"  {saved.n_rounds} rounds: {saved.n_solved} of {saved.n_cells} problem and form pairs solved, "
            f"{saved.n_hopeless} given up as hopeless; saved {saved.saved_requests:,} requests{money}"
        )
    if report.money.maybe_billed_usd:
        say(f"  may have been billed without an answer: {usd(report.money.maybe_billed_usd)}; see `status`")
    if report.exit_code == 4:
        need = f"; about {usd(report.needed_usd)} more will finish it" if report.needed_usd else ""
        say(f"incomplete: the same command goes on from here{need}")


def tell_agents(report: AgentsReport) -> None:
    """Say in words what the second models did."""
    for name, counts in (
        ("judged", report.judged),
        ("repaired", report.repaired),
        ("compressed", report.compressed),
    ):
        figures = ", ".join(
            f"{key.removeprefix('n_')} {value}" for key, value in asdict(counts).items() if value
        )
        if figures:
            say(f"  {name}: {figures}")


def parse_usd(text: str | None) -> Decimal | None:
    """Read an amount of money.

    Raises:
        UsageError: when it is no amount of at least nothing.
    """
    if text is None:
        return None
    try:
        amount = Decimal(text.removeprefix("$"))
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0:
        raise UsageError(f"--max-usd {text!r} is no amount of money", "write for example --max-usd 12.50")
    return amount
