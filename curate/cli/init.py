"""`tracemill init [D]`: write a commented run file that runs as it is."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Annotated

import typer

from curate.cli.common import new_app, say
from curate.errors import UsageError

app = new_app("Write a commented tracemill.yaml that runs as it is.")


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(metavar="[D]", help="Folder to write into.")] = Path(),
    force: Annotated[bool, typer.Option("--force", help="Replace a tracemill.yaml that is there.")] = False,
) -> None:
    """Write a commented tracemill.yaml that runs as it is."""
    target = folder / "tracemill.yaml"
    if target.exists() and not force:
        raise UsageError(f"{target} is there already", "name another folder, or replace it with --force")
    text = resources.files("curate.cli").joinpath("files/tracemill.yaml").read_text(encoding="utf-8")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"cannot write {target}: {error.strerror}", "name a folder you may write to"
        ) from None
    say(f"wrote {target}")
    say(f"next: tracemill run {target}")
