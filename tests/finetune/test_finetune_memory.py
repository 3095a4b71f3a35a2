"""Memory is known from a config alone: the published shares come out, and what cannot fit is refused."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from curate.errors import ConfigError, MissingError
from curate.training_sections import FinetuneSection
from finetune.memory import Shape, estimate_memory, read_shape, require_memory
from finetune.settings import TrainSettings, resolve_settings
from finetune.student import find_rung, is_out_of_memory, load_model, out_of_memory

NF4 = find_rung("nf4-bf16-sdpa")
QWEN3_8B = {
    "model_type": "qwen3", "architectures": ["Qwen3ForCausalLM"], "hidden_size": 4096,
    "intermediate_size": 12288, "num_hidden_layers": 36, "num_attention_heads": 32, "num_key_value_heads": 8,
    "head_dim": 128, "vocab_size": 151936, "max_position_embeddings": 40960, "tie_word_embeddings": False,
}  # fmt: skip


@pytest.fixture(scope="module")
def shape(tmp_path_factory: pytest.TempPathFactory) -> Shape:
    folder = tmp_path_factory.mktemp("qwen3-8b")
    (folder / "config.json").write_text(json.dumps(QWEN3_8B), encoding="utf-8")
    return read_shape(str(folder))


def _settings(**keys: object) -> TrainSettings:
    return resolve_settings(FinetuneSection.model_validate({"preset": "shu2025", **keys})).settings


def test_the_adapter_of_study_a_has_its_published_share(shape: Shape) -> None:
    estimate = estimate_memory(shape, _settings(), NF4, 2048)
    assert shape.n_parameters == pytest.approx(8.19e9, rel=0.01)
    assert estimate.n_trained / shape.n_parameters == pytest.approx(0.0105, abs=0.0005)


def test_four_bits_take_a_quarter_and_full_training_takes_eighteen_bytes_a_weight(shape: Shape) -> None:
    qlora = estimate_memory(shape, _settings(), NF4, 2048, has_gpu=True)
    lora = estimate_memory(shape, _settings(method="lora"), find_rung("bf16-sdpa"), 2048)
    full = estimate_memory(shape, _settings(method="full"), find_rung("bf16-sdpa"), 2048)
    assert qlora.weights < lora.weights / 2.3
    assert full.weights + full.training == 18 * shape.n_parameters
    assert qlora.total < 24e9 < full.total


@pytest.mark.parametrize(
    ("n_layers", "hidden", "method", "measured"),
    [(2, 64, "full", 633), (6, 384, "full", 1120), (6, 384, "lora", 1074), (12, 768, "full", 2995)],
)
def test_the_rule_is_near_what_was_measured_on_a_cpu(
    n_layers: int, hidden: int, method: str, measured: int
) -> None:
    # peak over the libraries in MB, 4 rows of 256 tokens, by python -m benchmarks.finetune.memory
    attention = hidden * hidden * 3
    linear = n_layers * (attention + 3 * hidden * 3 * hidden)
    shape = Shape(
        linear + 16_384 * hidden, linear, n_layers * 18 * hidden, n_layers, hidden, 3 * hidden, 8, 16_384
    )
    settings = _settings(
        preset="laptop", method=method, batch_size=4, accumulation=1, checkpointing=False, lora_rank=16
    )
    estimate = estimate_memory(shape, settings, find_rung("fp32-sdpa"), 256)
    assert 0.85 < estimate.total / 1e6 / measured < 1.25


def test_longer_rows_and_no_checkpointing_cost_more(shape: Shape) -> None:
    few = estimate_memory(shape, _settings(), NF4, 512)
    many = estimate_memory(shape, _settings(), NF4, 2048)
    kept = estimate_memory(shape, replace(_settings(), checkpointing=False), NF4, 2048)
    assert few.activations < many.activations < kept.activations


def test_what_cannot_fit_is_refused_with_both_figures(shape: Shape) -> None:
    estimate = estimate_memory(shape, _settings(method="full"), find_rung("bf16-sdpa"), 2048, free=24 * 10**9)
    with pytest.raises(MissingError, match=r"24\.0 GB are free"):
        require_memory(estimate)
    require_memory(replace(estimate, free=None))


def test_a_student_without_a_config_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="cannot be loaded"):
        read_shape(str(tmp_path))


def test_a_student_of_the_other_kind_is_refused_with_the_objective_that_fits(
    student: Path, seq2seq_student: Path
) -> None:
    with pytest.raises(ConfigError, match="an encoder-decoder") as caught:
        read_shape(str(seq2seq_student))
    assert "seq2seq" in caught.value.hint
    with pytest.raises(ConfigError, match="no encoder"):
        read_shape(str(student), is_seq2seq=True)


def test_weights_that_are_torn_are_one_sentence(student: Path, tmp_path: Path) -> None:
    copy = tmp_path / "torn"
    shutil.copytree(student, copy)
    weights = copy / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1000])
    with pytest.raises(MissingError, match="its weights, cannot be loaded"):
        load_model(str(copy), find_rung("fp32-sdpa"))
    weights.unlink()
    with pytest.raises(MissingError, match="its weights, cannot be loaded"):
        load_model(str(copy), find_rung("fp32-sdpa"))


def test_memory_that_runs_out_is_told_from_other_faults() -> None:
    import torch

    with pytest.raises(RuntimeError) as caught:
        torch.empty(1 << 60, dtype=torch.uint8)
    assert is_out_of_memory(caught.value)
    assert is_out_of_memory(torch.OutOfMemoryError("CUDA out of memory"))
    assert not is_out_of_memory(RuntimeError("size mismatch"))
    assert "smaller" in out_of_memory("training seed 0", caught.value).hint
