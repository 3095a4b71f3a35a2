"""How long to wait before the next attempt: full jitter, and never less than the server asks for.

Full jitter (a uniform draw up to a doubling ceiling) spreads the crowd that a fault makes. Clock and
randomness are passed in. Reads `Retry-After` as seconds or as an HTTP date, `Retry-After-Ms`, and the
`x-ratelimit-reset-*` headers of vendors that send no `Retry-After`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime

BASE_S = 0.5
CAP_S = 60.0
MOST_RETRY_AFTER_S = 600.0
TRUSTED_S = 1.0
_SPAN = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)")
_UNIT_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


def wait_before_retry(
    n_tries: int, retry_after_s: float | None, uniform: Callable[[float, float], float]
) -> float:
    """Give the seconds to wait after `n_tries` attempts that failed; `uniform` is `random.Random.uniform`.

    A server that names a second or more knows better than a guess: only a tenth is added, so that those it
    sent away together do not come back together. Guessing longer would only stretch the end of a run.
    """
    asked = min(retry_after_s or 0.0, MOST_RETRY_AFTER_S)
    if asked >= TRUSTED_S:
        return asked + uniform(0.0, min(1.0, asked / 10))
    ceiling = min(CAP_S, BASE_S * 2 ** min(max(n_tries - 1, 0), 30))
    return max(uniform(0.0, ceiling), asked)


def read_retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Read how many seconds the server asks to wait, None when it says nothing readable.

    Header names are in lower case; `now` is UTC seconds.

    >>> read_retry_after({"retry-after-ms": "1500", "retry-after": "9"}, now=0.0)
    1.5
    """
    if "retry-after-ms" in headers:
        milliseconds = _number(headers["retry-after-ms"])
        if milliseconds is not None:
            return milliseconds / 1000
    if "retry-after" in headers:
        return _read_seconds_or_date(headers["retry-after"], now)
    return _read_resets(headers)


def _read_seconds_or_date(text: str, now: float) -> float | None:
    seconds = _number(text)
    if seconds is not None:
        return seconds
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except (ValueError, TypeError, OverflowError):
        return None


def _read_resets(headers: Mapping[str, str]) -> float | None:
    """Take the longer of the resets whose bucket is named empty; the others are no reason to wait."""
    waits = [
        span
        for name in ("requests", "tokens")
        if _number(headers.get(f"x-ratelimit-remaining-{name}", "")) == 0
        and (span := _span(headers.get(f"x-ratelimit-reset-{name}", ""))) is not None
    ]
    return max(waits, default=None)


def _span(text: str) -> float | None:
    """Read `1m30s`, `20ms` or a plain number of seconds."""
    pieces = _SPAN.findall(text)
    if pieces and "".join(number + unit for number, unit in pieces) == text.strip():
        return sum(float(number) * _UNIT_S[unit] for number, unit in pieces)
    return _number(text)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None
