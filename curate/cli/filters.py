"""`tracemill filter --store S`: decide what may be trained on, with a reason for every dropped row."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from curate.amounts import duration
from curate.api import select
from curate.cli.common import JsonOption, StoreOption, new_app, say, write_json, write_table
from curate.stages.filter_tally import FilterReport
from curate.store import Store

app = new_app("Decide which traces may be trained on.")

BENCHMARKS_VARIABLE = "TRACEMILL_BENCHMARKS"


@app.command()
def filter_(
    store: StoreOption,
    policy: Annotated[
        str, typer.Option("--policy", help="all, verified, strict, a study (zhu2024), or a policy file.")
    ] = "verified",
    decontaminate: Annotated[
        list[str],
        typer.Option(
            "--decontaminate", help="Test set to keep out: a name (gsm8k_test, aime), a file, or name=file."
        ),
    ] = [],  # noqa: B006
    benchmarks_dir: Annotated[
        Path | None,
        typer.Option(
            "--benchmarks-dir",
            envvar=BENCHMARKS_VARIABLE,
            help="Folder with files of test sets; without it names come from the hub.",
        ),
    ] = None,
    explain: Annotated[
        str | None,
        typer.Option("--explain", metavar="TRACE", help="Tell the story of one trace; nothing is decided."),
    ] = None,
    json_: JsonOption = False,
) -> None:
    """Decide which traces may be trained on; nothing is deleted, and each drop has its reason."""
    if explain is not None:
        _explain(Store.open(store), explain, policy, is_json=json_)
        return
    report = filter_and_tell(Store.open(store), policy, decontaminate, benchmarks_dir)
    if json_:
        write_json(asdict(report))
    else:
        rows = [
            (r.rule, r.n_dropped or r.n_flagged, r.n_dropped_first, r.n_dropped_alone)
            for r in report.rules
            if r.n_dropped or r.n_flagged
        ]
        write_table(("rule", "drops", "first", "alone"), rows)


def _explain(store: Store, trace: str, policy: str, *, is_json: bool) -> None:
    from curate.cli.explain import write_story
    from curate.stages.explaining import explain_trace

    story = explain_trace(store, trace, policy)
    if is_json:
        write_json(asdict(story))
    else:
        write_story(story)


def filter_and_tell(
    store: Store, policy: str, decontaminate: list[str], benchmarks_dir: Path | None = None
) -> FilterReport:
    """Filter with progress and a summary in words."""
    report = select(store, policy, decontaminate=decontaminate, benchmarks_dir=benchmarks_dir, progress=True)
    same = "" if report.is_new else "; nothing changed since the last time"
    say(
        f"filter: policy {report.policy} keeps {report.n_kept:,} of {report.n_traces:,} traces "
        f"in {duration(report.seconds)}{same}"
    )
    for rule in report.rules:
        if rule.n_flagged:
            say(f"filter: {rule.rule} flags {rule.n_flagged:,} traces and drops none of them")
    return report
