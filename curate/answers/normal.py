r"""Bring an answer to one spelling before it is read: Unicode, LaTeX commands, spacing, dressing.

In: an answer of bounded length. Out: text in which minus is ``-``, digits are ASCII, ``\dfrac`` is
``\frac``, ``\text{cm}`` is plain words, ``\le`` is ``<=``. Letters that merely look alike stay different.
Nothing is evaluated.
"""

from __future__ import annotations

import re
import unicodedata

from curate.answers.dressing import drop_math_marks, undress

_SUPER = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ⁿ", "0123456789-+n", strict=True))
_SUB = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))
_SUPER_RUN = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ⁿ]+")
_SUB_RUN = re.compile("[₀₁₂₃₄₅₆₇₈₉]+")
_THIN_GROUP = re.compile("(?<=\\d),[\u2009\u202f\u00a0](?=\\d{3})")
_VULGAR = re.compile("[¼-¾⅐-⅞↉]")
_SIGNS = str.maketrans(
    {
        "−": "-",
        "﹣": "-", "‐": "-", "‑": "-", "‒": "-", "⁄": "/", "∕": "/", "÷": "/", "×": "*", "·": "*", "⋅": "*",
        "∗": "*", "≤": "<=", "≥": ">=", "≠": "!=", "∞": r"\infty ", "π": r"\pi ", "√": r"\sqrt ",
        "∪": r"\cup ",
        "±": r"\pm ", "º": "°", "’": "'", "‘": "'", "“": '"', "”": '"', "…": "...", "\u2009": " ",
        "∈": r"\in ",
    }
)  # fmt: skip
_RADICAL = re.compile(r"√\s?(\d+(?:\.\d+)?)")
_LEADING_DASH = re.compile(r"(?<![\w\d])[–—](?=\s?[\d.\\$(])")
_COMMAND = re.compile(r"\\([A-Za-z]+|.)")
_TEXT = re.compile(r"\\text\s?\{([^{}]*)\}")
_DEGREES = re.compile(r"\s?\^\s?(?:\{\s?)?\\circ\s?\}?|(?<=\d)\s?\\circ(?![A-Za-z])")
_GROUP_MARK = re.compile(r",\s?\\!\s?(?=\d{3})")
_OVER = re.compile(r"\{([^{}]*)\\over(?![A-Za-z])([^{}]*)\}")
_BOARD = re.compile(r"\\mathbb\s+([A-Z])(?![A-Za-z])")
_CUT_TAIL = re.compile(
    r"\\(?:text|mbox|mathrm)\s?\{([^{}]*)\Z|\^\{(\\circ)\Z"
)  # golds cut at the first closing brace
_WHOLE_BOX = re.compile(r"\\f?box(?:ed)?\s?\{(.*)\}", re.DOTALL)
_COMMANDS = {
    "dfrac": r"\frac", "tfrac": r"\frac", "cfrac": r"\frac", "left": "", "right": "", "big": "",
    "Big": "", "bigg": "",
    "Bigg": "", "bigl": "", "bigr": "", "Bigl": "", "Bigr": "", "displaystyle": "", "textstyle": "",
    "limits": "",
    "!": "", ",": " ", ";": " ", ":": " ", " ": " ", ">": " ", "quad": " ", "qquad": " ", "$": "$", "%": "%",
    "#": "#", "&": r"\&", "cdot": "*", "times": "*", "ast": "*", "div": "/", "le": "<=", "leq": "<=",
    "leqslant": "<=", "ge": ">=", "geq": ">=", "geqslant": ">=", "ne": "!=", "neq": "!=", "lt": "<",
    "gt": ">",
    "degree": "°", "lbrace": r"\{", "rbrace": r"\}", "lbrack": "[", "rbrack": "]", "ldots": "...",
    "dots": "...",
    "cdots": "...", "textbf": r"\text", "mathrm": r"\text", "textrm": r"\text", "textit": r"\text",
    "mbox": r"\text",
    "mathbf": r"\text", "operatorname": r"\text", "textnormal": r"\text", "mathit": r"\text", "mid": "|",
    "vert": "|",
    "lvert": "|", "rvert": "|", "minus": "-", "plus": "+", "pounds": "£", "euro": "€", "tbinom": r"\binom",
    "dbinom": r"\binom", "emptyset": r"\emptyset", "varnothing": r"\emptyset", "textdollar": "$",
    "thinspace": " ", "mathcal": r"\text", "mathsf": r"\text", "boldsymbol": r"\text",
}  # fmt: skip


def fold(text: str) -> str:
    r"""Normalise an answer's spelling; values and order are kept.

    >>> fold(r"$\dfrac{1}{2}\,\text{cm}$")
    '\\frac{1}{2} cm'
    """
    if not text.isascii():
        text = _fold_unicode(text)
    text = undress(text)
    if "\\" in text or "$" in text:
        box = _WHOLE_BOX.fullmatch(text)
        if box:
            text = undress(box[1])
        if "\\\\" in text and "\\begin" not in text:
            text = text.replace("\\\\", "\\")  # a backslash that was escaped twice
        text = _fold_latex(drop_math_marks(text) if text.count("$") != 1 else text)
    return " ".join(text.replace("{,}", ",").replace("**", "^").replace("~", " ").split())


def _fold_unicode(text: str) -> str:
    text = _SUPER_RUN.sub(lambda run: "^{" + "".join(_SUPER[mark] for mark in run[0]) + "}", text)
    text = _SUB_RUN.sub(lambda run: "_{" + "".join(_SUB[mark] for mark in run[0]) + "}", text)
    text = _VULGAR.sub(lambda mark: " " + unicodedata.normalize("NFKC", mark[0]).replace("⁄", "/"), text)
    text = _THIN_GROUP.sub(",", text)
    text = unicodedata.normalize("NFKC", text)
    if "√" in text:  # the sign covers all digits behind it, where LaTeX's \sqrt takes one token
        text = _RADICAL.sub(r"\\sqrt{\1}", text)
    text = text.translate(_SIGNS)
    text = _LEADING_DASH.sub("-", text)
    if text.isascii():
        return text
    return "".join(_ascii_digit(char) for char in text)


def _ascii_digit(char: str) -> str:
    digit = unicodedata.decimal(char, None) if char > "\x7f" else None
    return char if digit is None else str(digit)


def _fold_latex(text: str) -> str:
    if r"\over" in text:
        text = _OVER.sub(r"\\frac{\1}{\2}", text)
    text = _CUT_TAIL.sub(_reopened, _GROUP_MARK.sub(",", text))
    text = _COMMAND.sub(_spelling, text)
    if r"\text" in text:
        for _ in range(3):
            text, count = _TEXT.subn(r" \1 ", text)
            if not count:
                break
    if r"\mathbb" in text:
        text = _BOARD.sub(r"\\mathbb{\1}", text)
    return _DEGREES.sub("° ", text) if r"\circ" in text else text


def _spelling(command: re.Match[str]) -> str:
    name = command[1]
    new = _COMMANDS.get(name)
    return command[0] if new is None else new


def _reopened(tail: re.Match[str]) -> str:
    return " " + tail[1] if tail[1] is not None else "°"
