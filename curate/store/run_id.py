"""Names of runs: they sort by time and never meet, also when two machines start in one second.

The clock and the random part are passed in; nothing here reads either.
"""

from __future__ import annotations

from datetime import UTC, datetime

from curate.errors import UsageError

N_HEX = 6


def new_run_id(now: float, random_hex: str) -> str:
    """Name a run from UTC seconds and at least six random hex digits (`secrets.token_hex(3)`).

    >>> new_run_id(0.0, "a1b2c3")
    '19700101T000000Z-a1b2c3'

    Raises:
        UsageError: when `random_hex` has fewer than six digits or others than 0-9a-f.
    """
    if len(random_hex) < N_HEX or not set(random_hex) <= set("0123456789abcdef"):
        raise UsageError(f"a run id needs {N_HEX} random hex digits, got {random_hex!r}", "pass token_hex(3)")
    return f"{datetime.fromtimestamp(now, UTC):%Y%m%dT%H%M%SZ}-{random_hex[:N_HEX]}"
