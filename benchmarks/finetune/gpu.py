"""Tokens per second, peak memory and step time on a GPU, with the settings of study A, against plain TRL.

    python -m benchmarks.finetune.gpu --shape qwen3-0.6b|qwen3-8b [--steps 20]

The student has the shape of the named model and random weights, so nothing is downloaded; rows are random ids
of mixed length (256 to 2,048), the same for both arms. Needs one CUDA GPU; ends with exit code 3 without.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

SHAPES: dict[str, dict[str, int]] = {
    "qwen3-0.6b": {"hidden_size": 1024, "intermediate_size": 3072, "num_hidden_layers": 28,
                   "num_attention_heads": 16, "num_key_value_heads": 8, "head_dim": 128},
    "qwen3-8b": {"hidden_size": 4096, "intermediate_size": 12288, "num_hidden_layers": 36,
                 "num_attention_heads": 32, "num_key_value_heads": 8, "head_dim": 128},
}  # fmt: skip
VOCABULARY, LONGEST = 151_936, 2_048


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--shape", choices=sorted(SHAPES), required=True)
    parser.add_argument("--steps", type=int, default=20)
    arguments = parser.parse_args()
    import torch

    if not torch.cuda.is_available():
        print("this benchmark needs a CUDA GPU, and there is none here", file=sys.stderr)
        return 3
    print(f"{torch.cuda.get_device_name()}, torch {torch.__version__}, {arguments.shape}, random weights")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        student = _make_student(arguments.shape, folder / "student")
        rows = _rows(16 * arguments.steps)
        print("| arm | tokens/s | s a step | peak GB |\n| --- | ---: | ---: | ---: |")
        for arm, run in (("plain TRL", _plain), ("tracemill", _ours)):
            torch.cuda.empty_cache()
            torch.cuda.reset_peak_memory_stats()
            seconds = run(student, rows, arguments.steps, folder / arm)
            rate = sum(map(len, rows)) / seconds
            peak = torch.cuda.max_memory_allocated() / 1e9
            print(f"| {arm} | {rate:,.0f} | {seconds / arguments.steps:.2f} | {peak:.1f} |", flush=True)
    return 0


def _make_student(shape: str, out: Path) -> str:
    import torch
    from transformers import Qwen3Config, Qwen3ForCausalLM

    from finetune.tiny import train_tokenizer

    tokenizer = train_tokenizer(["0 1 2 3 4 5 6 7 8 9"], 300)
    config = Qwen3Config(vocab_size=VOCABULARY, max_position_embeddings=40_960, tie_word_embeddings=False,
                         eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id,
                         bos_token_id=None, **SHAPES[shape])  # fmt: skip
    with torch.device("cuda"):
        torch.set_default_dtype(torch.bfloat16)
        model = Qwen3ForCausalLM(config)
        torch.set_default_dtype(torch.float32)
    model.save_pretrained(out)
    tokenizer.save_pretrained(out)
    del model
    return str(out)


def _rows(n: int) -> list[list[int]]:
    draw = random.Random(0)
    return [[draw.randrange(3, VOCABULARY) for _ in range(draw.randint(256, LONGEST))] for _ in range(n)]


def _plain(student: str, rows: list[list[int]], steps: int, out: Path) -> float:
    import torch
    from datasets import Dataset
    from peft import LoraConfig
    from transformers import BitsAndBytesConfig
    from trl import SFTConfig, SFTTrainer

    trainer = SFTTrainer(
        model=student,
        args=SFTConfig(
            output_dir=str(out), per_device_train_batch_size=8, gradient_accumulation_steps=2, max_steps=steps,
            learning_rate=1e-4, lr_scheduler_type="cosine", max_length=LONGEST, report_to="none",
            save_strategy="no", disable_tqdm=True, bf16=True,
        ),
        train_dataset=Dataset.from_dict({"input_ids": rows, "labels": rows}),
        quantization_config=BitsAndBytesConfig(
            load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True,
            bnb_4bit_compute_dtype=torch.bfloat16,
        ),
        peft_config=LoraConfig(r=32, lora_alpha=64, target_modules="all-linear", task_type="CAUSAL_LM"),
    )  # fmt: skip
    return _timed(trainer.train)


def _ours(student: str, rows: list[list[int]], steps: int, out: Path) -> float:
    from curate.training_sections import FinetuneSection
    from finetune.data.encoding import EncodedRow, Encoding
    from finetune.data.exports import TrainingRow
    from finetune.data.templates import choose_template
    from finetune.settings import resolve_settings
    from finetune.student import find_rung, load_tokenizer
    from finetune.training.plan import TrainPlan
    from finetune.training.trainers import make_trainer

    section = FinetuneSection(preset="shu2025", student=student, max_steps=steps, numerics="nf4-bf16-sdpa")
    settings = replace(resolve_settings(section).settings, eval_steps=10**6)
    encoded = tuple(
        EncodedRow(ids, 1, TrainingRow(str(at), str(at), "cot", "", "")) for at, ids in enumerate(rows)
    )
    tokenizer = load_tokenizer(student)
    plan = TrainPlan(
        settings, find_rung("nf4-bf16-sdpa"), student, tokenizer, choose_template("plain", tokenizer),
        Encoding(encoded, {}, LONGEST, LONGEST), Encoding(()), 0, out,
    )  # fmt: skip
    return _timed(make_trainer(plan, []).train)


def _timed(train: Any) -> float:
    import torch

    torch.cuda.synchronize()
    begun = time.monotonic()
    train()
    torch.cuda.synchronize()
    return time.monotonic() - begun


if __name__ == "__main__":
    sys.exit(main())
