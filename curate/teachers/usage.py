"""Read what an answer used, over the spellings of vendors, and estimate it where none is reported.

In: the `usage` object of a response. Out: `Usage`. Counts that make no sense (negative, huge, no numbers) are
zero. Reasoning counts as output; a vendor that reports it beside the output gets it added.
"""

from __future__ import annotations

from curate.types import Usage

CHARS_PER_TOKEN = 3.5
"""English prose with formulas; only used where the vendor reports nothing, and marked as an estimate."""
_MOST = 10**9


def read_usage(usage: object, *, n_chars_out: int) -> Usage:
    """Read a usage object; without one, output is estimated from the answer's length and input is 0."""
    if not isinstance(usage, dict):
        return Usage(n_tokens_out=estimate_tokens(n_chars_out), is_estimated=True)
    n_in = _count(usage.get("prompt_tokens")) or _count(usage.get("input_tokens"))
    n_out = _count(usage.get("completion_tokens")) or _count(usage.get("output_tokens"))
    if not n_in and not n_out:
        return Usage(n_tokens_out=estimate_tokens(n_chars_out), is_estimated=True)
    n_cached = (
        _detail(usage, "prompt_tokens_details", "cached_tokens")
        or _detail(usage, "input_tokens_details", "cached_tokens")
        or _count(usage.get("prompt_cache_hit_tokens"))
    )
    n_reasoning = (
        _detail(usage, "completion_tokens_details", "reasoning_tokens")
        or _detail(usage, "output_tokens_details", "reasoning_tokens")
        or _count(usage.get("reasoning_tokens"))
    )
    if n_reasoning and _count(usage.get("total_tokens")) == n_in + n_out + n_reasoning:
        n_out += n_reasoning
    return Usage(n_in, min(n_cached, n_in), n_out, n_reasoning)


def estimate_tokens(n_chars: int) -> int:
    """Approximate a number of tokens from characters."""
    return round(n_chars / CHARS_PER_TOKEN)


def _detail(usage: dict[str, object], group: str, key: str) -> int:
    details = usage.get(group)
    return _count(details.get(key)) if isinstance(details, dict) else 0


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0
    return int(value) if 0 <= value <= _MOST else 0
