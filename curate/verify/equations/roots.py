"""Solve a component by its exact roots: sympy on objects that we build, never on text.

In: open equations and their unknowns. Out: one answer, proved by putting it back. sympy is imported here
only, inside the worker that can be killed; its result is filtered by realness, domains and constraints.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from curate.verify.equations.exact import MAX_SYMBOLIC_EXPONENT
from curate.verify.equations.nodes import (
    Binary,
    Call,
    Constraint,
    Equation,
    Name,
    Neg,
    Node,
    Num,
    System,
    names_in,
)
from curate.verify.equations.rejects import Reject, RejectCode
from curate.verify.equations.solution import Solution, decimal_text

if TYPE_CHECKING:
    from sympy import Expr

MAX_UNKNOWNS = 8
_PRECISION = 50
_TINY = Fraction(1, 10**30)


def solve_by_roots(
    system: System, known: dict[str, Fraction], equations: list[Equation], unknown: list[str]
) -> Solution:
    """Solve the equations for the unknowns and give the one value of ``ans``.

    Raises:
        Reject: when there is no real solution, several answers, or no method.
    """
    import sympy

    if len(unknown) > MAX_UNKNOWNS:
        raise Reject("not_solvable", f"{len(unknown)} unknowns in equations that are not linear")
    builder = _Builder(known)
    sides = [builder.build(equation.left) - builder.build(equation.right) for equation in equations]
    symbols = [builder.symbol(name) for name in unknown]
    try:
        solutions = sympy.solve(sides, symbols, dict=True) if symbols else [{}]
    except (NotImplementedError, TypeError, ValueError, AttributeError, RecursionError, ArithmeticError):
        raise Reject("not_solvable", "no exact method for these equations") from None
    if not solutions:
        raise Reject(*_why_empty(sides, symbols))
    answer = builder.build(system.answer)
    kept, dropped = [], ""
    for solution in solutions:
        fault = _fault(system, solution, builder, unknown)
        dropped = fault or dropped
        if not fault:
            kept.append((solution, sympy.radsimp(answer.subs(solution))))
    if not kept:
        code: RejectCode = "not_real" if dropped == "not_real" else "constraints_leave_no_solution"
        raise Reject(code, "no root is left")
    value = _one_value([value for _, value in kept])
    if not all(_vanishes(side.subs(kept[0][0])) for side in sides):
        raise Reject("residual", "the roots do not satisfy every equation")
    return _written(value)


class _Builder:
    """Builds sympy objects from our tree; unknowns are plain symbols and realness is checked afterwards."""

    def __init__(self, known: dict[str, Fraction]) -> None:
        self.known = known
        self.symbols: dict[str, Expr] = {}

    def symbol(self, name: str) -> Expr:
        import sympy

        return self.symbols.setdefault(name, sympy.Symbol(name, real=True))

    def build(self, node: Node) -> Expr:
        import sympy

        if isinstance(node, Num):
            return sympy.Rational(node.value.numerator, node.value.denominator)
        if isinstance(node, Name):
            value = self.known.get(node.name)
            if value is None:
                return self.symbol(node.name)
            return sympy.Rational(value.numerator, value.denominator)
        if isinstance(node, Neg):
            return -self.build(node.inner)
        if isinstance(node, Binary):
            return self.binary(node)
        if isinstance(node, Call):
            return self.call(node)
        return sympy.pi

    def binary(self, node: Binary) -> Expr:
        left, right = self.build(node.left), self.build(node.right)
        if node.operator == "+":
            return left + right
        if node.operator == "-":
            return left - right
        if node.operator == "*":
            return left * right
        if node.operator == "/":
            if right.is_zero:
                raise Reject("division_by_zero", "a divisor is zero")
            return left / right
        if node.operator == "**":
            return self.power(left, right, bool(names_in(node.left) - self.known.keys()))
        raise Reject("not_solvable", f"the operator {node.operator} with an unknown")

    def power(self, base: Expr, exponent: Expr, has_symbols: bool) -> Expr:
        limit = MAX_SYMBOLIC_EXPONENT if has_symbols else 64
        if not exponent.is_Rational or abs(exponent) > limit or exponent.q > limit:
            raise Reject("bad_power", "an exponent that is no small rational number")
        return base**exponent

    def call(self, node: Call) -> Expr:
        import sympy

        arguments = [self.build(argument) for argument in node.arguments]
        if node.function == "sqrt":
            return sympy.sqrt(arguments[0])
        if node.function == "abs":
            return sympy.Abs(arguments[0])
        if node.function in ("floor", "ceil") and not arguments[0].free_symbols:
            return sympy.floor(arguments[0]) if node.function == "floor" else sympy.ceiling(arguments[0])
        if node.function in ("min", "max") and not any(part.free_symbols for part in arguments):
            return sympy.Min(*arguments) if node.function == "min" else sympy.Max(*arguments)
        raise Reject("not_solvable", f"{node.function} of a value that is no rational number")


def _why_empty(sides: list[Expr], symbols: list[Expr]) -> tuple[RejectCode, str]:
    import sympy

    complex_symbols = {symbol: sympy.Symbol(symbol.name) for symbol in symbols}
    try:
        freed = [side.subs(complex_symbols) for side in sides]
        found = sympy.solve(freed, list(complex_symbols.values()), dict=True)
    except (NotImplementedError, TypeError, ValueError, AttributeError, RecursionError, ArithmeticError):
        found = []
    return ("not_real", "only complex roots") if found else ("no_solution", "no value satisfies all lines")


def _fault(system: System, solution: dict[Expr, Expr], builder: _Builder, unknown: list[str]) -> str:
    """Say why a root is dropped, empty when it stays."""
    for name in unknown:
        value = solution.get(builder.symbol(name))
        if value is None or value.free_symbols:
            if builder.symbol(name) in builder.build(system.answer).free_symbols or value is not None:
                raise Reject("underdetermined", f"no equation determines {name}")
            continue
        if not _is_real(value):
            return "not_real"
        domain = system.domains.get(name, "real")
        if domain != "real" and (value.is_integer is not True or (domain == "nat" and value < 0)):
            return "domain"
    for constraint in system.constraints:
        if not _constraint_holds(constraint, solution, builder):
            return "constraint"
    return ""


def _is_real(value: Expr) -> bool:
    if value.is_real is not None:
        return bool(value.is_real)
    imaginary = value.evalf(_PRECISION).as_real_imag()[1]
    return bool(abs(imaginary) < float(_TINY))


def _constraint_holds(constraint: Constraint, solution: dict[Expr, Expr], builder: _Builder) -> bool:
    gap = (builder.build(constraint.left) - builder.build(constraint.right)).subs(solution)
    if gap.free_symbols:
        return True
    sign = _sign(gap)
    if constraint.relation == "!=":
        return sign != 0
    return {"<": sign < 0, "<=": sign <= 0, ">": sign > 0, ">=": sign >= 0}[constraint.relation]


def _sign(value: Expr) -> int:
    if _vanishes(value):
        return 0
    return 1 if value.evalf(_PRECISION) > 0 else -1


def _vanishes(value: Expr) -> bool:
    """Say whether a constant is exactly zero; a number that is far from it settles the question first."""
    import sympy

    if value == 0:
        return True
    if abs(value.evalf(_PRECISION)) > float(_TINY):
        return False
    return bool(sympy.radsimp(sympy.expand(value)) == 0 or sympy.simplify(value) == 0)


def _one_value(values: list[Expr]) -> Expr:
    first = values[0]
    if first.free_symbols:
        raise Reject("underdetermined", "ans depends on a free unknown")
    for other in values[1:]:
        if not _vanishes(first - other):
            raise Reject("several_solutions", f"ans may be {first} or {other}"[:200])
    return first


def _written(value: Expr) -> Solution:
    import sympy

    value = sympy.nsimplify(value) if value.is_Rational else sympy.radsimp(sympy.expand(value))
    if value.is_Rational:
        exact = Fraction(int(value.p), int(value.q))
        return Solution("ok", str(exact), decimal_text(exact), "", "", "nonlinear")
    if not value.is_finite:
        raise Reject("not_finite", "ans has no finite value")
    return Solution("ok", str(value), str(value.evalf(15)), "", "", "nonlinear")
