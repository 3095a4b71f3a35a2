"""Import and warm what programs use, once, so that a fork starts with it in memory.

Imports alone are not warmth: a dozen small calls of different kinds fill sympy's caches and cut a program
that solves a quadratic from 49 to 19 ms of CPU. numpy loads its random module late; not doing so here would
cost 15 ms in every program.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from importlib import import_module

CORE = (
    "math", "cmath", "fractions", "decimal", "statistics", "itertools", "collections", "functools",
    "datetime", "re", "random", "heapq", "bisect", "string", "operator", "copy", "json", "time", "typing",
    "dataclasses", "enum", "contextlib", "numbers", "types", "textwrap", "calendar", "io", "os", "array",
    "ast", "traceback", "warnings", "abc", "inspect", "threading", "pprint", "secrets", "hashlib", "struct",
    "linecache",
)  # fmt: skip
_FULL = ("sympy", "numpy", "numpy.random", "numpy.linalg", "numpy.fft", "numpy.polynomial")


def preload(kind: str) -> None:
    """Import for a kind of worker, `core` (stdlib) or `full` (sympy, numpy), warm, and freeze."""
    # A correct program may print 50,000 digits; what bounds them is the limit of the answer.
    sys.set_int_max_str_digits(0)
    for name in CORE:
        import_module(name)
    import_module("encodings.idna")
    if kind == "full":
        for name in _FULL:
            import_module(name)
        for warm in _WARM_UPS:
            warm()
    gc.collect()
    gc.freeze()


def _warm_solvers() -> None:
    from sympy import Eq, Symbol, nsolve, solve, symbols

    x, y = symbols("x y")
    solve(Eq(x**2 - 5 * x + 6, 0), x)
    solve([Eq(x + y, 10), Eq(x - y, 2)], [x, y])
    solve([x + 2 * y - 7, x * y - 6], [x, y], dict=True)
    solve(x / 3 + 0.5 * x - 10, x)
    n = Symbol("n", positive=True)
    solve(n**2 - 16, n)
    nsolve(x**2 - 2, x, 1)


def _warm_algebra() -> None:
    from sympy import Matrix, Rational, expand, factor, integrate, pi, simplify, sin, sqrt, symbols

    x, y = symbols("x y")
    simplify((x**2 - 1) / (x - 1) + sin(pi / 6))
    factor(expand((x + y) ** 3))
    integrate(x**2, (x, 0, 1))
    (x**3).diff(x).subs(x, 2).evalf()
    str(sqrt(Rational(8, 18)) + pi)
    matrix = Matrix([[1, 2], [3, 4]])
    matrix.det(), matrix.inv(), str(matrix)


def _warm_numbers() -> None:
    from sympy import binomial, factorial, factorint, gcd, isprime, lcm, primerange, summation, symbols

    k = symbols("k")
    factorint(360), isprime(97), gcd(12, 18), lcm(4, 6), factorial(10), binomial(10, 3)
    list(primerange(2, 30))
    summation(k, (k, 1, 10))


def _warm_inequalities() -> None:
    from sympy import Interval, S, Symbol, reduce_inequalities, solveset

    x = Symbol("x", real=True)
    solveset(x**2 - 4, x, domain=S.Reals)
    str(reduce_inequalities([x > 1, x < 5], x))
    str(Interval(0, 1))


def _warm_arrays() -> None:
    import numpy

    numpy.random.seed(0)
    numpy.random.rand(2)
    numpy.linalg.solve(numpy.array([[2.0, 1.0], [1.0, 3.0]]), numpy.array([1.0, 2.0]))
    numpy.roots([1, -3, 2]), numpy.mean(numpy.arange(5)), str(numpy.array([1, 2]))


_WARM_UPS: tuple[Callable[[], None], ...] = (
    _warm_solvers, _warm_algebra, _warm_numbers, _warm_inequalities, _warm_arrays,
)  # fmt: skip
