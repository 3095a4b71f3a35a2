"""LoRA on a student: which layers, which dtype."""

from __future__ import annotations

from typing import Any

from finetune.settings import TrainSettings


def adapter_config(settings: TrainSettings) -> Any:
    """Give the adapter of QLoRA and LoRA: all linear layers but the head; nothing for full training."""
    if settings.method == "full":
        return None
    from peft import LoraConfig

    return LoraConfig(
        r=settings.lora_rank,
        lora_alpha=settings.lora_alpha,
        lora_dropout=settings.lora_dropout,
        target_modules="all-linear",
        task_type="CAUSAL_LM",
    )


def widen_adapter(model: Any) -> int:
    """Hold trained weights in fp32; TRL narrows those of QLoRA to bf16, where small updates vanish.

    Gives the number of tensors that were widened.
    """
    import torch

    n_widened = 0
    for parameter in model.parameters():
        if parameter.requires_grad and parameter.dtype in (torch.bfloat16, torch.float16):
            parameter.data = parameter.data.float()
            n_widened += 1
    return n_widened
