"""`tracemill browse --store S [--port P]`: a store as a local web page, to look at and mark traces."""

from __future__ import annotations

from typing import Annotated

import typer

from curate.cli.common import StoreOption, new_app, run_id_now, say
from curate.store import Store

app = new_app("Look at traces in a local web page, and mark them.")


@app.command()
def browse(
    store: StoreOption,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes a free one.")] = 8328,
) -> None:
    """Look at traces in a local web page, and mark them; served to this machine alone, until Ctrl-C."""
    from curate.browse.desk import Desk
    from curate.browse.server import browse as serve

    opened = Store.open(store)
    desk = Desk(opened, run_id_now(opened))

    def tell(url: str) -> None:
        print(url, flush=True)
        say("open this address in a browser; whoever knows it can read and mark (Ctrl-C ends it)")

    serve(desk, port, tell)
    say("ended; marks take effect with the next `tracemill filter`")
