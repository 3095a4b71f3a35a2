"""Propagate exact values: one unknown of degree one at a time, then exact linear elimination.

In: equations and the values that are known. Out: a `Propagation` with more values known, the equations that
are still open, and the linear rows among them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from curate.verify.equations.elimination import Echelon
from curate.verify.equations.exact import CONSTANT, Irrational, Linear, NotLinear, linear_form, value_of
from curate.verify.equations.nodes import Binary, Equation, Node, Num, names_in
from curate.verify.equations.rejects import Reject
from curate.verify.equations.solution import SolvePath


class Propagation:
    """Known values, equations that are still open, and the linear rows among them."""

    def __init__(self, equations: Iterable[Equation], known: Mapping[str, Fraction] | None = None) -> None:
        self.known: dict[str, Fraction] = dict(known or {})
        self.pending: list[Equation] = list(equations)
        self.echelon = Echelon()
        self.path: SolvePath = "propagated"

    def run(self) -> None:
        """Propagate and eliminate until neither finds a new value.

        Raises:
            Reject: `inconsistent` when equations contradict each other, and for sizes and divisions.
        """
        while True:
            self._propagate()
            self.echelon = Echelon()
            for equation in self.pending:
                form = self._form(equation)
                if form is not None:
                    self.echelon.add(form)
            solved = self.echelon.solved()
            if not solved:
                return
            self.known.update(solved)
            self.path = "linear"

    def value(self, tree: Node) -> Fraction | None:
        """Give the value of a tree where it is rational and settled."""
        try:
            form = self.echelon.reduce(linear_form(tree, self.known))
        except NotLinear:
            return None
        if any(form[name] for name in form if name):
            return None
        if names_in(tree) - self.known.keys():
            self.path = "linear"
        return form.get(CONSTANT, Fraction(0))

    def _propagate(self) -> None:
        has_progress = True
        while has_progress:
            has_progress = False
            waiting: list[Equation] = []
            for equation in self.pending:
                form = self._form(equation)
                names = [name for name in form if name] if form is not None else []
                if form is None or len(names) > 1:
                    waiting.append(equation)
                elif names:
                    self.known[names[0]] = -form.get(CONSTANT, Fraction(0)) / form[names[0]]
                    has_progress = True
                elif form.get(CONSTANT):
                    raise Reject("inconsistent", f"line {equation.line} contradicts the lines before")
            self.pending = waiting

    def _form(self, equation: Equation) -> Linear | None:
        """Give ``left - right`` as a linear form, a division by an unknown multiplied out, else None."""
        try:
            return _difference(equation.left, equation.right, self.known)
        except Irrational:
            return None
        except NotLinear:
            pass
        for side, other in ((equation.left, equation.right), (equation.right, equation.left)):
            if isinstance(side, Binary) and side.operator == "/":
                try:
                    factor = value_of(other, self.known)
                    form = _difference(side.left, Binary("*", Num(factor), side.right), self.known)
                except NotLinear:
                    continue
                if len([name for name in form if name]) == 1:
                    return form
        return None


def _difference(left: Node, right: Node, known: dict[str, Fraction]) -> Linear:
    total = dict(linear_form(left, known))
    for name, factor in linear_form(right, known).items():
        total[name] = total.get(name, Fraction(0)) - factor
    return {name: factor for name, factor in total.items() if factor}
