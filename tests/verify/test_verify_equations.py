"""The language EoT/1: what is solved, along which path, and what is refused with which code."""

from __future__ import annotations

import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.verify.equations.rejects import REJECT_CODES
from curate.verify.equations.solution import decimal_text
from curate.verify.equations.solve import solve_text

SOLVED = [
    ("eggs = 16 / used = 3 + 4 / earned = (eggs - used) * 2 / ans = earned", "18", "propagated"),
    ("int hens, rabbits / hens + rabbits = 35 / 2*hens + 4*rabbits = 94 / ans = rabbits", "12", "linear"),
    ("a = b + 20% * b / a = 192 / ans = b", "160", "propagated"),
    (
        "width > 0 / width < length / 2*(width+length) = 26 / width*length = 40 / ans = length",
        "8",
        "nonlinear",
    ),
    (
        "int quarters, dimes / quarters >= 1 / dimes >= 1 / 25*quarters + 10*dimes = 100 "
        "/ quarters + dimes = 7 / ans = quarters",
        "2",
        "linear",
    ),
    ("int n / 0 < n < 77 / mod(n, 7) = 3 / mod(n, 11) = 5 / ans = n", "38", "enumerated"),
    ("hyp > 0 / hyp^2 = 3^2 + 5^2 / ans = hyp", "sqrt(34)", "nonlinear"),
    ("x + y = 10 / x * y = 21 / ans = x^2 + y^2", "58", "nonlinear"),
    ("x + y = 10 / ans = x + y", "10", "linear"),
    ("nat x, y / 3*x + 5*y = 11 / ans = x", "2", "enumerated"),
    ("int n / 5 < n < 7 / ans = n", "6", "enumerated"),
    ("x/y = 3 / x + y = 8 / ans = x", "6", "nonlinear"),
    ("x^2 = 9 / ans = x^2", "9", "nonlinear"),
    ("abs(x) = 3 / x > 0 / ans = x", "3", "nonlinear"),
    ("r = 3 / area = pi*r^2 / ans = area", "9*pi", "nonlinear"),
    ("x^3 = 27 / ans = x", "3", "nonlinear"),
]
READ = [
    ("ans = " + "+".join(str(n) for n in range(1, 101)), "5050"),
    ("ans = (1 + 2) * 3 - 4 - 5 - (6 - 7)", "1"),
    ("p = $1,200.50 / ans = p*10%", "2401/20"),
    ("% System of linear equations: (Do not simplify) / a = 1 # one / ans = a", "1"),
    ("a = b = 5 / ans = a + b", "10"),
    ("ans = max(1,234, 7)", "234"),
    ("ans = 1,234 + 1", "1235"),
    ("ans = 7 % 4", "3"),
    ("ans = 50%", "1/2"),
    ("ans = (1 + 1)%", "1/50"),
    ("ans = 7 // 2", "3"),
    ("ans = -2^2", "-4"),
    ("ans = 2 ** -1", "1/2"),
    ("ans = 0.1 + 0.2", "3/10"),
    ("ans = 1.5e3", "1500"),
    ("ans = .5", "1/2"),
    ("ans = round(2.5) + round(7/3, 2)", "533/100"),
    ("ans = sqrt(16) + floor(7/2) + ceil(7/2) + gcd(4, 6) + lcm(4, 6) + factorial(3) + binomial(4, 2)", "37"),
    ("ans = min(3, 2) * abs(-4)", "8"),
    ("a × 2 = 10 / ans = a − 1", "4"),
    ("a = 1; b = a + 1; ans = b", "2"),
]
REJECTED = [
    ("a + b = 10; ans = a", "underdetermined"),
    ("total = total + 3 / ans = total", "inconsistent"),
    ("a = 1 / a = 2 / ans = a", "inconsistent"),
    ("x + 1 = x / ans = x", "inconsistent"),
    ("x^2 = 9 / ans = x", "several_solutions"),
    ("a = 4", "no_answer"),
    ("", "no_answer"),
    ("x = 1e400 / ans = x", "not_finite"),
    ("x = __import__('os').system('id') / ans = x", "node_not_allowed"),
    ("x = ().__class__ / ans = x", "node_not_allowed"),
    ("x = (lambda: 1)() / ans = x", "node_not_allowed"),
    ("x = [1, 2] / ans = x", "node_not_allowed"),
    ("x = True / ans = x", "node_not_allowed"),
    ("x = 'a' / ans = x", "node_not_allowed"),
    ("x = a.b / ans = x", "node_not_allowed"),
    ("x = a[0] / ans = x", "node_not_allowed"),
    ("x = 1 if a else 2 / ans = x", "node_not_allowed"),
    ("x = open(1) / ans = x", "node_not_allowed"),
    ("x = sqrt(x=1) / ans = x", "syntax"),
    ("x = ｅｖａｌ(1) / ans = x", "node_not_allowed"),
    ("x = 9^9^9^9 / ans = x", "bad_power"),
    ("x = 10**10**10 / ans = x", "bad_power"),
    ("x = 1/(3-3) / ans = x", "division_by_zero"),
    ("x = mod(3, 0) / ans = x", "division_by_zero"),
    ("x = factorial(100000) / ans = x", "bad_call"),
    ("x = sqrt(1, 2) / ans = x", "bad_call"),
    ("x = max / ans = x", "bad_call"),
    ("int n / 2*n = 5 / ans = n", "constraints_leave_no_solution"),
    ("x = 5 / x > 6 / ans = x", "constraints_leave_no_solution"),
    ("nat n / n = 3 - 4 / ans = n", "constraints_leave_no_solution"),
    ("mod(n,7) = 3 / ans = n", "integers_without_bounds"),
    ("int n / mod(n,7) = 3 / ans = n", "integers_without_bounds"),
    ("int a, b, c / 0<a<99 / 0<b<99 / 0<c<99 / a*b = c + mod(a, 7) / ans = a + b + c", "search_too_big"),
    ("x^2 = -4 / ans = x", "not_real"),
    ("x = sqrt(0 - 4) / ans = x", "not_real"),
    ("if x: / ans = 3", "syntax"),
    ("x = 2x / ans = x", "syntax"),
    ("x = / ans = x", "syntax"),
    ("x == 2 / ans = x", "syntax"),
    ("ans + 1 = 2 / ans = 3", "syntax"),
    ("x = 1 \0 2 / ans = x", "syntax"),
    ("ans = 3 / x = 4", "line_after_answer"),
    ("x = " + "(" * 60 + "1" + ")" * 60 + " / ans = x", "too_deep"),
    ("x = " + "-" * 200 + "1 / ans = x", "too_deep"),
    ("x = " + "1" * 2_000 + " / ans = x", "too_long"),
    ("x = " + "1" * 200 + " / ans = x", "too_big"),
    ("ans = floor(x) / x = 3", "line_after_answer"),
    ("floor(x) = 3 / ans = x", "not_solvable"),
]


def _lines(text: str) -> str:
    return text.replace(" / ", "\n")


@pytest.mark.parametrize(("text", "answer", "path"), SOLVED)
def test_system_is_solved_along_its_path(text: str, answer: str, path: str) -> None:
    solution = solve_text(_lines(text))
    assert (solution.status, solution.answer, solution.path) == ("ok", answer, path)


@pytest.mark.parametrize(("text", "answer"), READ)
def test_notation_is_read_exactly(text: str, answer: str) -> None:
    assert solve_text(_lines(text)).answer == answer


@pytest.mark.parametrize(("text", "code"), REJECTED)
def test_system_is_refused_with_its_code(text: str, code: str) -> None:
    solution = solve_text(_lines(text))
    assert (solution.status, solution.reason) == ("rejected", code)
    assert code in REJECT_CODES


def test_reassignment_is_named_for_the_teacher() -> None:
    assert "reassigned_name: total" in solve_text("total = 5\ntotal = total + 3\nans = total").detail


def test_underdetermined_names_the_unknown() -> None:
    assert "b" in solve_text("a + b = 10\nans = a").detail


def test_too_many_lines_names_and_characters_are_refused() -> None:
    assert solve_text("a = 1\n" * 97 + "ans = a").reason == "too_big"
    many = "\n".join(f"a{n} = {n}" for n in range(70))
    assert solve_text(f"{many}\nans = a1").reason == "too_big"
    assert solve_text("#" * 20_001).reason == "too_long"


def test_hostile_lines_end_at_once() -> None:
    started = time.process_time()
    for piece in ("(", "-", "[", "x=", "1,", "%", "^", "sqrt(", "\0", "\ud800", "½", "é = 1\n", "=", "<"):
        solve_text((piece * 20_000)[:19_900] + "\nans = 1")
        solve_text("x = " + (piece * 1_000)[:990] + "\nans = x")
    assert time.process_time() - started < 3.0


@given(st.integers(-50, 50), st.integers(-50, 50), st.integers(1, 9), st.integers(1, 9), st.integers(-9, 9))
def test_linear_systems_give_what_they_were_made_from(x: int, y: int, a: int, b: int, c: int) -> None:
    if a * b - c == 0:
        return
    text = f"{a}*x + {c}*y = {a * x + c * y}\nx + {b}*y = {x + b * y}\nans = x - 2*y"
    assert solve_text(text).answer == str(x - 2 * y)


@given(st.fractions(max_denominator=1000, min_value=-1000, max_value=1000))
def test_a_stated_fraction_comes_back_exactly(value: Fraction) -> None:
    assert Fraction(solve_text(f"a = {value.numerator}/{value.denominator}\nans = a").answer) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("160", "160"),
        ("1/3", "0.333333333333333"),
        ("-5/2", "-2.5"),
        ("1/8000000", "0.000000125"),
        ("0", "0"),
    ],
)
def test_decimal_stands_beside_the_exact_answer(value: str, text: str) -> None:
    assert decimal_text(Fraction(value)) == text
