"""Tokens per CPU second of a training here against a plain TRL script, same model, same rows, same process.

    python -m benchmarks.finetune [--write]

Three arms train one epoch of 192 rows in batches of 16 on one thread, in turn, twice, after a warm-up:
`plain TRL` is SFTTrainer on prompt/completion rows with its own defaults but for precision and device;
`plain TRL, no checkpointing` the same without recomputing activations; `tracemill` the product's own path with
the laptop preset, its logging and its checkpoint included. Tokens are those of the rows, padding not counted;
CPU seconds are of this process. `--write` puts the table into docs/results/finetune.md.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

from benchmarks.finetune.data import rows
from benchmarks.finetune.page import write_table

BATCH, N_ROUNDS = 16, 2


def main() -> None:
    import torch

    from finetune.cli.training import quieten
    from finetune.tiny import make_tiny_student

    quieten()
    os.environ["HF_DATASETS_DISABLE_PROGRESS_BARS"] = "1"
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    torch.set_num_threads(1)
    pairs = rows()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        student = make_tiny_student(folder / "student", (text for pair in pairs for text in pair))
        arms = {
            "plain TRL": lambda out: _plain(student, pairs, out, checkpointing=True),
            "plain TRL, no checkpointing": lambda out: _plain(student, pairs, out, checkpointing=False),
            "tracemill": lambda out: _ours(student, pairs, out),
        }
        _plain(student, pairs[:BATCH], folder / "warm", checkpointing=False)
        found: dict[str, list[tuple[int, float]]] = {arm: [] for arm in arms}
        for number in range(N_ROUNDS):
            for arm, run in arms.items():
                found[arm].append(run(folder / f"{arm}-{number}"))
                print(arm, found[arm][-1], file=sys.stderr, flush=True)
    page = _table(found)
    print(page)
    if "--write" in sys.argv:
        write_table("speed", page)


def _plain(
    student: Path, pairs: list[tuple[str, str]], out: Path, *, checkpointing: bool
) -> tuple[int, float]:
    from datasets import Dataset
    from trl import SFTConfig, SFTTrainer

    data = Dataset.from_list(
        [
            {
                "prompt": [{"role": "user", "content": prompt}],
                "completion": [{"role": "assistant", "content": answer}],
            }
            for prompt, answer in pairs
        ]
    )
    arguments: dict[str, Any] = {} if checkpointing else {"activation_checkpointing": False}
    trainer = SFTTrainer(
        model=str(student),
        args=SFTConfig(
            output_dir=str(out), use_cpu=True, bf16=False, per_device_train_batch_size=BATCH,
            num_train_epochs=1, learning_rate=2e-3, report_to="none", save_strategy="no", disable_tqdm=True,
            logging_steps=1, model_init_kwargs={"dtype": "float32"}, **arguments,
        ),
        train_dataset=data,
    )  # fmt: skip
    n_tokens = sum(len(row["input_ids"]) for row in trainer.train_dataset)
    begun = time.process_time()
    trainer.train()
    return n_tokens, time.process_time() - begun


def _ours(student: Path, pairs: list[tuple[str, str]], out: Path) -> tuple[int, float]:
    from curate.training_sections import FinetuneSection
    from finetune.data.encoding import Encoding, encode_rows
    from finetune.data.exports import TrainingRow
    from finetune.data.templates import choose_template
    from finetune.settings import resolve_settings
    from finetune.student import find_rung, load_tokenizer
    from finetune.training.loop import train
    from finetune.training.plan import TrainPlan

    section = FinetuneSection(preset="laptop", batch_size=BATCH, epochs=1, max_length=1024, eval_steps=1000)
    settings = resolve_settings(section).settings
    tokenizer = load_tokenizer(str(student))
    template = choose_template(settings.template, tokenizer)
    listed = [TrainingRow(str(at), str(at), "cot", *pair) for at, pair in enumerate(pairs)]
    encoding = encode_rows(listed, tokenizer, template, max_length=settings.max_length)
    plan = TrainPlan(
        settings, find_rung(settings.numerics), str(student), tokenizer, template, encoding,
        Encoding(()), 0, out,
    )  # fmt: skip
    result = train(plan)
    return sum(len(row.input_ids) for row in encoding.rows), result.cpu_s


def _table(found: dict[str, list[tuple[int, float]]]) -> str:
    rates = {arm: [n / cpu for n, cpu in runs] for arm, runs in found.items()}
    base = sum(rates["plain TRL, no checkpointing"]) / N_ROUNDS
    lines = [
        "| arm | tokens | CPU s | tokens per CPU s | against plain TRL without checkpointing |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for arm, runs in found.items():
        mean = sum(rates[arm]) / N_ROUNDS
        seconds = ", ".join(f"{cpu:.1f}" for _, cpu in runs)
        lines.append(f"| {arm} | {runs[0][0]:,} | {seconds} | {mean:,.0f} | {mean / base:.2f} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
