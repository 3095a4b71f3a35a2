"""Four processes, each with its own problems and store, lead to the export of one process, byte for byte."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from curate.curation_sections import ExportSection
from curate.ids import id_shard
from curate.stages.exporting import export_store
from curate.stages.filtering import filter_store
from curate.store import Store
from curate.types import Problem

N_SHARDS = 4
ONE = "tracemill import {rows} --store {store} && tracemill verify --store {store} --workers 1"


def write_rows(path: Path, shard: int | None) -> None:
    """Write three traces to each of forty problems; with `shard` only to those that fall into it."""
    with path.open("w", encoding="utf-8") as file:
        for number in range(40):
            question, gold = f"What is {number} plus {number + 3}?", str(2 * number + 3)
            problem = Problem.of(source="own", question=question, gold=gold, origin_id=f"p{number}")
            if shard is not None and id_shard(problem.problem_id, N_SHARDS) != shard:
                continue
            for sample, answer in enumerate((gold, gold, "1/7")):
                row = {
                    "id": f"{number}-{sample}", "source": "own", "problem_id": f"p{number}",
                    "question": question, "gold": gold, "format": "cot", "teacher": "t",
                    "response": f"We add in way {sample}. The answer is {answer}.",
                }  # fmt: skip
                file.write(json.dumps(row) + "\n")


def start(rows: Path, store: Path) -> subprocess.Popen[bytes]:
    Store.open(store, create=True)
    run = ONE.format(rows=rows, store=store).replace("tracemill", f"{sys.executable} -m tracemill")
    return subprocess.Popen(["bash", "-c", run], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


@pytest.mark.slow
def test_four_processes_give_the_export_of_one(tmp_path: Path) -> None:
    running = []
    for shard in range(N_SHARDS):
        write_rows(tmp_path / f"{shard}.jsonl", shard)
        running.append(start(tmp_path / f"{shard}.jsonl", tmp_path / f"store{shard}"))
    write_rows(tmp_path / "whole.jsonl", None)
    running.append(start(tmp_path / "whole.jsonl", tmp_path / "whole"))
    for process in running:
        _, said = process.communicate(timeout=300)
        assert process.returncode == 0, said
    merged = Store.open(tmp_path / "merged", create=True)
    for shard in range(N_SHARDS):
        for segment in (tmp_path / f"store{shard}/journal").iterdir():
            shutil.copy(segment, merged.path / "journal" / segment.name)
    reports = {}
    for store in (merged, Store.open(tmp_path / "whole")):
        filter_store(store, policy="verified")
        for format in ("messages", "hf", "parquet"):
            out = tmp_path / f"{store.path.name}-{format}"
            report = export_store(store, ExportSection.model_validate({"format": format, "out": out}))
            reports[store.path.name, format] = (report.n_rows, report.export_id, report.sha256)
    for format in ("messages", "hf"):
        assert reports["merged", format] == reports["whole", format]
        assert reports["merged", format][0] == 80
    assert merged.check() == []
