"""`tracemill sql "SELECT ..."`: any read-only SQL over a store, also while a run writes to it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from curate.cli.common import JsonOption, StoreOption, new_app
from curate.cli.output import Output, ResultFormat, write_frame

app = new_app("Run read-only SQL over a store.")


@app.command()
def sql(
    statement: Annotated[
        str, typer.Argument(metavar="SQL", help="One SELECT; `SHOW TABLES` lists what there is.")
    ],
    store: StoreOption,
    format_: Annotated[
        ResultFormat, typer.Option("--format", help="Shape of the result.")
    ] = ResultFormat.TABLE,
    out: Annotated[Path | None, typer.Option("--out", help="File to write to.")] = None,
    json_: JsonOption = False,
) -> None:
    """Run read-only SQL over a store; views for people: traces_v, problems_v, spend_v."""
    from curate.store import Store

    output = Output(ResultFormat.JSON if json_ else format_, out)
    output.check()
    write_frame(Store.open(store).sql(statement), output)
