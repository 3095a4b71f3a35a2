"""The trainings, by finetune: a tiny student, the start that all arms share, and each arm from there.

Every arm gets the same number of steps, the same batch, learning rate and seed. A held-out question differs
from the trained ones in its numbers, so no benchmark stands beside the export: `allow_contaminated` says
that; that no held-out question is trained on is seen to by the generator and, before measuring, by evaluate.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson

from benchmarks.distill.plan import Arm, Corpus, Layout, Sizes
from curate.config import TrainingFile
from curate.prompts import student_suffix
from curate.training_sections import FinetuneSection
from finetune.folder import hold_folder
from finetune.run import prepare, run_training
from finetune.tiny import TinyShape, make_tiny_student
from finetune.training.metrics import OnTrainProgress, read_metrics


@dataclass(frozen=True, slots=True)
class Training:
    """What a training came to. Losses are means over trained tokens of the first and last tenth of steps."""

    n_rows: int
    n_steps: int
    first_loss: float
    last_loss: float
    cpu_s: float
    n_tokens: int


def make_student(layout: Layout, sizes: Sizes, seed: int) -> None:
    """Make the student with random weights, its tokenizer learned from what it will read."""
    if not (layout.base / "tokenizer.json").is_file():
        shape = TinyShape(n_layers=sizes.n_layers, hidden=sizes.hidden)
        make_tiny_student(layout.base, _texts(layout), shape=shape, seed=seed)


def train_start(layout: Layout, sizes: Sizes, tell: OnTrainProgress) -> Training:
    """Train on sums and answers: the student as it is before anybody shows it reasoning."""
    section = _section(layout, sizes, "start", "start", str(layout.base), sizes.start_steps)
    return _train(section, tell)


def train_arm(layout: Layout, sizes: Sizes, arm: Arm, tell: OnTrainProgress) -> Training:
    """Train one arm from the start."""
    section = _section(layout, sizes, arm.name, arm.corpus, str(layout.trained_start), sizes.arm_steps)
    return _train(
        section.model_copy(update={"forms": arm.train_forms, "task_text": arm.has_task_text or None}), tell
    )


def _section(
    layout: Layout, sizes: Sizes, name: str, corpus: Corpus, student: str, n_steps: int
) -> FinetuneSection:
    return FinetuneSection(
        preset="laptop",
        student=student,
        export=layout.export(corpus),
        out=layout.student(name),
        max_steps=n_steps,
        batch_size=sizes.batch_size,
        batching="plain",  # grouped by length, the kinds of rows would come in blocks and unlearn each other
        learning_rate=sizes.learning_rate,
        validation_share=0.0,
        eval_steps=max(1, n_steps // 3),
        allow_unverified=corpus == "raw",
        allow_contaminated=True,
    )


def _train(section: FinetuneSection, tell: OnTrainProgress) -> Training:
    with hold_folder(section.out):
        report = run_training(prepare(TrainingFile(finetune=section)), lambda seed: tell)
    result = report.results[0]
    folder = section.out / f"seed-{result.seed}"
    losses = [entry["loss"] for entry in read_metrics(folder) if "loss" in entry]
    tenth = max(1, len(losses) // 10)
    return Training(
        _n_rows(section.out),
        result.n_steps,
        sum(losses[:tenth]) / tenth,
        sum(losses[-tenth:]) / tenth,
        result.cpu_s,
        result.n_tokens,
    )


def _n_rows(folder: Path) -> int:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return int(manifest["data"]["coverage"]["n_rows"])


def _texts(layout: Layout) -> Iterator[str]:
    corpora: tuple[Corpus, ...] = ("start", "curated")
    for corpus in corpora:
        for path in sorted(layout.export(corpus).glob("*.jsonl")):
            for line in path.read_bytes().splitlines():
                row = orjson.loads(line)
                for message in row.get("messages", ()):
                    yield from (message["role"], message["content"])
    for form in ("cot", "pot", "eot"):
        yield student_suffix(form)
