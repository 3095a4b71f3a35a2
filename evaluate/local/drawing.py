"""Sampling whose draws belong to the problem, not to the batch that it happens to be in.

The Gumbel-max form of sampling: adding standard Gumbel noise to log-probabilities and taking the largest is a
draw from the distribution. The noise of each row comes from a generator seeded by the row's own number and
the position, so an answer is the same alone, in any batch, and after a restart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evaluate.types import SamplingRule

_TINY = 1e-20


def make_processors(rule: SamplingRule, row_seeds: Sequence[int], positions: Sequence[int]) -> list[Any]:
    """Give the logits processors of a batch: warpers, then noise; none for greedy.

    `positions` counts the tokens that each row has written already.
    """
    if rule.temperature == 0:
        return []
    from transformers import TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper

    processors: list[Any] = [TemperatureLogitsWarper(rule.temperature)]
    if rule.top_k is not None:
        processors.append(TopKLogitsWarper(rule.top_k))
    if rule.top_p < 1:
        processors.append(TopPLogitsWarper(rule.top_p))
    return [*processors, _noise(row_seeds, positions)]


def _noise(row_seeds: Sequence[int], positions: Sequence[int]) -> Any:
    import torch
    from transformers import LogitsProcessor

    class Noise(LogitsProcessor):  # type: ignore[misc]  # its base is not typed
        """Adds the noise of each row; the step is counted here, one call per token."""

        def __init__(self) -> None:
            self._step = 0

        def __call__(self, input_ids: Any, scores: Any) -> Any:
            generator = torch.Generator(device=scores.device)
            noise = torch.empty_like(scores, dtype=torch.float32)
            for row, (seed, position) in enumerate(zip(row_seeds, positions, strict=True)):
                generator.manual_seed((seed + 0x9E3779B97F4A7C15 * (position + self._step + 1)) % 2**63)
                noise[row].exponential_(generator=generator)
            self._step += 1
            # -log of a standard exponential is standard Gumbel
            return scores - noise.clamp_min(_TINY).log()

    return Noise()
