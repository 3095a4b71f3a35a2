"""`tracemill export --store S --format F --out D`: write a training set with manifest, lineage and card."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from curate.cli.common import JsonOption, duration, new_app, say, write_json
from curate.cli.progress import ProgressLine
from curate.curation_sections import ExportSection
from curate.errors import GateError, UsageError
from curate.stages.exporting import ExportProgress, ExportReport, export_store
from curate.store import Store
from curate.yaml_files import describe_faults

app = new_app("Write a training set of what a policy keeps.")


@app.command()
def export(
    store: Annotated[Path | None, typer.Option("--store", help="Folder of the store.")] = None,
    format_: Annotated[
        str,
        typer.Option(
            "--format",
            help="messages, prompt-completion, alpaca, sharegpt, llamafactory, axolotl, openai, dpo or hf.",
        ),
    ] = "messages",
    out: Annotated[Path | None, typer.Option("--out", help="Folder to write; new or empty.")] = None,
    policy: Annotated[
        str, typer.Option("--policy", help="A policy that was applied with filter.")
    ] = "verified",
    seed: Annotated[int, typer.Option("--seed", min=0, help="Order of the rows.")] = 0,
    reasoning: Annotated[str, typer.Option("--reasoning", help="inline, think or drop.")] = "inline",
    verify_: Annotated[
        Path | None, typer.Option("--verify", help="Check an export's hashes instead.")
    ] = None,
    json_: JsonOption = False,
) -> None:
    """Write a training set of what a policy keeps, or check one with --verify DIR."""
    if verify_ is not None:
        _check_export(verify_)
        return
    if store is None or out is None:
        raise UsageError("an export needs --store and --out", "tracemill export --store store/ --out corpus/")
    try:
        section = ExportSection.model_validate(
            {"format": format_, "out": out, "seed": seed, "reasoning": reasoning}
        )
    except ValidationError as error:
        raise UsageError(describe_faults(Path("--"), error, ExportSection)) from None
    report = export_and_tell(Store.open(store), section, policy)
    if json_:
        write_json(asdict(report))


def export_and_tell(store: Store, section: ExportSection, policy: str) -> ExportReport:
    """Export with progress and a summary in words."""
    with ProgressLine("export") as line:

        def tell(now: ExportProgress) -> None:
            line.update(now.done, now.total)

        report = export_store(store, section, policy, on_progress=tell)
    same = "" if report.is_new else " (it stood there already)"
    say(
        f"export: {report.n_rows:,} rows of {report.n_problems:,} problems as {report.format} in {report.out}"
        f"{same}, {duration(report.seconds)}"
    )
    if report.is_stale or report.n_without_decision:
        say("  newer traces or verdicts are not in it: run `tracemill filter`, then export into a new folder")
    return report


def _check_export(folder: Path) -> None:
    from curate.export import verify_export

    found = verify_export(folder)
    if not found.is_whole:
        raise GateError(
            f"{folder} is not what its manifest says: {'; '.join(found.faults)}", "export it again"
        )
    say(f"{folder} is what its manifest says")
