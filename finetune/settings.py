"""All values that train a student, each with its origin: published by the study, ours, or the user's own.

In: the section of the run file. Out: `TrainSettings`, complete and frozen. A preset is a YAML file in
`presets/` with two parts, `published` and `ours`; a key of the run file goes before both.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import yaml

from curate.errors import ConfigError
from curate.ids import canonical_json, content_id
from curate.training_sections import FinetuneSection, Method, Objective, Rung
from curate.types import Json

Origin = Literal["published", "ours", "yours"]
Batching = Literal["auto", "group", "pack", "plain", "in-order"]

PRESETS = ("shu2025", "zhu2024", "chen2025", "baral2026", "laptop")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainSettings:
    """What one training needs; units as in `FinetuneSection`."""

    student: str
    objective: Objective
    method: Method
    numerics: Rung
    learning_rate: float
    scheduler: Literal["linear", "cosine", "constant"]
    warmup: float
    epochs: float
    batch_size: int
    accumulation: int
    max_length: int
    weight_decay: float
    max_grad_norm: float
    lora_rank: int
    lora_alpha: int
    lora_dropout: float
    dpo_beta: float
    template: str
    validation_share: float
    eval_steps: int
    batching: Batching
    checkpointing: bool
    on_long: Literal["drop", "fail"]
    forms: tuple[str, ...] | None = None
    task_text: bool = False
    max_steps: int | None = None
    max_rows: int | None = None
    patience: int | None = None
    threads: int | None = None
    seeds: tuple[int, ...] = (0,)
    allow_unverified: bool = False
    allow_contaminated: bool = False

    def as_json(self) -> dict[str, Json]:
        """Give the settings as plain values, for manifests and the store."""
        forms = list(self.forms) if self.forms else None
        return {**asdict(self), "seeds": list(self.seeds), "forms": forms}

    def settings_id(self) -> str:
        """Identify what decides the weights: everything but the seeds, which name students of their own."""
        return content_id("train_settings", canonical_json({**self.as_json(), "seeds": None}))


@dataclass(frozen=True, slots=True)
class ResolvedSettings:
    """Settings with where each value comes from, and the study that the preset follows."""

    settings: TrainSettings
    origins: dict[str, Origin]
    preset: str
    study: str


def resolve_settings(section: FinetuneSection) -> ResolvedSettings:
    """Put a preset and the keys of the run file together.

    Raises:
        ConfigError: for an unknown preset, or values that do not go together.
    """
    preset = read_preset(section.preset)
    values: dict[str, Any] = {}
    origins: dict[str, Origin] = {}
    for origin in ("ours", "published"):
        for name, value in preset[origin].items():
            values[name] = tuple(value) if name == "seeds" else value
            origins[name] = origin
    known = {field.name for field in fields(TrainSettings)}
    for name in section.model_fields_set & known:
        value = getattr(section, name)
        if value is not None:
            values[name] = value
            origins[name] = "yours"
    values.setdefault("on_long", section.on_long)
    values.setdefault("task_text", values["objective"] == "seq2seq")
    settings = TrainSettings(**values)
    _check(settings)
    return ResolvedSettings(settings, origins, section.preset, str(preset["study"]))


def read_preset(name: str) -> dict[str, Any]:
    """Read a preset that ships with the package.

    Raises:
        ConfigError: when there is none of that name.
    """
    if name not in PRESETS:
        raise ConfigError(
            f"finetune.preset: there is no preset {name!r}", f"presets are {', '.join(PRESETS)}"
        )
    text = (resources.files("finetune") / "presets" / f"{name}.yaml").read_text(encoding="utf-8")
    preset: dict[str, Any] = yaml.safe_load(text)
    return preset


def _check(settings: TrainSettings) -> None:
    """Refuse values that would train something else than they say."""
    quantised = settings.method == "qlora"
    if settings.objective == "seq2seq" and settings.method != "full":
        raise ConfigError(
            f"finetune.method: {settings.method} is for decoder-only students; seq2seq trains all weights",
            "set `method: full`, or `objective: sft`",
        )
    if settings.numerics == "nf4-bf16-sdpa" and not quantised:
        raise ConfigError(
            f"finetune.numerics: nf4-bf16-sdpa holds the base in 4 bits, which {settings.method} does not do",
            "set `method: qlora`, or another rung",
        )
    if quantised and settings.numerics not in ("auto", "nf4-bf16-sdpa"):
        raise ConfigError(
            f"finetune.numerics: {settings.numerics} is not 4-bit, and method is qlora",
            "set `method: lora` to train an adapter on the full base, or `numerics: auto`",
        )
    if settings.batching == "pack" and (settings.objective != "sft" or settings.batch_size > 1):
        raise ConfigError(
            "finetune.batching: pack needs objective sft and batch_size 1: without FlashAttention the mask "
            "that keeps packed documents apart grows with the square of the batch",
            "set `batch_size: 1` and more accumulation, or `batching: group`, which is as fast here",
        )
    if settings.template.endswith(".jinja") and not Path(settings.template).is_file():
        raise ConfigError(
            f"finetune.template: there is no file {settings.template}", "auto, plain, alpaca, or a Jinja file"
        )
