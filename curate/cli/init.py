"""`tracemill init [D]`: write a commented run file that runs as it is, or that of a study."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Annotated

import typer

from curate.cli.common import new_app, say
from curate.cli.presets import PRESETS, preset_text, tiny_text, write_tiny_problems
from curate.errors import UsageError

app = new_app("Write a commented tracemill.yaml that runs as it is, or that of a study.")


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(metavar="[D]", help="Folder to write into.")] = Path(),
    preset: Annotated[
        str | None, typer.Option("--preset", metavar="NAME", help=f"A study: {', '.join(PRESETS)}.")
    ] = None,
    tiny: Annotated[
        bool, typer.Option("--tiny", help="The study's whole path in seconds, with a tiny student, no key.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a tracemill.yaml that is there.")] = False,
) -> None:
    """Write a commented tracemill.yaml that runs as it is, or that of a study."""
    if tiny and preset is None:
        raise UsageError("--tiny is a version of a preset", f"add --preset NAME: {', '.join(PRESETS)}")
    target = folder / "tracemill.yaml"
    if target.exists() and not force:
        raise UsageError(f"{target} is there already", "name another folder, or replace it with --force")
    text = _text(preset, tiny=tiny)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        if tiny:
            write_tiny_problems(folder)
    except OSError as error:
        raise UsageError(
            f"cannot write {target}: {error.strerror}", "name a folder you may write to"
        ) from None
    say(f"wrote {target}")
    say(f"next: tracemill run {target}")


def _text(preset: str | None, *, tiny: bool) -> str:
    if preset is not None:
        return tiny_text(preset) if tiny else preset_text(preset)
    return resources.files("curate.cli").joinpath("files/tracemill.yaml").read_text(encoding="utf-8")
