"""`tracemill export --store S --format F --out D`: write a training set with manifest, lineage and card."""

from __future__ import annotations

import difflib
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, get_args

import typer
from pydantic import ValidationError

from curate.amounts import duration
from curate.cli.common import JsonOption, new_app, say, write_json
from curate.curation_sections import ExportSection
from curate.errors import GateError, UsageError
from curate.export import ExportFormat
from curate.progress import ProgressLine
from curate.progress.tellers import export_teller
from curate.stages.exporting import ExportReport, export_store
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
            help="messages, prompt-completion, alpaca, sharegpt, llamafactory, axolotl, openai, dpo, kto, "
            "llamafactory-dpo, llamafactory-kto, openai-dpo, "
            "seq2seq, hf, or parquet (the store's own tables).",
        ),
    ] = "messages",
    out: Annotated[Path | None, typer.Option("--out", help="Folder to write; new or empty.")] = None,
    policy: Annotated[
        str, typer.Option("--policy", help="A policy that was applied with filter.")
    ] = "verified",
    seed: Annotated[int, typer.Option("--seed", min=0, help="Order of the rows.")] = 0,
    reasoning: Annotated[str, typer.Option("--reasoning", help="inline, think or drop.")] = "inline",
    student: Annotated[
        list[str],
        typer.Option("--student", help="llamafactory: a student to train, as model or model=template."),
    ] = [],  # noqa: B006
    parts: Annotated[int, typer.Option("--parts", min=1, help="parquet: files of each table.")] = 1,
    push: Annotated[
        str | None, typer.Option("--push", metavar="REPO", help="hf: push to this data set of the hub, too.")
    ] = None,
    public: Annotated[bool, typer.Option("--public", help="Let everybody see what is pushed.")] = False,
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
    _check_format(format_)
    _check_push(push, format_)
    try:
        section = ExportSection.model_validate(
            {
                "format": format_,
                "out": out,
                "seed": seed,
                "reasoning": reasoning,
                "parts": parts,
                "students": tuple(student),
            }
        )
    except ValidationError as error:
        raise UsageError(describe_faults(Path("--"), error, ExportSection)) from None
    report = export_and_tell(Store.open(store), section, policy)
    address = _push(report, push, is_public=public) if push else None
    if json_:
        write_json({**asdict(report), **({"pushed_to": address} if address else {})})


def _check_format(name: str) -> None:
    known = [*get_args(ExportFormat), "parquet"]
    if name not in known:
        near = difflib.get_close_matches(name, known, n=2, cutoff=0.4)
        hint = f"did you mean {' or '.join(near)}?" if near else f"there are: {', '.join(known)}"
        raise UsageError(f"there is no export format {name!r}", hint)


def _check_push(repo: str | None, format: str) -> None:
    from curate.export.push import check_repo

    if repo is None:
        return
    if format != "hf":
        raise UsageError(f"--push takes a data set folder, not {format}", "add --format hf")
    check_repo(repo)


def _push(report: ExportReport, repo: str, *, is_public: bool) -> str:
    from curate.export.push import push_folder

    address = push_folder(report.out, repo, is_public=is_public)
    say(f"pushed to {address}" + ("" if is_public else " (private)"))
    return address


def export_and_tell(store: Store, section: ExportSection, policy: str) -> ExportReport:
    """Export with progress and a summary in words."""
    with ProgressLine("export") as line:
        report = export_store(store, section, policy, on_progress=export_teller(line))
    same = "" if report.is_new else " (it stood there already)"
    noun = "traces" if report.format == "parquet" else "rows"
    say(
        f"export: {report.n_rows:,} {noun} of {report.n_problems:,} problems as {report.format}"
        f" in {report.out}{same}, {duration(report.seconds)}"
    )
    if report.is_stale or report.n_without_decision:
        say("  newer traces, verdicts or marks are not in it: run `tracemill filter`, then export anew")
    return report


def _check_export(folder: Path) -> None:
    from curate.export import verify_export

    found = verify_export(folder)
    if not found.is_whole:
        raise GateError(
            f"{folder} is not what its manifest says: {'; '.join(found.faults)}", "export it again"
        )
    say(f"{folder} is what its manifest says")
