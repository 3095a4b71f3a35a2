"""Choose the kind of worker for a program by its text alone; a wrong guess costs time, never correctness.

The program is not parsed here: hostile text is compiled in the child only.
"""

from __future__ import annotations

import re
from typing import Literal

from curate.sandbox.inside.preload import CORE

Kind = Literal["core", "full"]
_IMPORTS = re.compile(r"\b(?:import|from)[ \t]+([A-Za-z_][\w.]*(?:[ \t]*,[ \t]*[A-Za-z_][\w.]*)*)", re.ASCII)
_FULL = re.compile(
    r"\b(?:np|numpy|sympy|mpmath|scipy|Symbols?|symbols|solve_it|solve|Eq|simplify|Rational|Matrix|__import__"
    r"|importlib|import_module|exec|eval|compile|reduce_inequalities|solve_\w+_inequality)\b"
)
_CORE = frozenset(CORE) | {"__future__"}


def choose_kind(source: str) -> Kind:
    """Give `core` when a program visibly needs the preloaded standard library only.

    >>> choose_kind("import math\\nans = math.pi"), choose_kind("from sympy import solve")
    ('core', 'full')
    """
    if _FULL.search(source):
        return "full"
    for names in _IMPORTS.findall(source):
        if any(name.strip().partition(".")[0] not in _CORE for name in names.split(",")):
            return "full"
    return "core"
