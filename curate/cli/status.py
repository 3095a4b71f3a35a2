"""`tracemill status --store S`: progress, money, damage, and what may have been billed without an answer.

Reads the journal alone, so it answers while a run writes and when the DuckDB file is missing or held.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from curate.amounts import usd
from curate.cli.common import JsonOption, StoreOption, new_app, say, write_json, write_table
from curate.store import JournalTotals, Store

app = new_app("Show progress, money, and what may have been billed twice.")


@app.command()
def status(
    store: StoreOption,
    all_: Annotated[
        bool, typer.Option("--all", help="List every request that may have been billed.")
    ] = False,
    json_: JsonOption = False,
) -> None:
    """Show progress, money, damage, and what may have been billed without an answer."""
    totals = Store.open(store).totals()
    if json_:
        write_json(asdict(totals))
        return
    _print_teachers(totals)
    _print_runs(totals)
    _print_batches(totals)
    _print_maybe_billed(totals, 10**9 if all_ else 10)
    _print_damage(totals)


def _print_teachers(totals: JournalTotals) -> None:
    by_teacher: dict[str, list[int]] = {}
    spent: dict[str, float] = {}
    for cell in totals.cells:
        sums = by_teacher.setdefault(cell.teacher, [0] * 5)
        for i, n in enumerate(
            (cell.n_sent, cell.n_answers, cell.n_faults, cell.n_tokens_in, cell.n_tokens_out)
        ):
            sums[i] += n
        spent[cell.teacher] = spent.get(cell.teacher, 0.0) + float(cell.spent_usd)
    rows = [(name, *sums, usd(spent[name])) for name, sums in sorted(by_teacher.items())]
    if rows:
        write_table(("teacher", "sent", "answers", "faults", "tokens in", "tokens out", "spent"), rows)
    kinds = ", ".join(f"{kind} {n:,}" for kind, n in sorted(totals.n_records.items()))
    say(f"journal: {totals.size_bytes / 1e6:.1f} MB ({kinds})")
    say(f"spent {usd(totals.spent_usd)}, reserved by what is on the wire {usd(totals.reserved_usd)}")


def _print_runs(totals: JournalTotals) -> None:
    live = [run for run in totals.runs if run.is_live]
    for run in live:
        say(f"running: {run.command} since {_time(run.started_at)} ({run.run_id})")
    broken = [run for run in totals.runs if not run.is_live and run.event in ("", "cap", "interrupt")]
    for run in broken[-5:]:
        how = {"": "was killed", "cap": "stopped at its cap", "interrupt": "was stopped"}[run.event]
        why = f": {run.reason}" if run.reason else ""
        say(f"{run.command} of {_time(run.started_at)} {how}{why}; the same command goes on from there")


def _print_batches(totals: JournalTotals) -> None:
    for batch in totals.open_batches:
        say(f"open batch {batch.batch_id or '(not submitted)'}: {batch.state} since {_time(batch.at)}")


def _print_maybe_billed(totals: JournalTotals, most: int) -> None:
    if not totals.maybe_billed:
        say("nothing was sent without an answer or a fault: nothing may have been billed twice")
        return
    say(
        f"{len(totals.maybe_billed):,} requests may have been billed without an answer, "
        f"at most {usd(totals.maybe_billed_usd)}:"
    )
    for entry in totals.maybe_billed[:most]:
        again = "; answered by another try, so perhaps billed twice" if entry.is_answered_by_another else ""
        say(f"  {entry.teacher}  {entry.request_id}  {_time(entry.at)}  {usd(entry.reserved_usd)}{again}")
    if len(totals.maybe_billed) > most:
        say(f"  and {len(totals.maybe_billed) - most:,} more (--all)")


def _print_damage(totals: JournalTotals) -> None:
    for torn in totals.torn:
        say(f"torn: {torn.segment} at {torn.offset}: an unfinished line of {torn.n_bytes} bytes, kept beside")
    for damage in totals.damaged:
        say(
            f"damaged: {damage.segment} at {damage.offset}: {damage.n_bytes} bytes are lost ({damage.reason})"
        )


def _time(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S} UTC"
