"""A sweep file: which cells it has, what they share, and that a stopped one goes on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from curate.cli.sweep import run_sweep
from curate.cli.sweeping import is_sweep, read_sweep
from curate.config import RunFile, read_run_file
from curate.errors import (
    ConfigError,
    GateError,
    IncompleteError,
    InputError,
    MissingError,
    TracemillError,
    UsageError,
)
from evaluate.sweep import read_failures, write_sweep
from tracemill import main

SHARED: dict[str, Any] = {
    "problems": [{"source": "builtin"}],
    "teachers": [
        {"alias": alias, "model": "embedded", "base_url": "embedded"} for alias in ("small", "large")
    ],
    "finetune": {"preset": "laptop"},
    "evaluate": {"benchmarks": ["own=test.jsonl"]},
}


def _file(folder: Path, sweep: dict[str, Any], **changes: Any) -> Path:
    path = folder / "sweep.yaml"
    path.write_text(yaml.safe_dump({"sweep": sweep, **SHARED, **changes}))
    return path


def test_every_combination_is_a_cell_and_only_words_have_levels(tmp_path: Path) -> None:
    sweep = read_sweep(
        _file(tmp_path, {"form": ["cot", "pot"], "granularity": [1, 6], "student": ["tiny", "a/b-1B"]})
    )
    names = [cell.name for cell in sweep.cells]
    assert len(names) == len(set(names)) == (2 + 1) * 2 * 2
    assert "cot-6-large-tiny" in names and "pot-small-a-b-1B" in names


def test_cells_of_equal_data_share_store_and_export_and_nothing_else(tmp_path: Path) -> None:
    first, second = read_sweep(_file(tmp_path, {"teacher": ["small"], "student": ["tiny", "x"]})).cells
    assert first.run.store == second.run.store
    assert first.run.export[0].out == second.run.export[0].out
    assert first.run.finetune is not None and second.run.finetune is not None
    assert first.run.finetune.out != second.run.finetune.out


def test_a_cell_is_a_run_file_that_holds_from_anywhere(tmp_path: Path) -> None:
    (tmp_path / "test.jsonl").write_text('{"question": "1 + 1?", "gold": "2"}\n')
    sweep = read_sweep(_file(tmp_path, {"seed": [3, 4]}))
    seen: list[RunFile] = []
    run_sweep(sweep, lambda run, file: seen.append(read_run_file(file)))
    assert [run.store for run in seen] == [cell.run.store for cell in sweep.cells]
    assert all(run.finetune is not None and run.finetune.seeds == (3, 4) for run in seen)
    assert seen[0].evaluate is not None
    assert seen[0].evaluate.benchmarks == (f"own={tmp_path / 'test.jsonl'}",)


def test_a_stopped_sweep_goes_on_with_the_cells_that_are_missing(tmp_path: Path) -> None:
    sweep = read_sweep(_file(tmp_path, {"granularity": [1, 2, 3], "teacher": ["small"]}))
    done: list[str] = []

    def run_cell(run: RunFile, file: Path) -> None:
        if len(done) == 2 and file.stem not in done:
            raise KeyboardInterrupt
        done.append(file.stem)
        assert run.evaluate is not None
        run.evaluate.out.mkdir(parents=True)
        (run.evaluate.out / "result.json").write_text("{}")

    with pytest.raises(KeyboardInterrupt):
        run_sweep(sweep, run_cell)
    later: list[str] = []
    run_sweep(sweep, lambda run, file: later.append(file.stem))
    assert (len(done), len(later)) == (2, 1)
    assert [cell["name"] for cell in json.loads((sweep.out / "cells.json").read_text())] == [*done, *later]


@pytest.mark.parametrize("error", [InputError, GateError, MissingError])
def test_a_cell_that_fails_is_recorded_and_the_others_go_on(
    tmp_path: Path, error: type[TracemillError]
) -> None:
    sweep = read_sweep(_file(tmp_path, {"granularity": [1, 2, 3], "teacher": ["small"]}))
    begun: list[str] = []

    def run_cell(run: RunFile, file: Path) -> None:
        begun.append(file.stem)
        if "-2-" in file.stem:
            raise error("seed 0 gave 3 empty answers | and nothing else", "look at the student")

    [silent] = run_sweep(sweep, run_cell)
    assert len(begun) == 3 and "-2-" in silent
    note = sweep.out / "cells" / silent / "failed.json"
    assert json.loads(note.read_text())["message"].startswith("seed 0 gave 3 empty answers")
    assert read_failures(sweep.out) == {silent: "seed 0 gave 3 empty answers | and nothing else"}
    write_sweep((), sweep.out, read_failures(sweep.out))
    assert f"| {silent} | seed 0 gave 3 empty answers \\| and" in (sweep.out / "sweep.md").read_text()
    assert run_sweep(sweep, lambda run, file: None) == ()  # tried again, and well this time
    assert not note.exists()


@pytest.mark.parametrize("error", [IncompleteError, UsageError, KeyboardInterrupt])
def test_a_wish_to_stop_and_a_fault_of_the_file_end_a_sweep(
    tmp_path: Path, error: type[BaseException]
) -> None:
    begun: list[str] = []

    def run_cell(run: RunFile, file: Path) -> None:
        begun.append(file.stem)
        raise error("stopped")

    with pytest.raises(error):
        run_sweep(read_sweep(_file(tmp_path, {})), run_cell)
    assert len(begun) == 1


def test_a_cell_that_changed_since_is_refused(tmp_path: Path) -> None:
    run_sweep(read_sweep(_file(tmp_path, {})), lambda run, file: None)
    changed = read_sweep(_file(tmp_path, {}, finetune={"preset": "laptop", "max_steps": 5}))
    with pytest.raises(UsageError, match="changed since"):
        run_sweep(changed, lambda run, file: None)


@pytest.mark.parametrize(
    ("sweep", "changes", "said"),
    [
        ({"granularities": [1]}, {}, "granularity"),
        ({"teacher": ["medium"]}, {}, "no teacher 'medium'"),
        ({"granularity": [9]}, {}, "granularity"),
        ({}, {"store": "s/"}, "store"),
        ({}, {"evaluate": None}, "evaluate"),
    ],
)
def test_faults_are_named_before_anything_runs(
    tmp_path: Path, sweep: dict[str, Any], changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        read_sweep(_file(tmp_path, sweep, **changes))


def test_a_run_file_is_no_sweep(tmp_path: Path) -> None:
    path = tmp_path / "run.yaml"
    path.write_text(yaml.safe_dump({"store": "s/", **SHARED}))
    assert not is_sweep(path)


@pytest.mark.slow
def test_a_tiny_sweep_ends_in_one_table_and_one_picture(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", str(tmp_path), "--preset", "chen2025-sweep", "--tiny"]) == 0
    file = tmp_path / "tracemill.yaml"
    text = file.read_text().replace("  - gpt4o\n  - gemini\n", "  - gpt4o\n", 1)
    text = text.replace("seed:\n  - 0", "seed:\n  - 0\n  - 1")
    assert "student:\n  - tiny\n" in text
    file.write_text(text.replace("student:\n  - tiny\n", "student:\n  - ./nowhere\n  - tiny\n"))
    assert main(["run", str(file)]) == 4
    said = capsys.readouterr().err
    assert said.count("has no row, it failed: there is no folder ./nowhere") == 2
    assert "2 of 4 cells failed" in said
    rows = json.loads((tmp_path / "sweep" / "sweep.json").read_text())
    assert [(row["granularity"], row["n_seeds"], row["n"]) for row in rows] == [(1, 2, 3), (6, 2, 3)]
    assert (tmp_path / "sweep" / "sweep.png").stat().st_size > 5_000
    assert main(["run", str(file)]) == 4  # nothing is run again but what failed
    assert capsys.readouterr().err.count("done already") == 2
