"""Every named query runs, and every check is silent, on the demo's store and on 75,000 real traces."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from curate.curation_sections import ExportSection
from curate.stages.exporting import export_store
from curate.stages.filtering import filter_store
from curate.stages.importing import import_paths
from curate.store import Store
from queries import list_queries


def ask_all(store: Store) -> dict[str, int]:
    with store.read() as reader:
        return {query.name: len(reader.rows(query.sql, query.bind({}))) for query in list_queries()}


@pytest.mark.slow
def test_the_store_of_the_demo(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tracemill", "demo", "--dir", str(tmp_path / "demo")]
    subprocess.run(command, check=True, capture_output=True)
    [found] = (tmp_path / "demo").rglob("store.json")
    store = Store.open(found.parent)
    answers = ask_all(store)
    assert answers["accept_rate"] > 0 and answers["export_audit"] > 0 and answers["spend"] > 0
    assert store.check() == []


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.data
def test_a_store_of_all_real_traces(data_dir: Path, tmp_path: Path) -> None:
    store = Store.open(tmp_path / "store", create=True)
    import_paths(store, [data_dir / "benchmarks", data_dir / "traces"])
    filter_store(store, policy="all")
    report = export_store(store, ExportSection(format="alpaca", out=tmp_path / "out"), "all")
    answers = ask_all(store)
    assert answers["accept_by_source"] > 20 and answers["failure_taxonomy"] > 20
    assert report.n_rows > 60_000
    assert store.check() == []
