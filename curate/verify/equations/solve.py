"""Solve an EoT/1 system: propagate, eliminate, then roots or a bounded search; prove the one answer.

In: untrusted text. Out: a Solution, also for everything that is refused. Order: propagate where one unknown
is left, exact linear elimination, polynomial roots of the component tied to ``ans``, enumeration of bounded
integers. What breaks a domain or a constraint is dropped, the distinct values of **ans** must be exactly
one, and it is put back into every equation. Time is bounded by the caller's process; this module bounds
sizes.
"""

from __future__ import annotations

from fractions import Fraction

from curate.verify.equations.checking import constraints_hold, domains_hold, residuals_vanish
from curate.verify.equations.elimination import Echelon
from curate.verify.equations.exact import CONSTANT, Irrational, Linear, NotLinear, linear_form, value_of
from curate.verify.equations.nodes import Binary, Equation, Node, Num, System, names_in
from curate.verify.equations.reader import read_system
from curate.verify.equations.rejects import Reject
from curate.verify.equations.remaining import solve_remaining
from curate.verify.equations.solution import Solution, SolvePath, exact_solution


def solve_text(text: str) -> Solution:
    """Solve one trace; every refusal is a Solution with its code.

    >>> solve_text("int hens, rabbits\\nhens + rabbits = 35\\n2*hens + 4*rabbits = 94\\nans = rabbits").answer
    '12'
    """
    try:
        return solve_system(read_system(text))
    except Reject as reject:
        return Solution("rejected", reason=reject.code, detail=reject.detail)
    except RecursionError:
        return Solution("rejected", reason="too_deep")


def solve_system(system: System) -> Solution:
    """Solve a system that was read.

    Raises:
        Reject: when it has not exactly one answer.
    """
    state = _State(system)
    try:
        state.run()
    except Reject as reject:
        if reject.code == "inconsistent" and system.reassigned:
            detail = f"reassigned_name: {system.reassigned[0]} is given a second value; use a new name"
            raise Reject("inconsistent", detail) from None
        raise
    _check_known(system, state.known)
    answer = state.answer()
    if answer is None:
        return solve_remaining(system, state.known, state.pending, state.echelon)
    if not residuals_vanish(state.known, system.equations):
        raise Reject("residual", "the values do not satisfy every equation")
    return exact_solution(answer, state.path)


def _check_known(system: System, known: dict[str, Fraction]) -> None:
    if not domains_hold(known, system.domains):
        raise Reject("constraints_leave_no_solution", "a value is not in its domain")
    if constraints_hold(known, system.constraints) is False:
        raise Reject("constraints_leave_no_solution", "a value breaks a constraint")


class _State:
    """Known values, equations that are still open, and the linear rows among them."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.known: dict[str, Fraction] = {}
        self.pending: list[Equation] = list(system.equations)
        self.echelon = Echelon()
        self.path: SolvePath = "propagated"

    def run(self) -> None:
        """Propagate and eliminate until neither finds a new value."""
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

    def answer(self) -> Fraction | None:
        """Give the value of ``ans`` where it is rational and settled."""
        try:
            form = self.echelon.reduce(linear_form(self.system.answer, self.known))
        except NotLinear:
            return None
        if any(form[name] for name in form if name):
            return None
        if names_in(self.system.answer) - self.known.keys():
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
