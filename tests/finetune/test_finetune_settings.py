"""Presets, their origins, and combinations that would train something else than they say."""

from __future__ import annotations

from typing import Any

import pytest

from curate.errors import ConfigError
from curate.training_sections import FinetuneSection
from finetune.settings import PRESETS, resolve_settings


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_is_complete_and_says_where_its_values_come_from(preset: str) -> None:
    resolved = resolve_settings(FinetuneSection(preset=preset))
    assert set(resolved.origins.values()) <= {"published", "ours"}
    assert ("published" in resolved.origins.values()) == (preset != "laptop")


@pytest.mark.parametrize(
    ("preset", "values"),
    [
        ("shu2025", {"method": "qlora", "lora_rank": 32, "lora_alpha": 64}),
        ("shu2025", {"batch_size": 8, "accumulation": 2}),
        ("shu2025", {"learning_rate": 1e-4, "scheduler": "cosine", "max_length": 2048}),
        ("zhu2024", {"objective": "seq2seq", "method": "full", "learning_rate": 5e-4, "epochs": 10}),
        ("chen2025", {"method": "full", "learning_rate": 5e-5, "epochs": 3}),
        ("chen2025", {"max_length": 4096, "max_rows": 10000}),
        ("baral2026", {"batch_size": 4, "learning_rate": 1e-5, "max_steps": 200, "seeds": (0, 1, 2, 3, 4)}),
    ],
)  # fmt: skip
def test_published_values_are_those_of_the_studies(preset: str, values: dict[str, Any]) -> None:
    resolved = resolve_settings(FinetuneSection(preset=preset))
    for name, value in values.items():
        assert getattr(resolved.settings, name) == value
        assert resolved.origins[name] == "published"


def test_a_key_of_the_user_goes_before_the_preset() -> None:
    resolved = resolve_settings(FinetuneSection(preset="shu2025", learning_rate=3e-5))
    assert resolved.settings.learning_rate == 3e-5
    assert resolved.origins["learning_rate"] == "yours"


@pytest.mark.parametrize(
    "section",
    [
        FinetuneSection(preset="unknown"),
        FinetuneSection(preset="zhu2024", method="lora"),
        FinetuneSection(preset="laptop", numerics="nf4-bf16-sdpa"),
        FinetuneSection(preset="shu2025", numerics="fp32-sdpa"),
        FinetuneSection(preset="laptop", template="missing.jinja"),
    ],
)
def test_what_does_not_go_together_is_refused_with_a_remedy(section: FinetuneSection) -> None:
    with pytest.raises(ConfigError) as caught:
        resolve_settings(section)
    assert caught.value.hint


def test_seeds_do_not_change_the_identity_of_a_training() -> None:
    one = resolve_settings(FinetuneSection(seeds=(0,))).settings
    two = resolve_settings(FinetuneSection(seeds=(1, 2))).settings
    assert one.settings_id() == two.settings_id()
    assert one.settings_id() != resolve_settings(FinetuneSection(learning_rate=0.01)).settings.settings_id()


def test_a_decoder_is_told_the_form_only_where_asked_and_an_encoder_decoder_always() -> None:
    def is_told(**keys: Any) -> bool:
        return resolve_settings(FinetuneSection(preset="laptop", **keys)).settings.task_text

    assert not is_told()
    assert is_told(task_text=True)
    assert is_told(objective="seq2seq")


def test_packing_a_batch_is_refused() -> None:
    with pytest.raises(ConfigError, match="pack"):
        resolve_settings(FinetuneSection(preset="laptop", batching="pack"))
    assert resolve_settings(FinetuneSection(preset="laptop", batching="pack", batch_size=1))
