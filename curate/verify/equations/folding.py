"""Fold Unicode spellings of formulas into ASCII ones, without ever changing a value.

In: a whole trace. Out: text in which wide and styled letters, digits of every script, signs, superscripts
(``x²`` is ``x^2``), subscripts of names and one-character fractions (``3½`` is ``(3+1/2)``) are written in
ASCII. What plain compatibility folding would glue to its neighbour (``1①`` to ``11``) stays as it is, and
the parser refuses it. Letters stay letters: a Greek or an accented name is a name.
"""

from __future__ import annotations

import re
import unicodedata

_SIGNS = {
    "−": "-", "–": "-", "—": "-", "‒": "-", "×": "*", "·": "*", "⋅": "*", "∙": "*", "•": "*", "∗": "*",
    "÷": "/", "∕": "/", "⁄": "/", "≤": "<=", "≥": ">=", "⩽": "<=", "⩾": ">=", "≠": "!=", "π": "pi", "＝": "=",
}  # fmt: skip
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+")
_LOWERED = re.compile(r"(?<=[^\W\d_])[₀-₉]+")
_FRACTION = re.compile(r"(?:(?<![\w.,])([0-9]+)[ \u2009\u202f]?)?([¼-¾⅐-⅞])(?!\w)")
_GLUING = ("<super>", "<sub>", "<circle>", "<fraction>", "<square>", "<vertical>", "<small>")


def fold(text: str) -> str:
    """Write a text in ASCII as far as that keeps its meaning.

    >>> fold("x² − 3½ ≥ ２")
    'x^2 - (3+1/2) >= 2'
    """
    if text.isascii():
        return text
    text = _RAISED.sub(_raised, text)
    text = _LOWERED.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    text = _FRACTION.sub(_fraction, text)
    return "".join(char if char.isascii() else _folded(char) for char in unicodedata.normalize("NFC", text))


def _raised(match: re.Match[str]) -> str:
    plain = match[0].translate(_SUPERSCRIPTS)
    return f"^{plain}" if plain.isdigit() else f"^({plain})"


def _fraction(match: re.Match[str]) -> str:
    over, under = unicodedata.normalize("NFKC", match[2]).split("⁄")
    before = match.string[match.start() - 1] if match.start() else " "
    if before.isalnum() or before in ")._":
        return match[0]
    return f"({match[1]}+{over}/{under})" if match[1] else f"({over}/{under})"


def _folded(char: str) -> str:
    sign = _SIGNS.get(char)
    if sign is not None:
        return sign
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    if char.isspace():
        return "\n" if char in "\x85\u2028\u2029" else " "
    kind = unicodedata.decomposition(char).partition(" ")[0]
    return char if kind in _GLUING else unicodedata.normalize("NFKC", char)
