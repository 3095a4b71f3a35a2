"""`tracemill query [NAME] --store S`: the named questions of queries/reports; no name lists them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from curate.cli.common import JsonOption, new_app, parse_pairs, say, write_json, write_table
from curate.cli.output import Output, ResultFormat, write_frame
from curate.errors import UsageError

app = new_app("Ask the store a named question; without a name, list them.")


@app.command()
def query(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Name of the question.")] = None,
    store: Annotated[Path | None, typer.Option("--store", help="Folder of the store.")] = None,
    queries: Annotated[
        Path | None, typer.Option("--queries", help="Folder with .sql files of your own, besides ours.")
    ] = None,
    param: Annotated[list[str], typer.Option("--param", help="name=value; may be repeated.")] = [],  # noqa: B006
    format_: Annotated[
        ResultFormat, typer.Option("--format", help="Shape of the result.")
    ] = ResultFormat.TABLE,
    out: Annotated[Path | None, typer.Option("--out", help="File to write to.")] = None,
    json_: JsonOption = False,
) -> None:
    """Ask the store a named question; without a name, list them."""
    from queries import load_query

    if name is None:
        _list(queries, as_json=json_)
        return
    found = load_query(name, folder=queries)
    bound = found.bind(parse_pairs(param, "--param"))
    if store is None:
        raise UsageError(f"the question {name} needs a store", f"tracemill query {name} --store store/")
    from curate.store import Store

    output = Output(ResultFormat.JSON if json_ else format_, out)
    output.check()
    say(found.question)
    write_frame(Store.open(store).sql(found.sql, bound), output)


def _list(folder: Path | None, *, as_json: bool) -> None:
    from queries import list_queries

    entries = list_queries(folder=folder)
    if as_json:
        write_json(
            [
                {"name": q.name, "question": q.question, "params": [p.name for p in q.parameters]}
                for q in entries
            ]
        )
    else:
        write_table(("name", "question"), [(q.name, q.question) for q in entries])
