"""Split the work of a store by problem, so that machines need no coordinator.

A shard is named `i/N`, from 1 to N. A problem falls into a shard by the first hex digits of its id, the same
ones on every machine and version, so all traces of a problem meet in one shard.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from curate.errors import UsageError

MAX_SHARDS = 1_000_000


@dataclass(frozen=True, slots=True)
class Shard:
    """One of `count` parts of the problems; `index` counts from 0."""

    index: int = 0
    count: int = 1

    @property
    def name(self) -> str:
        """Name the segments that this shard writes."""
        return "0" if self.count == 1 else f"{self.index + 1}of{self.count}"


WHOLE = Shard()


def parse_shard(text: str) -> Shard:
    """Read `i/N` with 1 <= i <= N.

    Raises:
        UsageError: for anything else.

    >>> parse_shard("2/4")
    Shard(index=1, count=4)
    """
    match = re.fullmatch(r"([0-9]{1,7})/([0-9]{1,7})", text.strip())
    index, count = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 1 <= index <= count <= MAX_SHARDS:
        raise UsageError(
            f"--shard {text!r} is not of the form i/N with 1 <= i <= N",
            "the first of four machines takes --shard 1/4, the last one --shard 4/4",
        )
    return Shard(index - 1, count)
