"""Equation systems that people wrote for word problems, rewritten into EoT/1.

In: one text in the notation of SVAMP (``( 8.0 - 3.0 )``), ASDiv (``9+7=16``, several after ``;``),
MultiArith (``X=(4*6)``), DRAW-1K or ALG514 (``m+n=30 ; m-n=4``). Out: `Adapted`: one system for each value
that is asked, or a code that says why there is none. The gold is never looked at: a system with several
unknowns asks for each of them, in the order in which they first appear, because these sets list them all.

Sources: the equation fields of the sets' own files; Patel et al. 2021 (SVAMP), Miao et al. 2020 (ASDiv), Roy
and Roth 2015 (MultiArith), Upadhyay and Chang 2017 (DRAW-1K), Kushman et al. 2014 (ALG514).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Note = Literal["", "empty", "remainder", "comparison", "not_an_equation", "too_long"]

MAX_CHARS = 5_000
MAX_UNKNOWNS = 8
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_CALLABLE = "sqrt abs floor ceil round min max gcd lcm mod factorial binomial pi"
_FUNCTIONS = frozenset(_CALLABLE.split())
_REMAINDER = re.compile(r"\d\s*r\s*\d")
_GLUED = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)(?=[A-Za-z(])|(?<=\))(?=[A-Za-z0-9(])")
_DECLARED = re.compile(r"\s*[A-Za-z]\w*\s*:")
_BRACKETED_WORDS = re.compile(r"(?<=\d)\s?\([A-Za-z]\)|\((?=[^()]*[A-Za-z]{2})[A-Za-z/ '.-]*\)")
_CALLED = re.compile(r"\b(LCM|GCD)\s*[\[(]([^\])]*)[\])]")
_TRAILING_WORDS = re.compile(r"(?<=[\d)])\s+[A-Za-z]{2,}[A-Za-z ]*(?=[=+\-*/]|\s*\Z)")
_RENAMED = {"ans": "ans_"}


@dataclass(frozen=True, slots=True)
class Adapted:
    """Systems in EoT/1 and the names they ask for, () for a value without a name; or a code of refusal."""

    systems: tuple[str, ...] = ()
    unknowns: tuple[str, ...] = ()
    note: Note = ""


def adapt_equations(text: str) -> Adapted:
    """Rewrite one text.

    >>> adapt_equations("( 8.0 - 3.0 )").systems
    ('ans = ( 8.0 - 3.0 )',)
    >>> adapt_equations("m+n=30 ; m-n=4").unknowns
    ('m', 'n')
    """
    if not text.strip():
        return Adapted(note="empty")
    if len(text) > MAX_CHARS:
        return Adapted(note="too_long")
    if _REMAINDER.search(text):
        return Adapted(note="remainder")
    if "<" in text or ">" in text:
        return Adapted(note="comparison")
    parts = [part for raw in re.split(r"[;\n]", text) if (part := _spelled(raw))]
    if not parts:
        return Adapted(note="empty")
    unknowns = _unknowns(parts)
    if len(unknowns) > MAX_UNKNOWNS:
        return Adapted(note="too_long")
    if not unknowns:
        return _closed(parts)
    if not all("=" in part for part in parts):
        return Adapted(note="not_an_equation")
    systems = tuple("\n".join([*parts, f"ans = {name}"]) for name in unknowns)
    return Adapted(systems, tuple(unknowns))


def _spelled(part: str) -> str:
    """Take off what people write beside a formula, and write products that are only set side by side.

    Declarations ("x: the number of pens") are dropped, and so are units in brackets or behind a number.
    """
    if _DECLARED.match(part):
        return ""
    part = _BRACKETED_WORDS.sub("", part)
    part = _CALLED.sub(lambda match: f"{match[1].lower()}({match[2]})", part)
    part = _TRAILING_WORDS.sub("", part)
    part = _GLUED.sub(lambda match: f"{match[1] or ''}*", part.strip())
    return _NAME.sub(lambda match: _RENAMED.get(match[0], match[0]), part)


def _unknowns(parts: list[str]) -> list[str]:
    names = (match[0] for part in parts for match in _NAME.finditer(part))
    return list(dict.fromkeys(name for name in names if name not in _FUNCTIONS))


def _closed(parts: list[str]) -> Adapted:
    """Make a system of calculations: each equality is kept as a check, the last left side is the answer."""
    *_, last = parts
    asked = last.split("=", 1)[0].strip()
    if not asked:
        return Adapted(note="not_an_equation")
    checks = [part for part in parts if "=" in part]
    return Adapted(("\n".join([*checks, f"ans = {asked}"]),))
