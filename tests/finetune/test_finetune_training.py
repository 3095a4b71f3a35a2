"""Real trainings of tiny students: the loss falls, a stop costs nothing, losses agree with torch."""

from __future__ import annotations

import shutil
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from curate.errors import InputError
from finetune.student import load_model
from finetune.training.checkpoints import last_checkpoint
from finetune.training.loop import train
from finetune.training.metrics import read_metrics
from finetune.training.trainers import make_trainer
from tests.finetune.plans import make_plan

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    "keys",
    [
        {},
        {"method": "lora"},
        {"method": "qlora", "numerics": "nf4-bf16-sdpa"},
        {"batching": "in-order"},
        {"batching": "pack", "batch_size": 1},
    ],
    ids=["full", "lora", "qlora", "in-order", "packed"],
)
def test_the_loss_falls(export: Path, student: Path, tmp_path: Path, keys: dict[str, Any]) -> None:
    result = train(make_plan(export, student, tmp_path, **keys))
    losses = [entry["loss"] for entry in read_metrics(tmp_path) if "loss" in entry]
    assert len(losses) == result.n_steps == 12
    assert losses[-1] < losses[0]
    assert result.validation_loss is not None


@pytest.mark.parametrize("rung", ["fp32-sdpa", "fp32-eager"])
def test_packed_documents_do_not_see_each_other(
    export: Path, student: Path, tmp_path: Path, rung: str
) -> None:
    import torch

    plan = make_plan(export, student, tmp_path, batching="pack", batch_size=1, numerics=rung)
    trainer = make_trainer(plan, [])
    batch = max(trainer.get_train_dataloader(), key=lambda one: int((one["position_ids"] == 0).sum()))
    model = trainer.model.eval()
    ids, places = batch["input_ids"][0], batch["position_ids"][0]
    starts = [*(places == 0).nonzero().flatten().tolist(), len(ids)]
    assert len(starts) > 3  # several documents stand in the row
    with torch.no_grad():
        packed = model(input_ids=ids[None], position_ids=places[None]).logits[0]
        whole = model(input_ids=ids[None]).logits[0]
        for begin, end in pairwise(starts):
            alone = model(input_ids=ids[None, begin:end]).logits[0]
            assert float((packed[begin:end] - alone).abs().max()) <= 1e-5
    assert float((packed - whole).abs().max()) > 1e-3  # what a leak would look like


def test_preferences_train_on_pairs(pairs: Path, student: Path, tmp_path: Path) -> None:
    result = train(make_plan(pairs, student, tmp_path, objective="dpo", method="lora"))
    assert result.train_loss < 0.7


def test_an_encoder_decoder_trains(export: Path, seq2seq_student: Path, tmp_path: Path) -> None:
    plan = make_plan(export, seq2seq_student, tmp_path, objective="seq2seq")
    losses_before = train(plan).train_loss
    assert losses_before > 0
    losses = [entry["loss"] for entry in read_metrics(tmp_path) if "loss" in entry]
    assert losses[-1] < losses[0]


def test_a_finished_seed_is_not_trained_again(export: Path, student: Path, tmp_path: Path) -> None:
    plan = make_plan(export, student, tmp_path, max_steps=4, eval_steps=2)
    assert train(plan) == train(plan)


def test_resume_goes_on_bit_for_bit(export: Path, student: Path, tmp_path: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM

    keys = {"method": "full", "max_steps": 8, "eval_steps": 4}
    whole = make_plan(export, student, tmp_path / "whole", **keys)
    train(whole)
    broken = make_plan(export, student, tmp_path / "broken", **keys)

    class Stop(Exception):
        pass

    def stop(now: Any) -> None:
        if now.step == 6:
            raise Stop

    with pytest.raises(Stop):
        train(broken, stop)
    checkpoint = last_checkpoint(broken.checkpoints)
    assert checkpoint is not None and checkpoint.name == "checkpoint-4"
    result = train(broken)
    assert result.resumed_from == 4
    other = train(whole)
    assert (result.n_tokens, result.train_loss) == (other.n_tokens, other.train_loss)
    ours, theirs = (AutoModelForCausalLM.from_pretrained(p.folder / "model") for p in (broken, whole))
    gaps = [
        float((a - b).abs().max())
        for a, b in zip(ours.state_dict().values(), theirs.state_dict().values(), strict=True)
        if torch.is_floating_point(a)
    ]
    assert max(gaps) == 0.0
    assert [e["step"] for e in read_metrics(broken.folder)] == [e["step"] for e in read_metrics(whole.folder)]


@pytest.mark.parametrize("keys", [{}, {"method": "lora"}, {"patience": 1, "learning_rate": 0.5}])
def test_a_training_killed_before_its_result_is_not_trained_further(
    export: Path, student: Path, tmp_path: Path, keys: dict[str, Any]
) -> None:
    plan = make_plan(export, student, tmp_path, max_steps=10, eval_steps=2, **keys)
    before = train(plan)
    assert before.stopped_early == ("patience" in keys)
    weights = next(tmp_path.glob("*/*.safetensors"))
    written, logged = weights.read_bytes(), read_metrics(tmp_path)
    (tmp_path / "result.json").unlink()
    weights.unlink()
    after = train(plan)
    assert replace(after, seconds=0, cpu_s=0, resumed_from=None) == replace(before, seconds=0, cpu_s=0)
    assert weights.read_bytes() == written
    assert read_metrics(tmp_path) == logged


@pytest.mark.parametrize("name", ["optimizer.pt", "model.safetensors", "trainer_state.json"])
def test_a_checkpoint_of_zeros_is_one_sentence_and_the_one_before_it_stands(
    export: Path, student: Path, tmp_path: Path, name: str
) -> None:
    plan = make_plan(export, student, tmp_path, max_steps=8, eval_steps=2)
    train(replace(plan, settings=replace(plan.settings, max_steps=8)))
    (tmp_path / "result.json").unlink()
    newest = last_checkpoint(plan.checkpoints)
    assert newest is not None
    state = newest / "trainer_state.json"  # as if it had been killed on its way
    state.write_text(state.read_text().replace('"max_steps": 8', '"max_steps": 9'))
    torn = newest / name
    torn.write_bytes(bytes(torn.stat().st_size))
    with pytest.raises(InputError, match="cannot be gone on from"):
        train(plan)
    shutil.rmtree(newest)
    assert train(plan).n_steps == 8


def test_the_first_loss_is_that_of_the_unmasked_tokens(export: Path, student: Path, tmp_path: Path) -> None:
    import torch

    plan = make_plan(export, student, tmp_path, max_steps=1, eval_steps=1, batch_size=1, batching="in-order")
    plan = replace(plan, settings=replace(plan.settings, scheduler="constant", warmup=0))
    train(plan)
    row = plan.train.rows[0]
    model = load_model(str(student), plan.numerics)
    with torch.no_grad():
        expected = model(
            input_ids=torch.tensor([row.input_ids]), labels=torch.tensor([row.labels])
        ).loss.item()
    [first] = [entry["loss"] for entry in read_metrics(tmp_path) if "loss" in entry]
    assert first == pytest.approx(expected, rel=1e-4)
