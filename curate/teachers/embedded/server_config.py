"""How the server behaves: whom it lets in, which models it has, what it does wrong, how its batches end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from curate.teachers.embedded.http_faults import HttpFaults
from curate.teachers.embedded.models import MODEL_NAMES

BatchEnd = Literal["completed", "failed", "expired", "cancelled"]


@dataclass(frozen=True, slots=True)
class BatchBehaviour:
    """How batches go. `ends` are used up in the order of creation, later batches complete.

    `finished_share` of the rows of an expired or cancelled batch are done; `row_errors` of the rows of any
    batch end as an error of that row. The first `token_limit_refusals` batches are refused because too many
    tokens are queued: as a failed batch like the original's, or at creation.
    """

    polls_until_done: int = 1
    ends: tuple[BatchEnd, ...] = ()
    finished_share: float = 0.5
    row_errors: float = 0.0
    token_limit_refusals: int = 0
    refuses_at: Literal["validation", "creation"] = "validation"


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """The whole server. `n_filler_tokens` lengthens answers, for measurements that need long bodies."""

    api_key: str = ""
    models: tuple[str, ...] = MODEL_NAMES
    faults: HttpFaults = field(default_factory=HttpFaults)
    batches: BatchBehaviour = field(default_factory=BatchBehaviour)
    n_filler_tokens: int = 0
