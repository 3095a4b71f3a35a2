"""What an answer costs, in exact decimal USD, and what it may cost at most before it is asked.

In: prices per million tokens and counts. Out: Decimal, or None where there is no price: tokens are counted
then and no money. Nothing is rounded, so sums over a run are exact.
"""

from __future__ import annotations

from decimal import Decimal

from curate.types import Price, Request, Teacher, Usage, sampling_json

_MILLION = -6
FALLBACK_MAX_TOKENS = 16_384
"""Bound of one answer where the body names none; only the embedded teacher may be capped without one."""
_TEMPLATE_TOKENS = 64
"""What a vendor's chat template may add to the prompt without showing it."""


def cost_of(usage: Usage, price: Price | None, *, is_batch: bool = False) -> Decimal | None:
    """Price what an answer used; cached prompt tokens at their own price where there is one.

    >>> cost_of(Usage(1_000_000, 0, 500_000), Price(Decimal("0.5"), Decimal(2)))
    Decimal('1.5000000')
    """
    if price is None:
        return None
    cached = price.input if price.cached_input is None else price.cached_input
    total = (
        (usage.n_tokens_in - usage.n_tokens_cached) * price.input
        + usage.n_tokens_cached * cached
        + usage.n_tokens_out * price.output
    )
    return (total * price.batch_factor if is_batch else total).scaleb(_MILLION)


def most_tokens_out(teacher: Teacher) -> int:
    """Give the most tokens that one request can produce by its own body: bound per choice times choices."""
    body = sampling_json(teacher.sampling)
    bounds = [body.get(key) for key in ("max_completion_tokens", "max_tokens")]
    bound = next((b for b in bounds if isinstance(b, int) and b > 0), FALLBACK_MAX_TOKENS)
    choices = body.get("n")
    return bound * (choices if isinstance(choices, int) and choices > 0 else 1)


def most_usage(request: Request) -> Usage:
    """Give the worst case of one request.

    No tokeniser of the field makes more tokens than bytes, so the body's length bounds the prompt. The
    estimate of characters / 3.5 would not: it fails on digits, LaTeX and scripts other than Latin.
    """
    return Usage(len(request.body) + _TEMPLATE_TOKENS, 0, most_tokens_out(request.teacher), 0, True)
