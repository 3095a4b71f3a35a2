"""The validation loss is a mean over learned tokens: batches do not move it, fillers do not count."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from finetune.data.encoding import Encoding
from finetune.training.trainers import make_trainer
from finetune.training.validation import n_filler_rows
from tests.finetune.plans import make_plan

pytestmark = pytest.mark.slow


def _validation_loss(export: Path, student: Path, folder: Path, **keys: Any) -> float:
    plan = make_plan(export, student, folder, validation_share=0.4, **keys)
    return float(make_trainer(plan, []).evaluate()["eval_loss"])


def _by_hand(export: Path, student: Path, folder: Path) -> float:
    """Sum the loss of each row alone, and divide by the learned tokens."""
    import torch

    from finetune.student import load_model

    plan = make_plan(export, student, folder, validation_share=0.4)
    model = load_model(str(student), plan.numerics).eval()
    summed, n_learned = 0.0, 0
    for row in plan.validation.rows:
        n_here = len(row.input_ids) - row.n_prompt
        with torch.no_grad():
            output = model(input_ids=torch.tensor([row.input_ids]), labels=torch.tensor([row.labels]))
        summed += float(output.loss) * n_here
        n_learned += n_here
    return summed / n_learned


def test_batches_do_not_move_the_validation_loss(export: Path, student: Path, tmp_path: Path) -> None:
    expected = _by_hand(export, student, tmp_path / "hand")
    for batch_size in (1, 3, 16):
        found = _validation_loss(export, student, tmp_path / str(batch_size), batch_size=batch_size)
        assert found == pytest.approx(expected, rel=1e-6)


def test_batches_do_not_move_it_for_an_encoder_decoder(
    export: Path, seq2seq_student: Path, tmp_path: Path
) -> None:
    few, many = (
        _validation_loss(export, seq2seq_student, tmp_path / str(n), objective="seq2seq", batch_size=n)
        for n in (3, 16)
    )
    assert few == pytest.approx(many, rel=1e-6)


@pytest.mark.parametrize("objective", ["sft", "seq2seq"])
def test_fillers_do_not_count(
    export: Path, student: Path, seq2seq_student: Path, tmp_path: Path, objective: str
) -> None:
    from finetune.training.trainers import _labelled, _sides

    base = student if objective == "sft" else seq2seq_student
    plan = make_plan(export, base, tmp_path, objective=objective, batch_size=2)
    trainer = make_trainer(plan, [])
    rows = _labelled if objective == "sft" else _sides
    few = Encoding(plan.validation.rows[:4])
    alone, filled = (trainer.evaluate(rows(few, n))["eval_loss"] for n in (0, 6))
    assert filled == pytest.approx(alone, rel=1e-6)


@pytest.mark.parametrize(("n_rows", "n_processes", "expected"), [(10, 1, 0), (10, 2, 6), (16, 2, 0)])
def test_every_process_gets_full_batches(n_rows: int, n_processes: int, expected: int) -> None:
    assert n_filler_rows(n_rows, 8, n_processes) == expected
