"""How much memory a training needs, from the student's config alone, before any weight is loaded.

In: a student, settings and rung. Out: `MemoryEstimate` in bytes: weights, gradients and optimiser exactly,
activations by rule of thumb for a gated transformer with normed heads: what its backward pass keeps per token
and layer (in fp32 fitted to measured peaks, `python -m benchmarks.finetune.memory`; in bf16, with the copies
that autocast makes, counted from its code), and the tile in which TRL projects to the vocabulary. The
libraries themselves, about 0.5 GB on a CPU, are not in it. The model is built without storage, so even a
student of many billion parameters takes no room here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curate.errors import ConfigError, MissingError
from finetune.processes import is_sharded, n_processes
from finetune.settings import TrainSettings
from finetune.student import Numerics, missing_student

NF4_BYTES = 0.5 + 1 / 64 + 4 / (64 * 256)
"""Per weight: four bits, one byte of scale per 64 of them, one float per 256 scales (double quantisation)."""
TILE = (4096, 32768)
"""Tokens and words that TRL 1.16 projects at a time; it never holds all logits."""
_KEPT = {"float32": (18, 5), "bfloat16": (30, 8)}
"""Per token and layer: how many times the hidden and the feed-forward width."""
_KEPT_FOR_ADAPTERS = (4, 2)
"""The outputs of the frozen layers, to which those of the adapters are added."""
_TILE_COPIES = 7
"""In fp32, on a CPU: statistics and gradient of a tile are made by torch, on a GPU in place by a kernel."""
_ADAM = 8
_SIZE = {"bfloat16": 2, "float32": 4}


@dataclass(frozen=True, slots=True)
class Shape:
    """What of a student decides its memory; `linear` is the weights of layers that NF4 and LoRA take."""

    n_parameters: int
    linear: int
    adapter_per_rank: int
    n_layers: int
    hidden: int
    feed_forward: int
    n_heads: int
    vocabulary: int
    context: int | None = None
    """Tokens that the student can read at once; None where its positions have no end (T5)."""


@dataclass(frozen=True, slots=True)
class MemoryEstimate:
    """Bytes on one device; `free` is what the device has, None when it does not say."""

    n_parameters: int
    n_trained: int
    weights: int
    training: int
    """Gradients and optimiser."""
    activations: int
    free: int | None

    @property
    def total(self) -> int:
        """Give the sum."""
        return self.weights + self.training + self.activations


def read_shape(student: str, *, is_seq2seq: bool = False) -> Shape:
    """Build a student without storage from its config, and measure it.

    Raises:
        MissingError: when there is no config to be had.
        ConfigError: for a student of the other kind.
    """
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSeq2SeqLM

    kind = AutoModelForSeq2SeqLM if is_seq2seq else AutoModelForCausalLM
    try:
        config = AutoConfig.from_pretrained(student)
        _require_kind(student, config, is_seq2seq=is_seq2seq)
        with torch.device("meta"):
            model = kind.from_config(config)
    except (OSError, ValueError) as error:
        raise missing_student(student, error) from None
    head = model.get_output_embeddings()
    layers = [part for part in model.modules() if isinstance(part, torch.nn.Linear) and part is not head]
    return Shape(
        n_parameters=sum(parameter.numel() for parameter in model.parameters()),
        linear=sum(layer.weight.numel() for layer in layers),
        adapter_per_rank=sum(sum(layer.weight.shape) for layer in layers),
        n_layers=int(_first(config, "num_hidden_layers", "num_layers", "n_layer") * (1 + is_seq2seq)),
        hidden=int(_first(config, "hidden_size", "d_model", "n_embd")),
        feed_forward=int(_first(config, "intermediate_size", "d_ff", "n_inner", "hidden_size")),
        n_heads=int(_first(config, "num_attention_heads", "num_heads", "n_head")),
        vocabulary=int(config.vocab_size),
        context=None if is_seq2seq else getattr(config, "max_position_embeddings", None),
    )


def estimate_memory(
    shape: Shape,
    settings: TrainSettings,
    numerics: Numerics,
    longest: int,
    free: int | None = None,
    *,
    has_gpu: bool = False,
) -> MemoryEstimate:
    """Add up what a training needs with rows of `longest` tokens."""
    size = _SIZE[numerics.dtype]
    n_trained = shape.n_parameters
    weights: float = 4 * shape.n_parameters
    if settings.method == "full":
        weights += 2 * shape.n_parameters if size == 2 else 0  # the copies that autocast keeps
    else:
        n_trained = shape.adapter_per_rank * settings.lora_rank
        rest = shape.n_parameters - shape.linear
        base = shape.linear * (NF4_BYTES if numerics.is_quantised else size) + rest * size
        weights = base + 4 * n_trained
    training = n_trained * (4 + _ADAM)
    share = n_processes() if is_sharded() else 1
    activations = _activations(shape, settings, numerics, longest)
    activations += _projection(shape, settings, longest, size, has_gpu=has_gpu)
    return MemoryEstimate(
        shape.n_parameters, n_trained, int(weights / share), training // share, activations, free
    )


def require_memory(estimate: MemoryEstimate) -> None:
    """Refuse a training whose weights, gradients, optimiser and half of whose activations do not fit.

    Raises:
        MissingError: with both figures.
    """
    least = estimate.weights + estimate.training + estimate.activations // 2
    if estimate.free is not None and least > estimate.free:
        raise MissingError(
            f"this training needs about {gigabytes(estimate.total)} of memory "
            f"({describe(estimate)}), and {gigabytes(estimate.free)} are free",
            "a smaller finetune.batch_size with more accumulation, checkpointing: true, a smaller "
            "max_length, method: qlora, or a smaller student",
        )


def free_memory() -> int | None:
    """Give the free bytes of this process's GPU, or of the machine or its container; None when unknown."""
    import torch

    if torch.cuda.is_available():
        return int(torch.cuda.mem_get_info()[0])
    found = [value for value in (_machine_free(), _container_free()) if value is not None]
    return min(found, default=None)


def describe(estimate: MemoryEstimate) -> str:
    """Say the parts of an estimate."""
    return (
        f"weights {gigabytes(estimate.weights)}, gradients and optimiser {gigabytes(estimate.training)}, "
        f"activations {gigabytes(estimate.activations)}"
    )


def gigabytes(n_bytes: int) -> str:
    """Show bytes in GB or MB."""
    return f"{n_bytes / 1e9:.1f} GB" if n_bytes >= 1e9 else f"{n_bytes / 1e6:.1f} MB"


def _n_tokens(settings: TrainSettings, longest: int) -> int:
    return settings.batch_size * longest * (2 if settings.objective == "dpo" else 1)


def _activations(shape: Shape, settings: TrainSettings, numerics: Numerics, longest: int) -> int:
    """Give what the layers keep for the backward pass."""
    tokens, size = _n_tokens(settings, longest), _SIZE[numerics.dtype]
    hidden, feed_forward = _KEPT[numerics.dtype]
    if settings.method != "full":
        hidden, feed_forward = hidden + _KEPT_FOR_ADAPTERS[0], feed_forward + _KEPT_FOR_ADAPTERS[1]
    layer = tokens * (hidden * shape.hidden + feed_forward * shape.feed_forward) * size
    if numerics.attention == "eager":
        layer += 3 * tokens * longest * shape.n_heads * size
    if settings.checkpointing:
        return shape.n_layers * tokens * shape.hidden * size + layer
    return shape.n_layers * layer


def _projection(shape: Shape, settings: TrainSettings, longest: int, size: int, *, has_gpu: bool) -> int:
    """Give what the projection to the vocabulary and the loss take."""
    tokens = _n_tokens(settings, longest)
    if settings.objective == "seq2seq":  # all logits: as computed, widened for the loss, and their gradient
        return tokens * shape.vocabulary * (size + 8)
    if has_gpu:
        return min(tokens, TILE[0]) * TILE[1] * size
    return min(tokens, TILE[0]) * min(shape.vocabulary, TILE[1]) * (size + 4 * _TILE_COPIES)


def _require_kind(student: str, config: Any, *, is_seq2seq: bool) -> None:
    """Refuse a decoder where an encoder-decoder is to be trained, and the other way round."""
    if bool(getattr(config, "is_encoder_decoder", False)) == is_seq2seq:
        return
    raise ConfigError(
        f"{student} is a {config.model_type}, "
        + ("which has no encoder to train as seq2seq" if is_seq2seq else "an encoder-decoder"),
        "set finetune.objective: sft (or dpo), or name an encoder-decoder such as a T5"
        if is_seq2seq
        else "set finetune.objective: seq2seq (the ladder of `preflight` is for decoders), or name a decoder",
    )


def _first(config: Any, *names: str) -> Any:
    for name in names:
        value = getattr(config, name, None)
        if value is not None:
            return value
    raise MissingError(
        f"the student's config has none of {', '.join(names)}", "name a decoder or T5-like model"
    )


def _machine_free() -> int | None:
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        return None
    return None


def _container_free() -> int | None:
    folder = Path("/sys/fs/cgroup")
    try:
        limit = int((folder / "memory.max").read_text(encoding="ascii"))
        return limit - int((folder / "memory.current").read_text(encoding="ascii"))
    except (OSError, ValueError):  # no such files, or "max"
        return None
