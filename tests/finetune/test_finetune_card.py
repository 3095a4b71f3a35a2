"""The scores on a model card are those of this training, wherever the command is given."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from finetune.card import read_scores

CELL = {"view": "cot", "budget": None, "n": 5, "accuracy": 0.4, "interval": [0.0527, 0.8534]}


def _evaluation(folder: Path, *, training: str | None, export_id: str | None) -> Path:
    model = {
        "label": "seed-0", "training": training, "export_id": export_id,
        "suites": [{"benchmark": "own", "cells": [CELL]}],
    }  # fmt: skip
    folder.mkdir()
    (folder / "result.json").write_text(json.dumps({"models": [model]}))
    return folder


@pytest.fixture
def out(tmp_path: Path) -> Path:
    (tmp_path / "student").mkdir()
    (tmp_path / "student" / "manifest.json").write_text(json.dumps({"data": {"export_id": "b2-1"}}))
    return tmp_path / "student"


def test_a_score_stands_with_its_interval(out: Path, tmp_path: Path) -> None:
    evaluation = _evaluation(tmp_path / "scores", training="student", export_id="b2-1")
    assert read_scores(evaluation, out) == ["| seed-0 | own | cot | 5 | 40.0 % [5.3, 85.3] |"]


@pytest.mark.parametrize(
    ("training", "export_id"), [("other", "b2-1"), ("student", "b2-2"), (None, None), ("other", None)]
)
def test_scores_of_another_training_are_left_out(
    out: Path, tmp_path: Path, training: str | None, export_id: str | None
) -> None:
    assert read_scores(_evaluation(tmp_path / "scores", training=training, export_id=export_id), out) == []


def test_an_evaluation_that_is_not_there_has_no_scores(out: Path, tmp_path: Path) -> None:
    assert read_scores(tmp_path / "none", out) == []
