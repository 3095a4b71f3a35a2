"""Amounts as people read them: money and time spans."""

from __future__ import annotations

from decimal import Decimal


def usd(amount: Decimal | float | None) -> str:
    """Show money: cents from a dollar on, four digits below.

    >>> usd(1234.5), usd(0.0213), usd(None)
    ('$1,234.50', '$0.0213', 'no price')
    """
    if amount is None:
        return "no price"
    return f"${amount:,.2f}" if amount >= 1 or amount == 0 else f"${amount:.4f}"


def duration(seconds: float | None) -> str:
    """Show a time span in its largest two units.

    >>> duration(3.21), duration(95), duration(7300), duration(None)
    ('3.2 s', '1 min 35 s', '2 h 1 min', '?')
    """
    if seconds is None:
        return "?"
    if seconds < 60:
        return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours < 48 else f"{hours // 24} d {hours % 24} h"
