"""`tracemill filter --store S`: decide what may be trained on, with a reason for every dropped row."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from curate.cli.common import JsonOption, StoreOption, duration, new_app, say, write_json, write_table
from curate.cli.progress import ProgressLine
from curate.stages.filter_tally import FilterProgress, FilterReport
from curate.stages.filtering import filter_store
from curate.store import Store

app = new_app("Decide which traces may be trained on.")


@app.command()
def filter_(
    store: StoreOption,
    policy: Annotated[
        str, typer.Option("--policy", help="all, verified, strict, or a policy file.")
    ] = "verified",
    decontaminate: Annotated[
        list[str], typer.Option("--decontaminate", help="Test set to keep out: a file, or name=file.")
    ] = [],  # noqa: B006
    json_: JsonOption = False,
) -> None:
    """Decide which traces may be trained on; nothing is deleted, and each drop has its reason."""
    report = filter_and_tell(Store.open(store), policy, decontaminate)
    if json_:
        write_json(asdict(report))
    else:
        rows = [
            (r.rule, r.n_dropped, r.n_dropped_first, r.n_dropped_alone) for r in report.rules if r.n_dropped
        ]
        write_table(("rule", "drops", "first", "alone"), rows)


def filter_and_tell(store: Store, policy: str, decontaminate: list[str]) -> FilterReport:
    """Filter with progress and a summary in words."""
    with ProgressLine("filter") as line:

        def tell(now: FilterProgress) -> None:
            line.update(now.done, now.total, f"{now.n_kept:,} kept")

        report = filter_store(store, policy=policy, decontaminate=decontaminate, on_progress=tell)
    same = "" if report.is_new else "; nothing changed since the last time"
    say(
        f"filter: policy {report.policy} keeps {report.n_kept:,} of {report.n_traces:,} traces "
        f"in {duration(report.seconds)}{same}"
    )
    return report
