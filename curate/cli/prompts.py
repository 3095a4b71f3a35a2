"""`tracemill prompts [NAME]`: list the prompts, or show one as it is sent for a problem."""

from __future__ import annotations

from typing import Annotated

import typer

from curate.cli.common import JsonOption, new_app, write_json, write_table
from curate.errors import UsageError
from curate.prompts import list_templates, render_prompt
from curate.sources import builtin_problems
from curate.types import Problem

app = new_app("List the prompts, or show one rendered for a problem.")


@app.command()
def prompts(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Name or id of a prompt.")] = None,
    problem: Annotated[
        str | None, typer.Option("--problem", help="Question to render; default: one of ours.")
    ] = None,
    json_: JsonOption = False,
) -> None:
    """List the prompts, or show one rendered for a problem."""
    templates = list_templates()
    if name is None:
        rows = [(t.name, t.format, t.granularity, t.style, t.template_id) for t in templates]
        columns = ("name", "format", "granularity", "style", "id")
        if json_:
            write_json([dict(zip(columns, row, strict=True)) for row in rows])
        else:
            write_table(columns, rows)
        return
    template = next((t for t in templates if name in (t.name, t.template_id)), None)
    if template is None:
        import difflib

        near = difflib.get_close_matches(name, [t.name for t in templates], n=1)
        raise UsageError(
            f"there is no prompt {name!r}",
            f"did you mean {near[0]}?" if near else "`tracemill prompts` lists them",
        )
    shown = (
        builtin_problems()[0].problem
        if problem is None
        else Problem.of(source="cli", question=problem, gold=None)
    )
    extras = {key: f"[{key}]" for key in ("answer", "reasoning", "feedback", "n_words")}
    messages = render_prompt(template, shown, **extras)
    if json_:
        write_json([{"role": message.role, "content": message.content} for message in messages])
    else:
        for message in messages:
            print(f"── {message.role} " + "─" * (70 - len(message.role)))
            print(message.content)
