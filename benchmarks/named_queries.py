"""What every named query costs: `python benchmarks/named_queries.py [--traces 200000] [--store DIR] [--write FILE]`.

Asks each question of queries/reports five times and prints, as Markdown, the least CPU milliseconds (all
threads) and its rows. The store is a synthetic one (benchmarks/corpus.py) with a pass of `verified`; `--store`
names one that stands. Opening the reader is measured apart: a command pays it once.
"""

from __future__ import annotations

import argparse
import platform
import shutil
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import corpus

from curate.stages.filtering import filter_store
from curate.store import Store
from queries import list_queries

LIMIT_MS = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--traces", type=int, default=200_000)
    parser.add_argument("--store", type=Path)
    parser.add_argument("--write", type=Path, help="Markdown file for the result")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="queries-"))
    try:
        if given.store is None:
            filter_store(corpus.make_store(folder / "store", given.traces), policy="verified")
        text = "\n".join(measure(Store.open(given.store or folder / "store")))
    finally:
        shutil.rmtree(folder)
    print(text)
    if given.write:
        given.write.write_text(text + "\n", encoding="utf-8")


def measure(store: Store) -> Iterator[str]:
    with store.read():  # the first one pays for imports
        pass
    before = time.process_time()
    with store.read() as reader:
        opened_ms = (time.process_time() - before) * 1000
        [(n_traces,)] = reader.rows("SELECT count(*) FROM traces")
        [(n_decisions, n_exported)] = reader.rows(
            "SELECT (SELECT count(*) FROM decisions), (SELECT count(*) FROM export_rows)"
        )
        holds = f"{n_traces:,} synthetic traces, {n_decisions:,} decisions, {n_exported:,} exported rows"
        yield from head(holds, opened_ms)
        slow = []
        for query in list_queries():
            bound, times, n_rows = query.bind({}), [], 0
            for _ in range(5):
                before = time.process_time()
                n_rows = len(reader.rows(query.sql, bound))
                times.append((time.process_time() - before) * 1000)
            yield f"| {query.name} | {min(times):.0f} | {n_rows:,} |"
            slow += [query.name] if min(times) > LIMIT_MS else []
    yield f"\nOver {LIMIT_MS} ms: {', '.join(slow) or 'none'}."


def head(holds: str, opened_ms: float) -> Iterator[str]:
    yield "# What every named query costs"
    yield ""
    yield f"Measured {datetime.now(UTC):%d %B %Y} on {platform.machine()}, Python {platform.python_version()}, by"
    yield "`python benchmarks/named_queries.py --store STORE --write docs/results/queries.md`, with the store that"
    yield "`python benchmarks/scale.py --traces 200000 --store STORE` makes."
    yield f"{holds}; the least of five runs, CPU of all threads. A reader opens"
    yield f"in {opened_ms:.0f} CPU ms, once for a command. No query reads a text. The target is {LIMIT_MS} ms."
    yield ""
    yield "| query | CPU ms | rows |\n| --- | ---: | ---: |"


if __name__ == "__main__":
    main()
