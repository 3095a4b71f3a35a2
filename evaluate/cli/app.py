"""`tracemill evaluate run FILE`, `compare A B...`, `report FOLDER`.

Exit 4 when it was interrupted or an endpoint left answers out (the same command goes on), 5 when a student
was trained on the benchmark, 3 when libraries, a student, an endpoint or a benchmark are not to be had.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from curate.cli.common import JsonOption, new_app, say, write_json
from curate.config import read_training_file
from evaluate.cli.running import run_file, tell_end
from evaluate.cli.tables import write_comparison, write_flips, write_results
from evaluate.plain import comparison_json
from evaluate.results import result_json

app = new_app("Measure a student on benchmarks, with intervals.")


@app.callback()
def evaluate() -> None:
    """Measure a student on benchmarks, with intervals."""


@app.command()
def run(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A run file, or one with `evaluate:`.")],
    groups: Annotated[
        bool, typer.Option("--groups", help="Also by level, subject, section, year and length.")
    ] = False,
    json_: JsonOption = False,
) -> None:
    """Ask, score and count; what is answered is never asked again."""
    result = run_file(read_training_file(file))
    if json_:
        write_json(result_json(result))
    else:
        write_results(result, with_groups=groups)
    tell_end(result)


@app.command()
def compare(
    runs: Annotated[
        list[str],
        typer.Argument(
            metavar="A B...", help="FOLDER, FOLDER:MODEL or FOLDER:MODEL:VIEW; the first against each."
        ),
    ],
    flips: Annotated[
        int, typer.Option("--flips", min=0, help="Show so many flipped problems side by side.")
    ] = 3,
    budget: Annotated[
        int | None, typer.Option("--budget", min=1, help="Compare at this token limit.")
    ] = None,
    forced: Annotated[bool, typer.Option("--forced", help="At the limit, with the answer forced.")] = False,
    json_: JsonOption = False,
) -> None:
    """Exact paired tests, and the problems that flipped; runs on other problems or prompts are refused."""
    from curate.errors import UsageError
    from evaluate.comparison import compare_all
    from evaluate.runs import open_runs

    opened = [one for reference in runs for one in open_runs(reference)]
    if len(opened) < 2:
        raise UsageError(
            f"{' '.join(runs)} holds one model, and comparing takes two", "name a second evaluation"
        )
    comparisons = compare_all(opened, budget=budget, is_forced=forced)
    if json_:
        write_json([comparison_json(comparison) for comparison in comparisons])
        return
    for comparison in comparisons:
        write_comparison(comparison)
        write_flips(comparison, flips)


@app.command()
def report(
    runs: Annotated[
        list[str],
        typer.Argument(
            metavar="RUN...", help="Folders of evaluations, or FOLDER:MODEL; the first is compared with."
        ),
    ],
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder to write; default: `report` in the first evaluation.")
    ] = None,
    json_: JsonOption = False,
) -> None:
    """Draw it: pictures, one self-contained page, a Markdown table for a paper, and JSON."""
    from evaluate.report import write_report
    from evaluate.runs import open_runs

    opened = [one for reference in runs for one in open_runs(reference)]
    found = write_report(opened, out or opened[0].folder / "report")
    if json_:
        write_json(
            {"page": found.page, "markdown": found.markdown, "data": found.data, "pictures": found.pictures}
        )
        return
    say(f"wrote {found.page}, {found.markdown.name}, {found.data.name}")
    for picture in found.pictures:
        say(f"  {picture} and .svg")
