"""What the memory estimate says against what a training takes: peak resident memory, each in its own process.

    python -m benchmarks.finetune.memory [--write]

Students of three sizes are made from configs (random weights, a vocabulary of 16,384), and train two steps of
4 rows of 256 tokens in full and by LoRA, in fp32 on one thread, with and without checkpointing. `libraries` is
resident before the student is loaded; `measured` is the peak over that, saving and reading back included;
`estimated` is the sum that `tracemill finetune train` shows. `--write` puts the table into
docs/results/finetune.md.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.finetune.page import write_table

SHAPES = {"1 M": (2, 64, 2), "20 M": (6, 384, 6), "100 M": (12, 768, 12)}
"""Layers, hidden size and heads; with 16,384 words these make about 1, 20 and 100 million parameters."""
VOCABULARY = 16_384
ROWS, TOKENS, STEPS = 4, 256, 2
RUNS = [(size, "full", False) for size in SHAPES] + [(size, "lora", False) for size in SHAPES]
RUNS += [("100 M", "full", True)]


def main() -> None:
    if len(sys.argv) == 4:
        print(json.dumps(_measure(sys.argv[1], sys.argv[2], sys.argv[3] == "True")))
        return
    lines = [
        "| student | method | checkpointing | libraries, MB | measured, MB | estimated, MB | estimated/measured |",
        "| --- | --- | --- | ---: | ---: | ---: | ---: |",
    ]
    for size, method, is_checkpointed in RUNS:
        command = [sys.executable, "-m", "benchmarks.finetune.memory", size, method, str(is_checkpointed)]
        found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        print(size, method, is_checkpointed, found, file=sys.stderr, flush=True)
        measured, estimated = (found[name] / 1e6 for name in ("measured", "estimated"))
        lines.append(
            f"| {found['n_parameters'] / 1e6:.1f} M | {method} | {'yes' if is_checkpointed else 'no'} "
            f"| {found['libraries'] / 1e6:,.0f} | {measured:,.0f} | {estimated:,.0f} "
            f"| {estimated / measured:.2f} |"
        )
    page = "\n".join(lines) + "\n"
    print(page)
    if "--write" in sys.argv:
        write_table("memory", page)


def _measure(size: str, method: str, is_checkpointed: bool) -> dict[str, Any]:
    import peft
    import torch
    import trl

    from finetune.cli.training import quieten
    from finetune.memory import estimate_memory, read_shape
    from finetune.training.loop import train

    _ = (peft.__version__, trl.SFTTrainer, trl.SFTConfig)  # what is imported now is no part of the training
    quieten()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _make(folder / "student", *SHAPES[size])
        plan = _plan(folder, method, is_checkpointed)
        estimate = estimate_memory(read_shape(plan.student), plan.settings, plan.numerics, TOKENS)
        libraries = _status("VmRSS")
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # begin the peak anew
        train(plan)
        peak = _status("VmHWM")
    return {
        "n_parameters": estimate.n_parameters,
        "libraries": libraries,
        "measured": peak - libraries,
        "estimated": estimate.total,
        "weights": estimate.weights,
        "training": estimate.training,
        "activations": estimate.activations,
    }


def _make(out: Path, n_layers: int, hidden: int, n_heads: int) -> None:
    """Write a student in a process of its own: what it leaves in the allocator is no part of a training."""
    if os.fork():
        os.wait()
        return
    from transformers import AutoConfig, Qwen3ForCausalLM

    from finetune.tiny import TinyShape, make_tiny_student

    make_tiny_student(out, [_text()], shape=TinyShape(n_layers=n_layers, hidden=hidden, n_heads=n_heads))
    config = AutoConfig.from_pretrained(out)
    config.vocab_size = VOCABULARY
    Qwen3ForCausalLM(config).save_pretrained(out)
    os._exit(0)


def _text() -> str:
    return "Ann has 3 pens and buys 4. How many has she? "


def _plan(folder: Path, method: str, is_checkpointed: bool) -> Any:
    from curate.training_sections import FinetuneSection
    from finetune.data.encoding import EncodedRow, Encoding
    from finetune.data.exports import TrainingRow
    from finetune.data.templates import choose_template
    from finetune.settings import resolve_settings
    from finetune.student import find_rung, load_tokenizer
    from finetune.training.plan import TrainPlan

    section = FinetuneSection(
        preset="laptop", method=method, batch_size=ROWS, max_steps=STEPS, eval_steps=STEPS,
        checkpointing=is_checkpointed, max_length=TOKENS,
    )  # fmt: skip
    settings = resolve_settings(section).settings
    student = str(folder / "student")
    tokenizer = load_tokenizer(student)
    row = EncodedRow([7] * TOKENS, 8, TrainingRow("t", "p", "cot", "", ""))
    rows = tuple(replace(row, row=replace(row.row, trace_id=str(at))) for at in range(ROWS * STEPS))
    return TrainPlan(
        settings, find_rung("fp32-sdpa"), student, tokenizer, choose_template("auto", tokenizer),
        Encoding(rows), Encoding(rows[:ROWS]), 0, folder / "out",
    )  # fmt: skip


def _status(name: str) -> int:
    """Give a figure of this process in bytes."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) * 1024
    raise RuntimeError(f"this system does not say {name}")


if __name__ == "__main__":
    main()
