"""Order, near-copies and people's marks reach the export, and whoever trains on it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from curate.curation_sections import ExportSection
from curate.errors import UsageError
from curate.stages.exporting import export_store
from curate.stages.filtering import filter_store
from curate.store import Store
from curate.store.records import MarkRecord, ProblemRecord, TraceRecord
from curate.types import ImportedTrace, Problem, TraceFormat
from finetune.data.exports import read_training_export

RULES = "name: mine\nrules: [exact_duplicate, wrong_answer, unverified]\n"
RUN = "20261105T000000Z-000001"


def policy_file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def export(store: Store, out: Path, policy: str | Path = "verified", format: str = "messages") -> Path:
    export_store(store, ExportSection.model_validate({"format": format, "out": out}), policy)
    return out


@pytest.mark.parametrize(
    ("select", "is_curriculum"),
    [
        ("select: [order: {by: curriculum}]\n", True),
        ("select: [order: {by: short_first}]\n", False),
        ("", False),
    ],
)
def test_a_training_keeps_the_order_of_a_curriculum(
    corpus: Store, tmp_path: Path, select: str, is_curriculum: bool
) -> None:
    policy = policy_file(tmp_path, RULES + select)
    filter_store(corpus, policy=policy)
    out = export(corpus, tmp_path / "out", policy)
    found = read_training_export(out, allow_unverified=True, allow_contaminated=True)
    assert found.is_curriculum is is_curriculum
    order = [json.loads(line)["trace_id"] for line in (out / "lineage.jsonl").read_text().splitlines()]
    assert [row.trace_id for row in found.rows] == order
    if is_curriculum:
        with corpus.read() as reader:
            rates = dict(reader.rows("SELECT problem_id, pass_rate FROM problems_v"))
        shares = [float(str(rates[row.problem_id])) for row in found.rows]
        assert shares == sorted(shares, reverse=True) and len(set(shares)) > 1


def test_preference_pairs_claim_no_curriculum(corpus: Store, tmp_path: Path) -> None:
    policy = policy_file(tmp_path, RULES + "select: [order: {by: curriculum}]\n")
    filter_store(corpus, policy=policy)
    out = export(corpus, tmp_path / "out", policy, "dpo")
    assert "selection" not in json.loads((out / "manifest.json").read_text())["policy"]


def test_what_a_person_rejected_since_the_pass_is_refused_with_the_remedy(
    corpus: Store, tmp_path: Path
) -> None:
    filter_store(corpus, policy="verified")
    with corpus.read() as reader:
        [(kept,)] = reader.rows("SELECT min(trace_id) FROM traces_v WHERE NOT is_dropped")
    with corpus.write_journal(RUN) as journal:
        journal.append(MarkRecord(str(kept), 5.0, "reject", "off the point"))
    with pytest.raises(UsageError, match=f"has rejected 1 trace .* {kept}") as caught:
        export(corpus, tmp_path / "out")
    assert "tracemill filter --policy verified" in caught.value.hint
    assert not (tmp_path / "out").exists()
    filter_store(corpus, policy="verified")
    out = export(corpus, tmp_path / "out")
    assert str(kept) not in (out / "lineage.jsonl").read_text()


def test_a_policy_without_the_rule_of_marks_exports_what_was_rejected(corpus: Store, tmp_path: Path) -> None:
    policy = policy_file(tmp_path, RULES)
    filter_store(corpus, policy=policy)
    with corpus.read() as reader:
        [(kept,)] = reader.rows("SELECT min(trace_id) FROM traces_v WHERE NOT is_dropped")
    with corpus.write_journal(RUN) as journal:
        journal.append(MarkRecord(str(kept), 5.0, "reject", ""))
    assert str(kept) in (export(corpus, tmp_path / "out", policy) / "lineage.jsonl").read_text()


def test_near_copies_of_a_problem_never_stand_on_both_sides_of_a_split(empty: Store, tmp_path: Path) -> None:
    asked = (
        "In the village number {n} a baker sells many loaves of bread to {who} every day. How many is that?"
    )
    with empty.write_journal(RUN) as journal:
        for n in range(80):
            for who in ("people", "villagers"):
                problem = Problem.of(source=who, question=asked.format(n=n, who=who), gold=str(n))
                journal.append(ProblemRecord(problem))
                trace = ImportedTrace.of(
                    problem_id=problem.problem_id, source="web", teacher="t", format=TraceFormat.COT,
                    text=f"The answer is {n}.", origin_id=f"{who}{n}",
                )  # fmt: skip
                journal.append(TraceRecord(trace, RUN))
    sides: dict[str, dict[str, set[str]]] = {}
    for name, rules in (("plain", "[refusal]"), ("compared", "[duplicate_problem: {min_similarity: 1.0}]")):
        policy = policy_file(tmp_path, f"name: {name}\nrules: {rules}\n")
        filter_store(empty, policy=policy)
        out = export(empty, tmp_path / name, policy, "hf")
        found = sides.setdefault(name, {})
        for line in (out / "lineage.jsonl").read_text().splitlines():
            row = json.loads(line)
            found.setdefault(row["origin_id"].removeprefix(row["source"]), set()).add(row["file"])
    assert any(len(files) == 2 for files in sides["plain"].values())
    assert all(len(files) == 1 for files in sides["compared"].values())
    assert len(set.union(*sides["compared"].values())) == 2


def test_a_disk_that_fills_while_texts_are_put_in_order_leaves_no_export(
    corpus: Store, tmp_path: Path
) -> None:
    """A limit on file sizes stands for the full disk."""
    filter_store(corpus, policy="verified")
    code = (
        "import resource, sys\n"
        "import tracemill, pyarrow\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))\n"
        "sys.exit(tracemill.main(sys.argv[1:]))\n"
    )
    command = ["export", "--store", str(corpus.path), "--out", str(tmp_path / "out"), "--policy", "verified"]
    done = subprocess.run([sys.executable, "-c", code, *command], capture_output=True, text=True, check=False)
    assert done.returncode == 4, done.stderr
    assert "no room left" in done.stderr and "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir() if "out" in path.name] == []
