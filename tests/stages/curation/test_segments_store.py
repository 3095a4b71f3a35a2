"""The store's tables as Parquet: complete, cut by problem, the same bytes, and readable as they are."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.dataset
import pytest

from curate.curation_sections import ExportSection
from curate.errors import UsageError
from curate.export import verify_export
from curate.stages.exporting import ExportReport, export_store
from curate.stages.filtering import filter_store
from curate.store import Store

TABLES = ("problems", "traces", "verdicts", "decisions")


def export(store: Store, out: Path, parts: int = 1) -> ExportReport:
    return export_store(store, ExportSection(format="parquet", out=out, parts=parts))


def column(out: Path, table: str, name: str) -> list[object]:
    return list(pyarrow.dataset.dataset(out / table, format="parquet").to_table()[name].to_pylist())


@pytest.fixture
def filtered(corpus: Store) -> Store:
    filter_store(corpus, policy="verified")
    return corpus


def test_every_row_of_the_store_is_there_whatever_a_policy_says(filtered: Store, tmp_path: Path) -> None:
    report = export(filtered, tmp_path / "out")
    assert verify_export(tmp_path / "out").is_whole and report.n_rows == 61 and report.n_problems == 6
    with filtered.read() as reader:
        for table in TABLES[:3]:
            [(n,)] = reader.rows(f"SELECT count(*) FROM {table}")
            assert len(column(tmp_path / "out", table, "problem_id")) == n
        texts = {str(row[0]) for row in reader.rows("SELECT text FROM texts")}
    assert set(column(tmp_path / "out", "traces", "text")) == texts
    assert {"kept", "wrong_answer"} <= set(column(tmp_path / "out", "decisions", "rule"))


def test_a_problem_stands_in_the_same_part_of_every_table(filtered: Store, tmp_path: Path) -> None:
    export(filtered, tmp_path / "out", parts=4)
    places: dict[object, set[str]] = {}
    for table in TABLES:
        for path in (tmp_path / "out" / table).iterdir():
            for problem_id in pyarrow.dataset.dataset(path).to_table()["problem_id"].to_pylist():
                places.setdefault(problem_id, set()).add(path.name)
    assert len(places) == 6 and all(len(names) == 1 for names in places.values())
    assert len(set.union(*places.values())) > 1


def test_a_rebuilt_store_gives_the_same_bytes(filtered: Store, tmp_path: Path) -> None:
    first = export(filtered, tmp_path / "a", parts=2)
    filtered.rebuild()
    again = export(filtered, tmp_path / "b", parts=2)
    assert (first.sha256, first.files) == (again.sha256, again.files)
    assert not export(filtered, tmp_path / "a", parts=2).is_new
    with pytest.raises(UsageError, match="not empty"):
        export(filtered, tmp_path / "a", parts=3)


def test_an_empty_store_gives_an_empty_folder_that_is_whole(empty: Store, tmp_path: Path) -> None:
    report = export(empty, tmp_path / "out")
    assert report.n_rows == 0 and verify_export(tmp_path / "out").is_whole
    assert json.loads((tmp_path / "out/manifest.json").read_text())["counts"]["verdicts"] == 0


@pytest.mark.slow
def test_ray_data_reads_the_folder_as_it_is(filtered: Store, tmp_path: Path) -> None:
    ray = pytest.importorskip("ray", reason="needs the extra `scale`")
    export(filtered, tmp_path / "out", parts=3)
    ray.init(num_cpus=1, include_dashboard=False, log_to_driver=False)
    try:
        traces = ray.data.read_parquet(str(tmp_path / "out/traces"))
        assert traces.count() == 61
        counts = traces.groupby("status").count().take_all()
        assert {row["status"]: row["count()"] for row in counts}["correct"] == sum(
            status == "correct" for status in column(tmp_path / "out", "traces", "status")
        )
    finally:
        ray.shutdown()
