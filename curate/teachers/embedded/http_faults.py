"""What the server does wrong on purpose at the level of HTTP, drawn by content and never by chance.

The fate of the k-th arrival of a body depends on the body, on k and on the seed only, so a run with faults
can be repeated exactly. In: shares. Out: a `Fate` per arrival. Sends nothing.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    """What becomes of one arrival. From `dropped` on, the answer was made and so counts as billed."""

    ANSWERED = "answered"
    RATE_LIMITED = "rate_limited"
    RATE_LIMITED_BARE = "rate_limited_bare"
    SERVER_ERROR = "server_error"
    DROPPED = "dropped"
    HALF_BODY = "half_body"
    SLOW_BODY = "slow_body"


@dataclass(frozen=True, slots=True)
class HttpFaults:
    """Shares (0 to 1) of arrivals that meet each fate; what is left over is answered.

    `reject_first` answers that many arrivals, over all bodies, with 429 before anything else happens.
    """

    latency_s: float = 0.0
    rate_limited: float = 0.0
    retry_after_s: float = 1.0
    rate_limited_bare: float = 0.0
    server_error: float = 0.0
    dropped: float = 0.0
    half_body: float = 0.0
    slow_body: float = 0.0
    slow_body_s: float = 0.5
    reject_first: int = 0
    seed: int = 0


def draw_fate(faults: HttpFaults, body_digest: bytes, arrival: int) -> Fate:
    """Draw the fate of the `arrival`-th copy of a body, counted from 0."""
    shares = (
        (Fate.RATE_LIMITED, faults.rate_limited),
        (Fate.RATE_LIMITED_BARE, faults.rate_limited_bare),
        (Fate.SERVER_ERROR, faults.server_error),
        (Fate.DROPPED, faults.dropped),
        (Fate.HALF_BODY, faults.half_body),
        (Fate.SLOW_BODY, faults.slow_body),
    )
    if not any(share for _, share in shares):
        return Fate.ANSWERED
    point = draw_point(faults.seed, body_digest, arrival)
    for fate, share in shares:
        if point < share:
            return fate
        point -= share
    return Fate.ANSWERED


def draw_point(seed: int, content: bytes, number: int) -> float:
    """Give a number in [0, 1) that depends on the arguments only."""
    digest = hashlib.blake2b(content, digest_size=8, salt=b"%d" % (seed % 10**9), person=b"%d" % number)
    return int.from_bytes(digest.digest(), "big") / 2**64
