"""The run files of the four studies: each is valid, and its tiny version goes through the whole path."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from curate.cli.presets import STUDIES, preset_text
from curate.config import read_run_file
from tracemill import main


@pytest.mark.parametrize("name", STUDIES)
def test_a_preset_is_a_run_file_of_every_stage_and_tells_what_is_published(name: str, tmp_path: Path) -> None:
    assert main(["init", str(tmp_path), "--preset", name]) == 0
    run = read_run_file(tmp_path / "tracemill.yaml")
    assert run.study == name
    assert run.finetune is not None and run.finetune.preset == name
    assert run.evaluate is not None and run.export
    assert "Published:" in preset_text(name) and "Ours:" in preset_text(name)


def test_an_unknown_preset_names_the_known_ones(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", str(tmp_path), "--preset", "shu"]) == 2
    assert "shu2025, zhu2024, chen2025, baral2026" in capsys.readouterr().err
    assert main(["init", str(tmp_path), "--tiny"]) == 2
    assert not (tmp_path / "tracemill.yaml").exists()


@pytest.mark.slow
@pytest.mark.parametrize("name", STUDIES)
def test_a_tiny_study_runs_from_problems_to_its_table(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", str(tmp_path), "--preset", name, "--tiny"]) == 0
    assert main(["run", str(tmp_path / "tracemill.yaml")]) == 0
    shown = capsys.readouterr()
    assert "published" in shown.out and "own_test" in shown.out
    assert max(len(line.rstrip()) for line in shown.out.splitlines()) <= 100
    table = json.loads((tmp_path / "evaluation" / "study.json").read_text())
    assert table["name"] == name
    beside = [row["measured"] for row in table["rows"] if row["measured"]]
    assert beside and all(one["n"] == 3 for one in beside)
