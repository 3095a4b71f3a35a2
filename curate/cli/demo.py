"""`tracemill demo [--dir D]`: the whole curation on embedded problems and teachers, and what it came to.

No key, no network, no GPU. The embedded teachers are no language models: they know our own problems and err
on purpose, as real ones do, so that every stage has something to find. A second run asks nobody again.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Annotated

import typer

from curate.cli.common import JsonOption, new_app, say, write_json, write_table
from curate.cli.run import run_all
from curate.config import read_run_file
from curate.errors import UsageError
from curate.report import write_report
from curate.store import Store

app = new_app("Run the whole curation on embedded problems and teachers.")

ACCEPTED = """
SELECT teacher, format, count(*) AS traces,
       count(*) FILTER (status = 'correct') AS correct, count(*) FILTER (status = 'incorrect') AS incorrect,
       count(*) FILTER (status NOT IN ('correct', 'incorrect')) AS unknown
FROM traces_v GROUP BY ALL ORDER BY teacher, format
"""
DROPPED = """
SELECT first_rule AS reason, count(*) AS traces
FROM trace_decisions WHERE is_dropped GROUP BY ALL ORDER BY traces DESC, reason
"""


@app.command()
def demo(
    dir_: Annotated[Path, typer.Option("--dir", help="Folder to work in.")] = Path("tracemill-demo"),
    json_: JsonOption = False,
) -> None:
    """Run the whole curation on embedded problems and teachers: no key, no network, no GPU."""
    file = _write_run_file(dir_)
    say(f"running {file}: problems and teachers of our own, wrong on purpose now and then")
    run = read_run_file(file)
    run_all(run)
    store = Store.open(run.store)
    page = write_report(store, dir_ / "report.html")
    with store.read() as reader:
        accepted, dropped = reader.rows(ACCEPTED), reader.rows(DROPPED)
    columns = ("teacher", "form", "traces", "correct", "incorrect", "unknown")
    reasons = ("dropped first by", "traces")
    if json_:
        write_json({"accepted": _named(columns, accepted), "dropped": _named(reasons, dropped)})
    else:
        print(flush=True)
        write_table(columns, accepted, title="What they got right")
        print(flush=True)
        write_table(reasons, dropped, title="Why traces were dropped")
        print(flush=True)
    say("")
    say("look at it:")
    say(f"  {page}   (open it in a browser)")
    say(f"  {run.export[0].out}/   the training set, with its manifest and card")
    say(f"  tracemill query drop_reasons --store {run.store}")
    say(f'  tracemill sql "SELECT * FROM problems_v LIMIT 5" --store {run.store}')


def _named(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> list[dict[str, object]]:
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _write_run_file(folder: Path) -> Path:
    text = resources.files("curate.cli").joinpath("files/demo.yaml").read_text(encoding="utf-8")
    file = folder / "tracemill.yaml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write {file}: {error.strerror}", "name another folder with --dir") from None
    return file
