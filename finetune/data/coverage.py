"""What a training will see, counted before it starts: rows, tokens, mask, what was dropped and why.

In: an encoding. Out: `Coverage`, plain numbers. A share of trained tokens of zero, or rows that do not end
with an end token, are faults that other trainers report as a loss of 0.0 or a student that never stops.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from curate.errors import GateError
from finetune.data.encoding import Encoding


@dataclass(frozen=True, slots=True)
class Coverage:
    """Counts of one encoding; lengths in tokens."""

    n_rows: int
    n_problems: int
    n_dropped: int
    dropped: dict[str, int]
    n_tokens: int
    n_trained: int
    """Tokens that carry loss."""
    n_ended: int
    """Rows whose last trained token is an end token."""
    median: int
    p95: int
    longest: int
    max_length: int

    @property
    def masked_share(self) -> float:
        """Give the share of tokens without loss, 0 for no tokens."""
        return 1 - self.n_trained / self.n_tokens if self.n_tokens else 0.0


def measure_coverage(encoding: Encoding, end_ids: Collection[int]) -> Coverage:
    """Count an encoding; an empty one gives zeros."""
    lengths = sorted(len(row.input_ids) for row in encoding.rows)
    dropped = {reason: len(ids) for reason, ids in encoding.dropped.items()}
    return Coverage(
        n_rows=len(lengths),
        n_problems=len({row.row.problem_id for row in encoding.rows}),
        n_dropped=sum(dropped.values()),
        dropped=dropped,
        n_tokens=sum(lengths),
        n_trained=sum(len(row.input_ids) - row.n_prompt for row in encoding.rows),
        n_ended=sum(row.input_ids[-1] in end_ids for row in encoding.rows),
        median=lengths[len(lengths) // 2] if lengths else 0,
        p95=lengths[int(len(lengths) * 0.95)] if lengths else 0,
        longest=encoding.longest,
        max_length=encoding.max_length,
    )


def require_coverage(coverage: Coverage) -> None:
    """Refuse a training that would learn nothing, or never to stop.

    Raises:
        GateError: naming what is missing.
    """
    if coverage.n_trained == 0:
        raise GateError(
            "every token is masked: this training would learn nothing",
            "look at the export's rows and at finetune.template",
        )
    if coverage.n_ended < coverage.n_rows:
        raise GateError(
            f"{coverage.n_rows - coverage.n_ended} of {coverage.n_rows} rows do not end with an end token "
            "of the student, which would never learn to stop",
            "set finetune.template to one that ends its turns, or plain",
        )
