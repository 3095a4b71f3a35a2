"""What a batch run holds in memory: rows on their way and the batches that carry them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import BinaryIO, Literal

from curate.stages.units import Unit

JobState = Literal["preparing", "uploaded", "submitted", "over"]


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """What one input file may hold; the documented limits of the Batch API."""

    max_rows: int = 50_000
    max_bytes: int = 200_000_000


@dataclass(slots=True)
class Row:
    """One request. Without a unit it was sent by an earlier run and this run's plan has not come to it."""

    request_id: str
    unit: Unit | None
    attempt: int = 1
    n_failures: int = 0
    """Tries that count against `max_attempts`: all but those that ended because of a limit of the account."""
    reserved_usd: Decimal | None = None
    is_booked_here: bool = True
    """The reservation is this run's; an earlier run's batch was reserved under its own cap."""
    has_been_sent: bool = False
    is_done: bool = False


@dataclass(slots=True)
class Job:
    """One batch. `content` is kept until it is uploaded."""

    content_hash: str
    attempt: int
    rows: dict[str, Row]
    made_at: float
    state: JobState = "preparing"
    file_id: str = ""
    batch_id: str = ""
    content: BinaryIO | None = None
    is_creation_unsure: bool = False
    """A creation may have happened unseen: look for it before another one."""
    trouble_since: float | None = None
    note: str = ""
