"""`tracemill import PATH...`: take in traces and problems from files, folders or globs."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from curate.amounts import duration
from curate.cli.common import JsonOption, StoreOption, new_app, parse_pairs, say, show, write_json
from curate.progress import ProgressLine
from curate.progress.tellers import import_teller
from curate.sources import find_adapter
from curate.stages.importing import ImportReport, import_paths
from curate.store import Store

app = new_app("Take in existing traces and problems.")


@app.command("import")
def import_(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="JSONL, .gz, CSV, Parquet; folders.")
    ],
    store: StoreOption,
    map_: Annotated[list[str], typer.Option("--map", help="Our field = your column; may be repeated.")] = [],  # noqa: B006
    adapter: Annotated[
        str | None, typer.Option("--adapter", help="Rewrite texts of another notation: human-equations.")
    ] = None,
    json_: JsonOption = False,
) -> None:
    """Take in existing traces and problems; import benchmarks first, so that traces find their problems.

    A row with a response is a trace, any other a problem. A bad row is counted and located; it stops nothing.
    """
    columns = parse_pairs(map_, "--map")
    with ProgressLine("import") as line:
        report = import_paths(
            Store.open(store, create=True),
            paths,
            columns=columns,
            adapter=find_adapter(adapter) if adapter else None,
            on_progress=import_teller(line),
        )
    if json_:
        write_json(asdict(report))
    tell_import(report)


def tell_import(report: ImportReport) -> None:
    """Say in words what an import did."""
    say(
        f"import: {report.n_rows:,} rows of {report.n_files} files in {duration(report.seconds)}: "
        f"{report.n_new_traces:,} new traces, {report.n_new_problems:,} new problems, "
        f"{report.n_known:,} there already"
    )
    for entry in report.complaints:
        say(f"  {entry.reason} {entry.count:,}, first: {show(entry.first, 200)}")
    if report.complaints:
        say("  all of them: tracemill query import_complaints --store ...")
