"""Text of models and numbers, made fit for a page.

Model text is hostile: it is escaped, cut, and its control and direction characters are shown by their codes,
so that it can neither run nor disguise itself.
"""

from __future__ import annotations

import re
from decimal import Decimal

from markupsafe import Markup, escape

_HIDDEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
_MATHS_MARKS = "\u2061\u2062\u2063\u2064"


def show_text(text: str, n_chars: int | None = None) -> Markup:
    """Escape a text and show what would be invisible; `n_chars` is its length before it was cut.

    >>> str(show_text("<b>\\x07"))
    '&lt;b&gt;<span class="ctl">\\\\x07</span>'
    """
    escaped = show_hidden(str(escape(text)))
    if n_chars is not None and n_chars > len(text):
        escaped += f'<span class="ctl"> … {n_chars - len(text):,} more characters</span>'
    return Markup(escaped)  # escaped in the line above


def show_hidden(escaped: str, *, in_maths: bool = False) -> str:
    """Show by their codes the characters of an escaped text that would be invisible or would obey.

    A formula has no room for spans: there the codes stand as plain text, and marks of no width that formulas
    are made with (function application, invisible times) are left out.
    """
    if in_maths:
        return _HIDDEN.sub(lambda match: "" if match.group() in _MATHS_MARKS else _code(match), escaped)
    return _HIDDEN.sub(lambda match: f'<span class="ctl">{_code(match)}</span>', escaped)


def _code(match: re.Match[str]) -> str:
    number = ord(match.group())
    return f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}"


def show_number(value: object) -> str:
    """Show a cell of a table: few digits, thousands apart, nothing for NULL."""
    if value is None or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float | Decimal):
        number = float(value)
        return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.4g}"
    return str(value)


def show_share(value: float | None) -> str:
    """Show a share in per cent with one digit."""
    return "" if value is None else f"{100 * value:.1f} %"


def show_usd(value: float | None) -> str:
    """Show money: cents from ten cents on, more digits below."""
    if value is None:
        return "no price"
    return f"${value:,.2f}" if value >= 0.1 or value == 0 else f"${value:.3g}"
