"""Names of runs: they sort in the order in which runs began, whatever the clock does, and never meet.

What came last is read off the names (the verdict that counts, the last pass of a policy), so a name is put
behind all that a store holds already: two runs of one second and a clock that is set back keep their order.
The clock and the random part are passed in; nothing here reads either.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from curate.errors import UsageError

N_HEX = 6
_STAMP = "%Y%m%dT%H%M%SZ"
_N_STAMP = len("19700101T000000Z")


def new_run_id(now: float, random_hex: str) -> str:
    """Name a run from UTC seconds and at least six random hex digits (`secrets.token_hex(3)`).

    >>> new_run_id(0.0, "a1b2c3")
    '19700101T000000Z-a1b2c3'

    Raises:
        UsageError: when `random_hex` has fewer than six digits or others than 0-9a-f.
    """
    if len(random_hex) < N_HEX or not set(random_hex) <= set("0123456789abcdef"):
        raise UsageError(f"a run id needs {N_HEX} random hex digits, got {random_hex!r}", "pass token_hex(3)")
    return f"{datetime.fromtimestamp(now, UTC):{_STAMP}}-{random_hex[:N_HEX]}"


def run_id_behind(names: Iterable[str], now: float, random_hex: str) -> str:
    """Name a run behind the segments that a journal holds: the clock's second, or the one after the last.

    >>> run_id_behind(["20300101T000000Z-a1b2c3-0-000001.jsonl"], 0.0, "d4e5f6")
    '20300101T000001Z-d4e5f6'

    Raises:
        UsageError: as `new_run_id`.
    """
    last = max((stamp for name in names if (stamp := _stamp(name)) is not None), default=None)
    return new_run_id(now if last is None else max(now, last), random_hex)


def _stamp(name: str) -> float | None:
    """Give the second after a segment's own, None for a name without a time."""
    try:
        began = datetime.strptime(name[:_N_STAMP], _STAMP).replace(tzinfo=UTC)
        return (began + timedelta(seconds=1)).timestamp()
    except (ValueError, OverflowError):
        return None
