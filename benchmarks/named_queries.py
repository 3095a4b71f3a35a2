"""What every named query costs: `python benchmarks/named_queries.py [--traces 200000] [--store DIR]`.

Asks each question of queries/reports three times and prints, as Markdown, the least CPU milliseconds (all
threads) and its rows. The store is a synthetic one (benchmarks/corpus.py) with a pass of `verified`; `--store`
names one that stands. Opening the reader is measured apart: a command pays it once.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
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
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="queries-"))
    try:
        if given.store is None:
            filter_store(corpus.make_store(folder / "store", given.traces), policy="verified")
        measure(Store.open(given.store or folder / "store"))
    finally:
        shutil.rmtree(folder)


def measure(store: Store) -> None:
    with store.read():  # the first one pays for imports
        pass
    before = time.process_time()
    with store.read() as reader:
        opened_ms = (time.process_time() - before) * 1000
        [(n_traces,)] = reader.rows("SELECT count(*) FROM traces")
        print(f"{n_traces:,} traces; a reader opens in {opened_ms:.0f} CPU ms\n")
        print("| query | CPU ms | rows |\n| --- | ---: | ---: |")
        slow = []
        for query in list_queries():
            bound, times, n_rows = query.bind({}), [], 0
            for _ in range(3):
                before = time.process_time()
                n_rows = len(reader.rows(query.sql, bound))
                times.append((time.process_time() - before) * 1000)
            print(f"| {query.name} | {min(times):.0f} | {n_rows:,} |", flush=True)
            slow += [query.name] if min(times) > LIMIT_MS else []
    print(f"\nOver {LIMIT_MS} ms: {', '.join(slow) or 'none'}.")


if __name__ == "__main__":
    main()
