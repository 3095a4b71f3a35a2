"""`tracemill report --store S --out FILE.html`: one self-contained page about a store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from curate.cli.common import StoreOption, new_app, say
from curate.report import write_report
from curate.store import Store

app = new_app("Write one self-contained HTML page about a store.")


@app.command()
def report(
    store: StoreOption,
    out: Annotated[Path, typer.Option("--out", help="The HTML file to write.")],
    seed: Annotated[int, typer.Option("--seed", min=0, help="Which traces are shown as samples.")] = 0,
    samples: Annotated[int, typer.Option("--samples", min=0, max=5000, help="How many of them.")] = 200,
) -> None:
    """Write one self-contained HTML page about a store; it opens without a network."""
    say(f"wrote {write_report(Store.open(store), out, seed=seed, n_samples=samples)}")
