"""Rows of like length share a batch, and kinds of rows that differ in length are mixed all the way."""

from __future__ import annotations

import itertools
from pathlib import Path

from finetune.training.trainers import make_trainer
from tests.finetune.plans import make_plan


def test_rows_are_grouped_and_batches_mixed() -> None:
    import torch

    from finetune.training.sampling import mix_batches

    class Grouping:
        """A trainer that has what the sampler asks of it."""

        class accelerator:
            num_processes = 2

        def _get_train_sampler(self, train_dataset=None):
            from transformers.trainer_pt_utils import LengthGroupedSampler

            generator = torch.Generator().manual_seed(1)
            return LengthGroupedSampler(4, lengths=lengths, generator=generator)

    draw = torch.Generator().manual_seed(0)
    is_long = torch.randint(0, 2, (803,), generator=draw).tolist()
    lengths = [100 + row % 7 if long else 10 + row % 5 for row, long in enumerate(is_long)]
    sampler = mix_batches(Grouping)()._get_train_sampler()
    rows = list(sampler)
    assert sorted(rows) == list(range(803)) and len(sampler) == 803
    steps = [rows[at : at + 8] for at in range(0, 800, 8)]
    assert max(lengths) in [lengths[row] for row in steps[0]], "memory is tried at its worst first"
    kinds = ["".join(sorted({"L" if is_long[row] else "s" for row in step})) for step in steps]
    assert sum(len(kind) == 1 for kind in kinds) >= 90, "a step has rows of one kind"
    runs = [len(list(run)) for _, run in itertools.groupby(kinds)]
    assert max(runs) <= 12, "grouped only, a kind comes in runs of 25 steps"
    assert list(sampler) != rows, "another epoch has another order"


def test_the_trainers_of_tokens_mix(export: Path, student: Path, tmp_path: Path) -> None:
    plan = make_plan(export, student, tmp_path, batching="group")
    trainer = make_trainer(plan, [])
    assert type(trainer._get_train_sampler()).__name__ == "MixedSampler"
