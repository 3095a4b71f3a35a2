"""What a store of synthetic traces of 2,000 tokens costs: `python benchmarks/scale.py --traces 50000`.

Lands, projects, filters, asks every named query and exports, each in a process of its own, and prints for each
its CPU seconds and peak resident memory. Verification is left out: verdicts are set by the generator.
`--store` keeps the store, and goes on with one that stands.
CPU seconds are the figure; wall times depend on what else runs.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import corpus

from curate.curation_sections import ExportSection
from curate.stages.exporting import export_store
from curate.stages.filtering import filter_store
from curate.store import Store
from queries import list_queries


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--traces", type=int, default=50_000)
    parser.add_argument("--store", type=Path, help="keep the store here, or go on with the one that stands")
    given = parser.parse_args()
    work = Path(tempfile.mkdtemp(prefix="scale-"))
    path = given.store or work / "store"
    steps = [filtered, measured, asked, exported, tables]
    if not (path / "store.json").exists():
        steps[:0] = [landed, projected]
    try:
        for step in steps:
            apart(step, path, work, given.traces)
    finally:
        shutil.rmtree(work)


def apart(step: Callable[[Path, Path, int], str], path: Path, work: Path, n: int) -> None:
    process = multiprocessing.get_context("spawn").Process(target=told, args=(step, path, work, n))
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(f"{step.__name__} failed")


def told(step: Callable[[Path, Path, int], str], path: Path, work: Path, n: int) -> None:
    before = time.process_time()
    said = step(path, work, n)
    cpu, rss = time.process_time() - before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{n:>8,} {step.__name__:10} {cpu:7.1f} CPU s, peak {rss:5.0f} MB; {said}", flush=True)


def landed(path: Path, work: Path, n: int) -> str:
    """Write the journal; making the texts is more than half of it."""
    corpus.make_store(path, n)
    return f"journal {size_mb(path / 'journal'):.0f} MB"


def projected(path: Path, work: Path, n: int) -> str:
    """Read, parse and load every record into the projection."""
    Store.open(path).project()
    return f"traces.duckdb {size_mb(path / 'traces.duckdb'):.0f} MB"


def filtered(path: Path, work: Path, n: int) -> str:
    """Apply the policy `verified` and land its decisions."""
    report = filter_store(Store.open(path), policy="verified")
    return f"{report.n_kept:,} of {report.n_traces:,} kept"


def measured(path: Path, work: Path, n: int) -> str:
    """Apply the policy `strict`, which measures every text once, looks for near-copies and common passages."""
    report = filter_store(Store.open(path), policy="strict")
    return f"{report.n_kept:,} of {report.n_traces:,} kept by strict"


def asked(path: Path, work: Path, n: int) -> str:
    """Ask every named query once."""
    with Store.open(path).read() as reader:
        queries = list_queries()
        n_rows = sum(len(reader.rows(query.sql, query.bind({}))) for query in queries)
    return f"{len(queries)} queries, {n_rows:,} rows"


def exported(path: Path, work: Path, n: int) -> str:
    """Export what the policy keeps as messages, with lineage and manifest."""
    report = export_store(Store.open(path), ExportSection(format="messages", out=work / "messages"))
    return f"{report.n_rows:,} rows, {size_mb(work / 'messages'):.0f} MB"


def tables(path: Path, work: Path, n: int) -> str:
    """Copy the store's tables to Parquet in four parts."""
    section = ExportSection(format="parquet", out=work / "tables", parts=4)
    return f"{export_store(Store.open(path), section).n_rows:,} traces, {size_mb(work / 'tables'):.0f} MB"


def size_mb(path: Path) -> float:
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file()) / 1e6


if __name__ == "__main__":
    main()
