"""What reading the journal found and what a projection did, as frozen values for people and tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

DamageReason = Literal["checksum", "not_json", "wrong_shape"]


@dataclass(frozen=True, slots=True)
class Damage:
    """Bytes inside a segment that are no record any more; what stood there is lost."""

    segment: str
    offset: int
    n_bytes: int
    reason: DamageReason


@dataclass(frozen=True, slots=True)
class TornTail:
    """The unfinished last line of a killed writer, cut off and kept in `<segment>.torn`."""

    segment: str
    offset: int
    n_bytes: int


@dataclass(frozen=True, slots=True)
class ProjectProgress:
    """How far a projection has come, in journal bytes."""

    done: int
    total: int
    n_records: int


@dataclass(frozen=True, slots=True)
class ProjectReport:
    """What one projection did. `torn` and `damaged` list all that the journal holds, not only new ones."""

    n_records: int = 0
    n_bytes: int = 0
    seconds: float = 0.0
    torn: tuple[TornTail, ...] = ()
    damaged: tuple[Damage, ...] = ()
    is_rebuilt: bool = False
    reason: str = ""
    """Why the file was built anew: asked, missing, damaged, new parser; empty when it was caught up."""

    @property
    def rows(self) -> int:
        """Give the number of journal records that were projected."""
        return self.n_records
