r"""Cut a line of reasoning into tokens with their places: numbers, operators, relations, words, brackets.

In: text of bounded length, plain or LaTeX. Out: tokens; nothing is judged here. LaTeX that only arranges
(`\left`, `\,`, `&`) is passed over, `\text{cm}` is a word, `\times` an operator. One pattern without nested
repeats, so the time is linear in the text.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

Kind = Literal["number", "op", "rel", "word", "open", "close", "percent", "money", "frac", "super", "newline",
               "other"]  # fmt: skip

_AFTER_OPERAND = r"(?:(?<=[\d)%}])|(?<=[\d)%}]\s)|(?<=[A-Za-z]\s))"
_TOKEN = re.compile(
    r"(?P<newline>\n\s*|\\\\)"
    r"|(?P<skip>[ \t\r\f\v\u00a0\u2009\u202f]+|\\[,;!: ()\[\]]|\\(?:left|right|big|Big|quad|qquad"
    r"|displaystyle|boxed|fbox)(?![A-Za-z])|&|~|\*\*(?=[A-Za-z])|(?<=[A-Za-z.:])\*\*)"
    r"|(?P<arrow>=>|-+>|<-+|<<|>>|:=|===+|---+|\.\.+|…)"
    r"|(?P<number>(?:[0-9]{1,3}(?:(?:,|\{,\}|,\\!)[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?|\.[0-9]+)"
    r"|(?P<frac>\\[dtc]?frac(?![A-Za-z]))"
    r"|(?P<rel>==|<=|>=|!=|[=≈≃≅≠≤≥<>]|\\(?:approx|simeq|leq?|geq?|neq?|lt|gt)(?![A-Za-z]))"
    r"|(?P<times>" + _AFTER_OPERAND + r"[xX](?=\s?[$(€£]?[0-9]))"
    r"|(?P<op>\*\*|//|[-+*/^×·⋅÷−–∗⁄∙•]|\\(?:times|cdot|div)(?![A-Za-z]))"
    r"|(?P<super>[⁰¹²³⁴⁵⁶⁷⁸⁹]+)"
    r"|(?P<text>\\(?:text|textbf|textit|mathrm|mbox|mathbf|operatorname)\s?\{[^{}\n]{0,80}\})"
    r"|(?P<open>[(\[{])|(?P<close>[)\]}])"
    r"|(?P<percent>\\?%|percent\b)"
    r"|(?P<money>\\?\$|[€£])"
    r"|(?P<word>[^\W\d_][\w'’]*)"
    r"|(?P<other>\\[A-Za-z]+|.)",
    re.DOTALL,
)
_SPELLED = {
    "×": "*", "·": "*", "⋅": "*", "∗": "*", "∙": "*", "•": "*", "\\times": "*", "\\cdot": "*",
    "÷": "/", "⁄": "/", "\\div": "/", "−": "-", "–": "-", "**": "^", "==": "=",
    "≃": "≈", "≅": "≈", "\\approx": "≈", "\\simeq": "≈", "≠": "!=", "\\ne": "!=", "\\neq": "!=",
    "≤": "<=", "\\le": "<=", "\\leq": "<=", "≥": ">=", "\\ge": ">=", "\\geq": ">=",
    "\\lt": "<", "\\gt": ">",
}  # fmt: skip
_WORD_OPS = {"plus": "+", "minus": "-", "times": "*"}
_INSIDE_TEXT = re.compile(r"\{([^{}]*)\}")


class Token(NamedTuple):
    """One token: its kind, its spelling brought to one form, its place, and whether white space precedes."""

    kind: Kind
    text: str
    start: int
    end: int
    has_gap: bool


def scan(text: str, offset: int = 0) -> list[Token]:
    """Cut a text into tokens; places are counted from `offset`."""
    found: list[Token] = []
    last_end = 0
    for match in _TOKEN.finditer(text):
        group = match.lastgroup
        if group == "skip":
            continue
        kind, spelled = _read(group or "other", match[0])
        start, end = match.span()
        found.append(Token(kind, spelled, offset + start, offset + end, start > last_end))
        last_end = end
    return found


def _read(group: str, text: str) -> tuple[Kind, str]:
    if group == "times":
        return "op", "*"
    if group == "text":
        inner = _INSIDE_TEXT.search(text)
        words = inner[1].strip() if inner else ""
        return ("word", words) if words[:1].isalpha() else ("other", words)
    if group == "number":
        return "number", text.replace("{,}", "").replace("\\!", "").replace(",", "")
    if group == "word":
        lower = text.lower()
        return ("op", _WORD_OPS[lower]) if lower in _WORD_OPS else ("word", text)
    if group == "arrow":
        return "other", text
    return group, _SPELLED.get(text, text)  # type: ignore[return-value]
