"""Names that program prompts of the field take for granted; a program's own names hide them.

`solve_it(equations, variables)` is the helper of Program-of-Thoughts (TIGER-AI-Lab): the first solution as a
dict of symbols, whose values are None where there is none. The rest are what its prompts import beforehand.
"""

from __future__ import annotations

import builtins
import os
import sys
from importlib import import_module
from types import ModuleType

_MODULES = {"math": "math", "statistics": "statistics", "datetime": "datetime"}
_FULL_MODULES = {"np": "numpy", "numpy": "numpy", "sympy": "sympy"}
_SYMPY = (
    "Symbol", "symbols", "Eq", "solve", "simplify", "Rational", "solve_poly_inequality",
    "solve_univariate_inequality", "reduce_inequalities",
)  # fmt: skip


def solve_it(equations: object, variables: object) -> object:
    """Give the first solution of the equations as a dict, with None for unknowns when there is none."""
    sympy = import_module("sympy")
    many = isinstance(equations, list | tuple)
    sides = [_zero_form(sympy, one) for one in (equations if many else [equations])]  # type: ignore[attr-defined]
    solutions = sympy.solve(sides if many else sides[0], variables, dict=True)
    if solutions:
        return solutions[0]
    unknowns = variables if isinstance(variables, list | tuple) else [variables]
    return dict.fromkeys(unknowns)


def _zero_form(sympy: ModuleType, equation: object) -> object:
    """Read an equation that is a text with one equals sign, as some programs write it."""
    if not isinstance(equation, str) or equation.count("=") != 1:
        return equation
    left, right = equation.split("=")
    return sympy.sympify(left) - sympy.sympify(right)


def offer_helpers(kind: str) -> None:
    """Make the helpers visible to programs, as builtins are: looked up last."""
    for name in ("exit", "quit"):  # the site module, which is not loaded, would add these
        _offer(name, sys.exit)
    _offer("solve_it", solve_it)
    for name, module in _MODULES.items():
        _offer(name, import_module(module))
    if kind == "full":
        for name, module in _FULL_MODULES.items():
            _offer(name, import_module(module))
        for name in _SYMPY:
            _offer(name, getattr(import_module("sympy"), name))


class HiddenPackages:
    """Says of a package that lies beside the shown ones, but is not shown, that it is not installed.

    Without it such an import ends with PermissionError, and a program that can do without the package fails.
    """

    def __init__(self, readable: list[str]) -> None:
        self._shown = {path.rpartition("/")[2].partition(".")[0] for path in readable}
        self._folders = [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Refuse a hidden top-level name; others are left to the usual finders."""
        if path is not None or name in self._shown or name in sys.stdlib_module_names:
            return
        if any(os.path.exists(f"{folder}/{name}") for folder in self._folders):  # noqa: PTH110
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def _offer(name: str, value: object) -> None:
    setattr(builtins, name, value)
