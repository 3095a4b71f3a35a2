"""A plan for one training from an export and a student, as `prepare` makes it, without a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from curate.training_sections import FinetuneSection
from finetune.data.encoding import encode_rows
from finetune.data.exports import read_training_export
from finetune.data.splits import split_by_problem
from finetune.data.templates import choose_template
from finetune.settings import resolve_settings
from finetune.student import find_rung, load_tokenizer
from finetune.training.plan import TrainPlan


def make_plan(export: Path, student: Path, folder: Path, **keys: Any) -> TrainPlan:
    """Plan twelve steps of four rows with the laptop preset; `keys` go before."""
    keys = {"batch_size": 4, "max_steps": 12, "eval_steps": 6, "max_length": 200, **keys}
    settings = resolve_settings(FinetuneSection(preset="laptop", **keys)).settings
    tokenizer = load_tokenizer(str(student))
    template = choose_template(settings.template, tokenizer)
    split = split_by_problem(read_training_export(export).rows, settings.validation_share)
    encodings = [
        encode_rows(rows, tokenizer, template, max_length=settings.max_length)
        for rows in (split.train, split.validation)
    ]
    return TrainPlan(
        settings, find_rung(settings.numerics), str(student), tokenizer, template, *encodings, 0, folder
    )
