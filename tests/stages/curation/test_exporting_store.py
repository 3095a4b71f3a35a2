"""Exporting a store: what the policy keeps, the same bytes every time, nothing of a benchmark."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import get_args

import pytest

from curate.curation_sections import ExportSection
from curate.errors import UsageError
from curate.export import LABELLED, PAIRS, ExportFormat, verify_export
from curate.stages.exporting import ExportProgress, ExportReport, export_store
from curate.stages.filtering import filter_store
from curate.store import Store

Row = dict[str, object]


def export(
    store: Store, out: Path, format: ExportFormat = "messages", policy: str = "verified", **options: object
) -> ExportReport:
    section = ExportSection.model_validate({"format": format, "out": out, **options})
    return export_store(store, section, policy)


def lines(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def read_tree(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def taint(store: Store, tmp_path: Path, policy: str = "all") -> str:
    question = "Olga knits 12 scarves in winter and sells 5 at the fair. How many scarves are left to her?"
    path = tmp_path / "bench.jsonl"
    path.write_text(json.dumps({"id": "7", "source": "b", "question": question, "answer": "7"}) + "\n")
    filter_store(store, policy=policy, decontaminate=[f"bench={path}"])
    return question


@pytest.fixture
def verified(corpus: Store) -> Store:
    filter_store(corpus, policy="verified")
    return corpus


@pytest.mark.parametrize("format", get_args(ExportFormat))
def test_every_format_stands_whole_and_its_rows_lead_back(
    verified: Store, tmp_path: Path, format: ExportFormat
) -> None:
    report = export(verified, tmp_path / "out", format)
    assert verify_export(tmp_path / "out").is_whole and report.is_new
    found = lines(tmp_path / "out/lineage.jsonl")
    assert len(found) == report.n_rows == (7 if format in PAIRS else 37 if format in LABELLED else 30)
    with verified.read() as reader:
        asked = {row[0] for row in reader.rows("SELECT request_id FROM requests")}
        kept = {row[0] for row in reader.rows("SELECT trace_id FROM trace_decisions WHERE NOT is_dropped")}
        recorded = reader.rows("SELECT n_rows, sha256, format FROM exports")
        rows = {row[0] for row in reader.rows("SELECT trace_id FROM export_rows")}
    assert {row["trace_id"] for row in found if row.get("label", True)} <= kept
    for row in found:
        assert row["request_id"] in asked if row["origin"] == "generated" else row["imported_from"] == "web"
    assert recorded == [(report.n_rows, report.sha256, format)]
    assert rows == {row["trace_id"] for row in found}


def test_same_store_policy_and_seed_write_the_same_bytes(verified: Store, tmp_path: Path) -> None:
    export(verified, tmp_path / "a", seed=3)
    verified.rebuild()
    export(verified, tmp_path / "b", seed=3)
    export(verified, tmp_path / "c", seed=4)
    first, second, other = (read_tree(tmp_path / name) for name in "abc")
    assert first == second
    assert first["train.jsonl"] != other["train.jsonl"]
    assert sorted(first["train.jsonl"].splitlines()) == sorted(other["train.jsonl"].splitlines())


def test_the_prompt_is_the_plain_question_with_its_options(verified: Store, tmp_path: Path) -> None:
    export(verified, tmp_path / "out", "alpaca")
    prompts = {str(row["instruction"]) for row in lines(tmp_path / "out/train.jsonl")}
    assert len(prompts) == 6
    [bus] = [prompt for prompt in prompts if prompt.startswith("A bus")]
    assert bus.endswith("\n(A) 9\n(B) 1000")


@pytest.mark.parametrize(("mode", "n"), [("inline", 6), ("think", 6), ("drop", 0)])
def test_captured_reasoning_obeys_the_section(verified: Store, tmp_path: Path, mode: str, n: int) -> None:
    export(verified, tmp_path / "out", "alpaca", reasoning=mode)
    outputs = [str(row["output"]) for row in lines(tmp_path / "out/train.jsonl")]
    assert sum("Let me see." in text for text in outputs) == n
    assert sum("<think>" in text for text in outputs) == (n if mode == "think" else 0)


def test_a_pair_sets_a_verified_trace_against_a_wrong_one_of_its_problem(
    verified: Store, tmp_path: Path
) -> None:
    export(verified, tmp_path / "out", "dpo")
    with verified.read() as reader:
        status = dict(reader.rows("SELECT trace_id, status FROM best_verdicts"))
        problem = dict(reader.rows("SELECT trace_id, problem_id FROM traces"))
    for row in lines(tmp_path / "out/lineage.jsonl"):
        rejected = row["rejected"]
        assert isinstance(rejected, dict)
        assert (status[row["trace_id"]], status[rejected["trace_id"]]) == ("correct", "incorrect")
        assert problem[row["trace_id"]] == problem[rejected["trace_id"]]


def test_unpaired_labels_say_what_was_shown_and_nothing_that_was_not(verified: Store, tmp_path: Path) -> None:
    export(verified, tmp_path / "out", "kto")
    with verified.read() as reader:
        status = dict(reader.rows("SELECT trace_id, status FROM best_verdicts"))
    rows, lineage = lines(tmp_path / "out/train.jsonl"), lines(tmp_path / "out/lineage.jsonl")
    assert {row["label"] for row in rows} == {True, False}
    for row, led in zip(rows, lineage, strict=True):
        assert row["label"] == led["label"]
        assert status[led["trace_id"]] == ("correct" if row["label"] else "incorrect")


def test_the_manifest_names_the_query_that_chose_the_rows(verified: Store, tmp_path: Path) -> None:
    for format in ("messages", "dpo"):
        export(verified, tmp_path / format, format)  # type: ignore[arg-type]
    said = [json.loads((tmp_path / f / "manifest.json").read_text())["query"] for f in ("messages", "dpo")]
    assert [query["name"] for query in said] == ["export_rows", "export_pairs"]
    assert said[0]["query_id"] != said[1]["query_id"]


def test_a_problem_of_a_benchmark_is_never_exported_whatever_the_policy(
    corpus: Store, tmp_path: Path
) -> None:
    question = taint(corpus, tmp_path)
    filter_store(corpus, policy="all")
    report = export(corpus, tmp_path / "out", "alpaca", "all")
    assert question not in (tmp_path / "out/train.jsonl").read_text()
    assert report.n_contaminated == 9 and report.n_rows == report.n_kept - 9 - report.n_empty
    assert report.benchmarks[0].startswith("bench@")
    filter_store(corpus, policy="verified")
    export(corpus, tmp_path / "pairs", "dpo")
    export(corpus, tmp_path / "labels", "kto")
    assert question not in (tmp_path / "pairs/train.jsonl").read_text()
    assert question not in (tmp_path / "labels/train.jsonl").read_text()


def test_without_a_benchmark_the_same_problem_is_exported(corpus: Store, tmp_path: Path) -> None:
    filter_store(corpus, policy="all")
    export(corpus, tmp_path / "out", "alpaca", "all")
    assert "Olga knits" in (tmp_path / "out/train.jsonl").read_text()


def test_an_export_can_be_repeated_and_stays_as_it_is(verified: Store, tmp_path: Path) -> None:
    first = export(verified, tmp_path / "out")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir()}
    again = export(verified, tmp_path / "out")
    assert (again.is_new, again.export_id, again.sha256) == (False, first.export_id, first.sha256)
    assert (again.files, again.n_rows, again.n_problems) == (first.files, first.n_rows, first.n_problems)
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir()} == before
    with verified.read() as reader:
        assert reader.rows("SELECT count(*) FROM exports") == [(1,)]


def test_a_folder_with_anything_else_is_never_overwritten(verified: Store, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(verified, out)
    with pytest.raises(UsageError, match="not empty"):
        export(verified, out, seed=9)
    (out / "train.jsonl").write_text("changed")
    with pytest.raises(UsageError, match="not empty"):
        export(verified, out)
    assert (out / "train.jsonl").read_text() == "changed"


def test_an_export_killed_before_its_record_is_recorded_the_next_time(
    verified: Store, tmp_path: Path
) -> None:
    report = export(verified, tmp_path / "out")
    for path in (verified.path / "journal").iterdir():
        if b'"kind":"export"' in path.read_bytes():
            path.unlink()
    verified.rebuild()
    again = export(verified, tmp_path / "out")
    assert not again.is_new
    with verified.read() as reader:
        assert reader.rows("SELECT export_id FROM exports") == [(report.export_id,)]
        assert reader.rows("SELECT count(*) FROM export_rows") == [(30,)]


def test_a_policy_that_was_not_applied_is_named_with_the_remedy(verified: Store, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'strict' was not applied") as caught:
        export(verified, tmp_path / "out", policy="strict")
    assert "tracemill filter --policy strict" in caught.value.hint
    assert not (tmp_path / "out").exists()


def test_a_policy_file_that_changed_since_is_named(corpus: Store, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("rules: [refusal]")
    filter_store(corpus, policy=path)
    path.write_text("rules: [refusal, truncated]")
    with pytest.raises(UsageError, match="was changed since it was applied"):
        export(corpus, tmp_path / "out", policy=str(path))


def test_nothing_to_export_is_an_error_that_says_why(corpus: Store, tmp_path: Path) -> None:
    path = tmp_path / "none.yaml"
    path.write_text("rules: [{length: {min_words: 5000}}]")
    filter_store(corpus, policy=path)
    with pytest.raises(UsageError, match="keeps 0 of 61 traces"):
        export(corpus, tmp_path / "out", policy=str(path))
    assert not (tmp_path / "out").exists()
    assert [p.name for p in tmp_path.iterdir() if "partial" in p.name] == []


def test_progress_ends_at_the_total(verified: Store, tmp_path: Path) -> None:
    told: list[ExportProgress] = []
    section = ExportSection(format="messages", out=tmp_path / "out")
    export_store(verified, section, "verified", on_progress=told.append)
    assert told[-1] == ExportProgress(30, 30)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_named(verified: Store, tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    with pytest.raises(UsageError, match="cannot write"):
        export(verified, tmp_path / "locked/out")
