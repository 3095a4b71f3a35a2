r"""LaTeX in model text as MathML, which browsers draw without a library, a font or a network.

In: text of a model. Out: markup in which `\(...\)`, `\[...\]`, `$$...$$`, `$...$` and bare environments are
formulas and all else is escaped text. The conversion is latex2mathml's, taken as a tree and written anew here
with the elements and attributes of MathML Core that only draw: its own output would pass a script tag of a
`\text{}` through. What is broken, too long or too deep stays readable source. A dollar sign before a price is
no formula.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from curate.report.show import show_hidden, show_text

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MOST_CHARS = 1_500
"""A longer formula stays source: the converter's time grows with the square of some inputs."""
MOST_FORMULAS = 300
"""Per text; the rest stays source."""
_MOST_DEPTH = 60

_ELEMENTS_TEXT = (
    "math mrow mi mn mo mtext mspace mfrac msqrt mroot mstyle msub msup msubsup munder mover munderover"
    " mmultiscripts mprescripts none mtable mtr mtd mlabeledtr mpadded mphantom merror menclose"
)
_ELEMENTS = frozenset(_ELEMENTS_TEXT.split())
_ATTRIBUTES_TEXT = (
    "display displaystyle scriptlevel mathvariant stretchy fence separator accent accentunder linethickness"
    " columnalign rowspacing columnspacing lspace rspace largeop movablelimits minsize maxsize width notation"
    " columnlines rowlines form symmetric"
)
_ATTRIBUTES = frozenset(_ATTRIBUTES_TEXT.split())
_VALUE = re.compile(r"[A-Za-z0-9 .%+-]{0,40}")
_OPENER = re.compile(
    r"\\\[|\\\(|\$\$?|\\boxed\s*\{|\\begin\{(?:align|aligned|array|bmatrix|cases|equation|gather|pmatrix)\*?\}"
)
_CLOSERS = {"\\[": "\\]", "\\(": "\\)", "$$": "$$"}
_PROSE = re.compile(r"^[\d.,]+\s+[A-Za-z]{2,}|[A-Za-z]{4,}\s+[A-Za-z]{2,}")
_COMMANDS = re.compile(r"\\text\{[^{}]*\}|\\[A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Formula:
    """Where a formula stands in a text, and what is to be drawn."""

    start: int
    end: int
    source: str
    is_block: bool


def show_maths(text: str, n_chars: int | None = None) -> Markup:
    r"""Show a text with its formulas drawn; `n_chars` is its length before it was cut.

    >>> "<mfrac>" in show_maths(r"so \(\frac{1}{2}\)")
    True
    >>> "<math" in show_maths("5 apples cost $5 and 6 cost $6")
    False
    """
    found, at = [], 0
    for formula in find_formulas(text):
        drawn = draw_formula(formula.source, is_block=formula.is_block)
        if drawn is not None:
            found += [show_text(text[at : formula.start]), drawn]
            at = formula.end
    rest = None if n_chars is None else n_chars - at
    return Markup("").join([*found, show_text(text[at:], rest)])


def show_answer(text: str) -> Markup:
    r"""Show a gold or a stated answer, which is often a formula without signs around it.

    >>> "<mfrac>" in show_answer(r"\frac{3}{8}")
    True
    """
    is_bare = "\\" in text and "$" not in text and not text.lstrip().startswith(("\\(", "\\["))
    return (draw_formula(text, is_block=False) if is_bare else None) or show_maths(text)


@lru_cache(maxsize=4_096)
def draw_formula(source: str, *, is_block: bool) -> Markup | None:
    """Draw one formula; None when it cannot be read, so that its source is shown instead."""
    if len(source) > MOST_CHARS or not source.strip() or source.count("{") != source.count("}"):
        return None  # the converter would draw what is cut as if it were whole
    from latex2mathml.converter import convert_to_element

    source = source.replace("{aligned}", "{align*}")
    try:
        tree = convert_to_element(source, display="block" if is_block else "inline")
        return Markup(_written(tree, 0))  # every part is escaped or stands in a list above
    except RecursionError:
        return None
    except Exception:  # noqa: BLE001 - the converter raises whatever its parser stumbles over
        return None


def find_formulas(text: str) -> Iterator[Formula]:
    """Find what is meant as a formula, in time that grows with the length of the text."""
    at = 0
    for _ in range(MOST_FORMULAS):
        opener = _OPENER.search(text, at)
        if opener is None:
            return
        found = _closed(text, opener.start(), opener.end(), opener.group())
        at = found.end if found else opener.end()
        if found:
            yield found


def _closed(text: str, start: int, inside: int, opener: str) -> Formula | None:
    """Find the end of what an opener begins; None when it begins nothing."""
    if opener == "$":
        return _between_dollars(text, start)
    if opener.startswith("\\boxed"):
        end = _after_brace(text, inside)
        return Formula(start, end, text[start:end], False) if end else None
    closer = _CLOSERS.get(opener) or opener.replace("begin", "end", 1)
    close = text.find(closer, inside, inside + MOST_CHARS)
    if close < 0:
        return None
    end = close + len(closer)
    is_whole = opener.startswith("\\begin")
    return Formula(start, end, text[start:end] if is_whole else text[inside:close], opener != "\\(")


def _between_dollars(text: str, start: int) -> Formula | None:
    """Tell a formula between single dollar signs from prose between two prices."""
    close = text.find("$", start + 1, start + MOST_CHARS)
    while close > 0 and text[close - 1] == "\\":
        close = text.find("$", close + 1, start + MOST_CHARS)
    source = text[start + 1 : max(close, 0)]
    before, after = text[start - 1 : start], text[close + 1 : close + 2]
    is_formula = (
        source == source.strip()
        and source != ""
        and "\n" not in source
        and not (before == "\\" or before.isalnum() or after.isdigit())
        and not _PROSE.search(_COMMANDS.sub("", source))
    )
    return Formula(start, close + 1, source, False) if is_formula else None


def _after_brace(text: str, at: int) -> int:
    """Give the place after the brace that closes the one before `at`; 0 when there is none near."""
    depth = 1
    for place in range(at, min(len(text), at + 300)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return place + 1
    return 0


def _written(element: Element, depth: int) -> str:
    if depth > _MOST_DEPTH:
        raise ValueError("too deep")
    name = element.tag.rpartition("}")[2]
    parts = [_plain(element.text or "")]
    for child in element:
        parts += [_written(child, depth + 1), _plain(child.tail or "")]
    inside = "".join(parts)
    if name not in _ELEMENTS:
        return f"<mrow>{inside}</mrow>"
    if name == "menclose":  # not in MathML Core: boxes are drawn by the page's style
        return f'<mrow class="boxed">{inside}</mrow>'
    known = [(key, value) for key, value in element.attrib.items() if key in _ATTRIBUTES]
    kept = "".join(f' {key}="{escape(value)}"' for key, value in known if _VALUE.fullmatch(value))
    return f"<{name}{kept}>{inside}</{name}>"


def _plain(text: str) -> str:
    """Escape the text of an element; the converter writes signs as character references."""
    return show_hidden(str(escape(html.unescape(text))), in_maths=True)
