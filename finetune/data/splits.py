"""Hold problems out for validation: all rows of a problem stand on one side.

The side is drawn from the letters and digits of the prompt, so one question under two sources stays together,
and it does not depend on the training seed, so that students of several seeds are compared on the same rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from curate.ids import content_id, text_key
from finetune.data.exports import TrainingRow


@dataclass(frozen=True, slots=True)
class Split:
    """Rows for training, in the order of the export, and held-out rows of other problems."""

    train: tuple[TrainingRow, ...]
    validation: tuple[TrainingRow, ...]


def split_by_problem(rows: Sequence[TrainingRow], share: float) -> Split:
    """Hold out about `share` of the problems (0 holds out none); at least one when there are two.

    >>> rows = [TrainingRow(str(i), str(i % 4), "cot", f"question {i % 4}", "5") for i in range(8)]
    >>> split = split_by_problem(rows, 0.25)
    >>> len(split.train), len(split.validation)
    (6, 2)
    """
    keys = [content_id("validation", text_key(row.prompt)) for row in rows]
    problems = sorted(set(keys))
    n_held = round(share * len(problems))
    if share > 0 and len(problems) > 1:
        n_held = min(max(1, n_held), len(problems) - 1)
    held = set(problems[:n_held])
    return Split(
        tuple(row for row, key in zip(rows, keys, strict=True) if key not in held),
        tuple(row for row, key in zip(rows, keys, strict=True) if key in held),
    )
