"""Exact values of trees: Fractions where all names are known, linear forms where some are not.

Every function that can blow up is bounded: powers, factorials, binomials, the size of each result.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction

from curate.verify.equations.nodes import Binary, Call, Name, Neg, Node, Num
from curate.verify.equations.rejects import Reject

MAX_RESULT_BITS = 4_096
MAX_EXPONENT = 64
MAX_SYMBOLIC_EXPONENT = 12
MAX_COUNT = 200

Linear = dict[str, Fraction]
"""Coefficients by name; the constant stands under the empty name."""
CONSTANT = ""


class NotLinear(Exception):
    """The tree is no linear form of its unknown names with rational coefficients."""


class Irrational(NotLinear):
    """The tree has a value, but no rational one."""


def linear_form(node: Node, known: Mapping[str, Fraction]) -> Linear:
    """Give the linear form of a tree; names in `known` are replaced.

    Raises:
        NotLinear: when a product, power or function of an unknown stands in it, or an irrational constant.
        Reject: division by zero, bad powers and calls, sizes.
    """
    if isinstance(node, Num):
        return {CONSTANT: node.value}
    if isinstance(node, Name):
        value = known.get(node.name)
        return {node.name: Fraction(1)} if value is None else {CONSTANT: value}
    if isinstance(node, Neg):
        return {name: -factor for name, factor in linear_form(node.inner, known).items()}
    if isinstance(node, Binary):
        return _binary(node, known)
    if isinstance(node, Call):
        arguments = [constant(linear_form(argument, known)) for argument in node.arguments]
        return {CONSTANT: apply_function(node.function, arguments)}
    raise Irrational


def constant(form: Linear) -> Fraction:
    """Give the value of a form without unknowns.

    Raises:
        NotLinear: when a name is left.
    """
    if any(name and factor for name, factor in form.items()):
        raise NotLinear
    return form.get(CONSTANT, Fraction(0))


def value_of(node: Node, known: Mapping[str, Fraction]) -> Fraction:
    """Give the exact value of a tree whose names are all known."""
    return constant(linear_form(node, known))


def _binary(node: Binary, known: Mapping[str, Fraction]) -> Linear:
    left, right = linear_form(node.left, known), linear_form(node.right, known)
    if node.operator in ("+", "-"):
        sign = 1 if node.operator == "+" else -1
        total = dict(left)
        for name, factor in right.items():
            total[name] = _bounded(total.get(name, Fraction(0)) + sign * factor)
        return total
    if node.operator == "*":
        if _is_constant(left):
            return _scaled(right, constant(left))
        return _scaled(left, constant(right))
    if node.operator == "/":
        divisor = constant(right)
        if not divisor:
            raise Reject("division_by_zero", "a divisor is zero")
        return _scaled(left, 1 / divisor)
    if node.operator == "**":
        exponent = constant(right)
        if exponent == 1:
            return left
        return {CONSTANT: power(constant(left), exponent)}
    over, under = constant(left), constant(right)
    if not under:
        raise Reject("division_by_zero", "a divisor is zero")
    return {CONSTANT: Fraction(over // under) if node.operator == "//" else over % under}


def _is_constant(form: Linear) -> bool:
    return not any(name and factor for name, factor in form.items())


def _scaled(form: Linear, factor: Fraction) -> Linear:
    return {name: _bounded(value * factor) for name, value in form.items()}


def _bounded(value: Fraction) -> Fraction:
    if value.numerator.bit_length() > MAX_RESULT_BITS or value.denominator.bit_length() > MAX_RESULT_BITS:
        raise Reject("too_big", "a value has more than 4096 bits")
    return value


def power(base: Fraction, exponent: Fraction) -> Fraction:
    """Raise exactly, within bounds; a root that is no rational is Irrational."""
    if abs(exponent) > MAX_EXPONENT or exponent.denominator > MAX_EXPONENT:
        raise Reject("bad_power", f"the exponent {str(exponent)[:40]}")
    if not base and exponent <= 0:
        raise Reject(
            "division_by_zero" if exponent < 0 else "bad_power", "zero to a power that is not positive"
        )
    if exponent.denominator == 1:
        bits = max(base.numerator.bit_length(), base.denominator.bit_length()) * abs(exponent.numerator)
        if bits > MAX_RESULT_BITS:
            raise Reject("too_big", "a power has more than 4096 bits")
        return Fraction(base**exponent.numerator)
    if base < 0:
        raise Reject("not_real", "a root of a negative number")
    root = _root(base, exponent.denominator)
    return power(root, Fraction(exponent.numerator))


def _root(value: Fraction, degree: int) -> Fraction:
    parts = []
    for number in (value.numerator, value.denominator):
        root = round(number ** (1 / degree)) if number.bit_length() < 900 else 0
        if degree == 2:
            root = math.isqrt(number)
        if root**degree != number:
            raise Irrational
        parts.append(root)
    return Fraction(parts[0], parts[1])


def apply_function(name: str, arguments: list[Fraction]) -> Fraction:
    """Apply a listed function to exact values."""
    first = arguments[0]
    if name == "sqrt":
        if first < 0:
            raise Reject("not_real", "a root of a negative number")
        return _root(first, 2)
    if name == "abs":
        return abs(first)
    if name in ("floor", "ceil"):
        return Fraction(math.floor(first) if name == "floor" else math.ceil(first))
    if name == "round":
        return _round(first, arguments[1] if len(arguments) > 1 else Fraction(0))
    if name in ("min", "max"):
        return min(arguments) if name == "min" else max(arguments)
    if name == "mod":
        if not arguments[1]:
            raise Reject("division_by_zero", "mod by zero")
        return first % arguments[1]
    return _count(name, arguments)


def _round(value: Fraction, places: Fraction) -> Fraction:
    """Round half away from zero, as word problems do."""
    if places.denominator != 1 or abs(places) > 12:
        raise Reject("bad_call", "round to a number of places that is no small integer")
    scale = Fraction(10) ** int(places)
    return Fraction(math.floor(abs(value) * scale + Fraction(1, 2)) * (-1 if value < 0 else 1)) / scale


def _count(name: str, arguments: list[Fraction]) -> Fraction:
    if any(argument.denominator != 1 for argument in arguments):
        raise Reject("bad_call", f"{name} of a number that is no integer")
    numbers = [int(argument) for argument in arguments]
    if name == "gcd":
        return Fraction(math.gcd(*numbers))
    if name == "lcm":
        return _bounded(Fraction(math.lcm(*numbers)))
    if any(not 0 <= number <= MAX_COUNT for number in numbers):
        raise Reject("bad_call", f"{name} of a number outside 0 to {MAX_COUNT}")
    return Fraction(math.factorial(numbers[0]) if name == "factorial" else math.comb(numbers[0], numbers[1]))
