"""A study's figures stand beside a run's own, and nothing is passed off as a rerun."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evaluate.results import RESULT, RESULT_VERSION
from evaluate.study import read_study


def _cell(view: str, accuracy: float, n: int) -> dict[str, Any]:
    return {"view": view, "accuracy": accuracy, "n": n, "interval": [0.1, 0.9], "budget": None}


def _write(folder: Path, benchmark: str, accuracies: dict[str, float]) -> Path:
    models = [
        {"label": label, "suites": [{"benchmark": benchmark, "cells": [_cell("cot", accuracy, 20)]}]}
        for label, accuracy in accuracies.items()
    ]
    values = {"result_version": RESULT_VERSION, "models": models}
    (folder / RESULT).write_text(json.dumps(values))
    return folder


def test_base_and_trained_stand_beside_their_own_figures(tmp_path: Path) -> None:
    folder = _write(tmp_path, "aime_2022_2024_first20", {"base": 0.05, "seed-0": 0.2, "seed-1": 0.4})
    base, tuned = read_study("shu2025", folder).rows
    assert base.measured is not None and tuned.measured is not None
    assert (base.published.percent, base.measured.percent) == (0.0, 5.0)
    assert tuned.measured.percent == pytest.approx(30.0)
    assert tuned.measured.sd == pytest.approx(14.142, abs=1e-3)
    assert tuned.measured.n_seeds == 2
    assert base.is_same_benchmark and tuned.is_same_benchmark


def test_other_problems_are_told_apart_from_a_rerun(tmp_path: Path) -> None:
    row = read_study("shu2025", _write(tmp_path, "own_test", {"seed-0": 0.5})).rows[1]
    assert row.measured is not None
    assert row.measured.benchmark == "own_test"
    assert not row.is_same_benchmark


def test_a_figure_of_another_level_has_nothing_beside_it(tmp_path: Path) -> None:
    folder = _write(tmp_path, "gsm8k", {"seed-0": 0.5})
    rows = read_study("chen2025", folder, level=3).rows
    assert [row.published.what for row in rows if row.measured] == ["LLaMA 3.2 3B, L3"]
