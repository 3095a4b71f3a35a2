"""`tracemill teacher [--port P]`: serve the embedded teacher over HTTP, OpenAI-compatible, on loopback."""

from __future__ import annotations

from typing import Annotated

import typer

from curate.cli.common import new_app, say
from curate.stages.embedding import serve

app = new_app("Serve the embedded teacher, OpenAI-compatible.")


@app.command()
def teacher(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes a free one.")] = 8327,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
) -> None:
    """Serve the embedded teacher until Ctrl-C. It is no language model: it knows our own problems only."""

    def tell(url: str) -> None:
        say(f"the embedded teacher answers at {url} (no language model; Ctrl-C ends it)")

    serve(host, port, None, tell)
