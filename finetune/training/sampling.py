"""Rows grouped by length, batches in a mixed order.

The length-grouped sampler of transformers sorts some 50 batches at a time from long to short. Where rows of
different kinds differ in length (long traces, short answers), each kind then comes in a block of batches, and
a student unlearns one while it sees the other: in benchmarks/distill, bare sums still stood at 0.8 a token
after 530 steps, against 0.05 with mixed batches. Padding depends on what is in a batch, not on the order of
batches, so mixing them costs nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def mix_batches(kind: type[Any]) -> type[Any]:
    """Make a trainer class that shuffles the batches which its length-grouped sampler gives."""
    from transformers.trainer_pt_utils import LengthGroupedSampler

    class MixedBatches(kind):  # type: ignore[misc]
        """Shuffles whole optimizer steps, so that the processes of a step get rows of like length."""

        def _get_train_sampler(self, train_dataset: Any = None) -> Any:
            sampler = super()._get_train_sampler(train_dataset)
            if not isinstance(sampler, LengthGroupedSampler):
                return sampler
            return _mixed(sampler, sampler.batch_size * self.accelerator.num_processes)

    return MixedBatches


def _mixed(sampler: Any, n_rows: int) -> Any:
    import torch

    class MixedSampler(torch.utils.data.Sampler):  # type: ignore[misc]
        """Gives the rows of another sampler, `n_rows` at a time, in a new order each epoch."""

        def __len__(self) -> int:
            return len(sampler)

        def __iter__(self) -> Any:
            rows = list(sampler)
            n_whole = len(rows) // n_rows
            # seeded as the sampler itself is: by torch's own state, which a resumed training restores
            order = torch.randperm(max(n_whole - 1, 0), generator=sampler.generator).tolist()
            return iter(in_order(rows, n_rows, order))

    return MixedSampler()


def in_order(rows: Sequence[int], n_rows: int, order: Sequence[int]) -> list[int]:
    """Put pieces of `n_rows` rows in an order that counts from the second one.

    The first stays first, because it holds the longest row and memory should run out at once or not at all;
    a last piece that is not full stays last.

    >>> in_order([0, 1, 2, 3, 4, 5, 6], 2, [1, 0])
    [0, 1, 4, 5, 2, 3, 6]
    """
    pieces = [rows[at : at + n_rows] for at in range(0, len(rows), n_rows)]
    moved = [pieces[1 + place] for place in order]
    return [row for piece in (*pieces[:1], *moved, *pieces[1 + len(moved) :]) for row in piece]
