"""What the comparison of an answer with a gold found; never a bare bool."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal["equal", "not_equal", "undecided"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`not_equal` is a positive finding: both sides were read as known kinds and differ."""

    status: Status
    reason: str
    decided_by: str = ""
    gold_normalised: str = ""
    answer_normalised: str = ""
