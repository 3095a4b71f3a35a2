"""`tracemill estimate FILE`: what a run will cost and how long it will take, before anybody is asked."""

from __future__ import annotations

from dataclasses import asdict

from curate.amounts import duration, usd
from curate.cli.common import JsonOption, RunFileArgument, new_app, say, write_json, write_table
from curate.config import read_run_file
from curate.stages.estimates import Estimate, Range, UsdRange
from curate.stages.estimation import estimate as estimate_run
from curate.store import Store

app = new_app("Estimate the cost and the time of a run file.")


@app.command()
def estimate(file: RunFileArgument, json_: JsonOption = False) -> None:
    """Estimate the cost and the time of a run file; what is answered already costs nothing."""
    run = read_run_file(file)
    print_estimate(estimate_run(Store.open(run.store, create=True), run), as_json=json_)


def print_estimate(found: Estimate, *, as_json: bool) -> None:
    """Show an estimate as tables or JSON."""
    if as_json:
        write_json(asdict(found))
        return
    columns = ("teacher", "prompt", "to ask", "tokens out", "USD", "as batch")
    rows = [
        (p.teacher, p.prompt, p.n_left, _tokens(p.n_tokens_out), _money(p.usd), _money(p.batch_usd))
        for p in found.prompts
    ]
    write_table(columns, rows)
    say(f"{found.n_left:,} of {found.n_requests:,} requests to send; {_money(found.usd, long=True)}")
    say(f"time: {_time(found.hours)}")
    for basis in sorted({prompt.basis for prompt in found.prompts}):
        say(f"lengths from: {basis}")
    if found.unpriced:
        say(f"no price, so no cost: {', '.join(found.unpriced)}")
    if found.is_upper_end:
        say("with rounds this is the upper end: what they save is not known before")
    if found.max_usd is not None and found.usd is not None and found.usd.expected > found.max_usd:
        say(f"the cap of {usd(found.max_usd)} will stop the run before its end (exit 4, resumable)")


def _tokens(amount: Range) -> str:
    return f"{amount.low:,.0f}-{amount.high:,.0f}"


def _money(amount: UsdRange | None, *, long: bool = False) -> str:
    if amount is None:
        return "no price"
    if long:
        return f"about {usd(amount.expected)} (low {usd(amount.low)}, high {usd(amount.high)})"
    return usd(amount.expected)


def _time(hours: Range) -> str:
    return f"about {duration(hours.expected * 3600)} at the limits (high {duration(hours.high * 3600)})"
