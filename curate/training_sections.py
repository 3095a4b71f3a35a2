"""The section `finetune:` of the run file. It only names settings; the work is elsewhere.

A key that is left out takes its value from the preset (`finetune/presets/*.yaml`), which also says of each
value whether a study published it or we chose it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from curate.section import Section

Method = Literal["qlora", "lora", "full"]
Objective = Literal["sft", "seq2seq", "dpo"]
Rung = Literal["auto", "nf4-bf16-sdpa", "bf16-sdpa", "bf16-eager", "fp32-sdpa", "fp32-eager"]


class FinetuneSection(Section):
    """How a student is trained. Every key that is null is taken from the preset."""

    preset: str = Field("laptop", description="shu2025, zhu2024, chen2025, baral2026 or laptop")
    student: str | None = Field(
        None, description="model: a hub id, a folder, or `tiny` for one made here from a config"
    )
    export: Path | None = Field(None, description="folder of the export; null: the first one of this file")
    out: Path = Field(Path("student"), description="folder for adapters, curves and the model card")
    objective: Objective | None = Field(
        None, description="sft (decoder), seq2seq (encoder-decoder) or dpo (preference pairs)"
    )
    method: Method | None = Field(None, description="qlora (4-bit base), lora, or full")
    numerics: Rung | None = Field(None, description="a rung of the numerics ladder; auto asks preflight")
    learning_rate: float | None = Field(None, gt=0, le=1, description="peak learning rate")
    scheduler: Literal["linear", "cosine", "constant"] | None = Field(
        None, description="shape of the learning rate over the steps"
    )
    warmup: float | None = Field(
        None, ge=0, description="warm-up: below 1 a share of the steps, else a number of steps"
    )
    epochs: float | None = Field(None, gt=0, description="passes over the rows; max_steps goes before it")
    max_steps: int | None = Field(None, ge=1, description="optimiser steps; null: as many as the epochs need")
    batch_size: int | None = Field(None, ge=1, description="rows per device and forward pass")
    accumulation: int | None = Field(None, ge=1, description="forward passes per optimiser step")
    max_length: int | None = Field(
        None, ge=8, description="tokens of a row, prompt and answer; a longer row is dropped and counted"
    )
    max_rows: int | None = Field(None, ge=1, description="at most this many training rows, the first ones")
    weight_decay: float | None = Field(None, ge=0, description="AdamW weight decay")
    max_grad_norm: float | None = Field(None, gt=0, description="gradient norm is clipped to this")
    lora_rank: int | None = Field(None, ge=1, description="rank of the adapter")
    lora_alpha: int | None = Field(None, ge=1, description="scale of the adapter is alpha / rank")
    lora_dropout: float | None = Field(None, ge=0, lt=1, description="dropout before the adapter")
    dpo_beta: float | None = Field(None, gt=0, description="strength of the reference in DPO")
    template: str | None = Field(
        None,
        description="auto (the student's own chat template, else plain), plain, alpaca, or a Jinja file",
    )
    forms: tuple[Literal["cot", "pot", "eot"], ...] | None = Field(
        None, min_length=1, description="train on these forms of the export only; null: on all of its rows"
    )
    task_text: bool | None = Field(
        None,
        description="append each form's text to its questions (study B), so that one student learns several "
        "forms; null: yes for seq2seq, else no",
    )
    validation_share: float | None = Field(
        None, ge=0, lt=1, description="share of the problems held out to choose the best step"
    )
    eval_steps: int | None = Field(None, ge=1, description="optimiser steps between two validations")
    patience: int | None = Field(
        None, ge=1, description="stop after this many validations without a better loss; null: never"
    )
    batching: Literal["auto", "group", "pack", "plain", "in-order"] | None = Field(
        None,
        description="auto: by the export; group by length, pack, plain (shuffled), or in the export's order",
    )
    on_long: Literal["drop", "fail"] = Field("drop", description="what to do with rows over max_length")
    checkpointing: bool | None = Field(None, description="recompute activations to save memory")
    threads: int | None = Field(None, ge=1, description="CPU threads; null: 1 without a GPU")
    seeds: tuple[int, ...] | None = Field(None, min_length=1, description="one student per seed")
    allow_unverified: bool = Field(False, description="train on an export whose policy checks no answers")
    allow_contaminated: bool = Field(
        False, description="train on an export that was held against no benchmark"
    )

    def anchored(self, folder: Path) -> FinetuneSection:
        """Take relative paths from the run file's folder; a student that is a folder there among them."""

        def local(name: str | None) -> str | None:
            return str(folder / name) if name and (folder / name).exists() else name

        return self.model_copy(
            update={
                "out": folder / self.out,
                "export": folder / self.export if self.export else None,
                "student": local(self.student),
                "template": local(self.template),
            }
        )
