"""Programs and equations as answers, true or damaged. Hostile programs are text here and are never run."""

from __future__ import annotations

import re

from curate.teachers.embedded.arithmetic import shift_number
from curate.teachers.embedded.draws import Draws
from curate.teachers.embedded.models import Fault
from curate.teachers.embedded.problems import EmbeddedProblem

_LAST_ANSWER = re.compile(r"^ans\s*=\s*(.+)$", re.MULTILINE)
_RUN_ON = (
    "\n\nQuestion: A farmer has 12 sheep and buys 5 more. How many sheep are there?\n"
    "# solution\nsheep = 12 + 5\nans = sheep\n\n"
    "This shows how the program works, step by step, for another case."
)
_PREFIXES = {
    Fault.ENDLESS_LOOP: "count = 0\nwhile count >= 0:\n    count += 1\n",
    Fault.READS_FILES: "with open('/etc/passwd') as handle:\n    notes = handle.read()\n",
    Fault.USES_NETWORK: "import urllib.request\nnotes = urllib.request.urlopen('http://127.0.0.1:9/').read()\n",
    Fault.READS_ENVIRONMENT: "import os\nnotes = dict(os.environ)\nprint(notes)\n",
}


def write_program(problem: EmbeddedProblem, fault: Fault, draws: Draws) -> str:
    """Write a fenced program with the wanted damage."""
    program = problem.program.strip()
    if fault in _PREFIXES:
        program = _PREFIXES[fault] + program
    elif fault is Fault.WRONG_ANSWER:
        program = _shift(program, draws)
    elif fault is Fault.BROKEN_SYNTAX:
        program = (
            _LAST_ANSWER.sub(r"ans = (\1", program)
            if draws.point("where") < 0.5
            else program + "\nreturn ans"
        )
    elif fault is Fault.UNKNOWN_NAME:
        program = _LAST_ANSWER.sub(r"ans = simplify_result(\1)", program)
    fenced = f"```python\n{program}\n```"
    if fault is Fault.RUN_ON:
        return program + _RUN_ON
    return fenced if draws.point("words") < 0.7 else f"This program computes the answer.\n\n{fenced}"


def write_equations(problem: EmbeddedProblem, fault: Fault, draws: Draws) -> str:
    """Write a system of equations with the wanted damage."""
    lines = [line for line in problem.equations.strip().splitlines() if line.strip()]
    places = [n for n, line in enumerate(lines[:-1]) if "=" in line and not line.startswith(("#", "%"))]
    if places:
        lines = _damage_lines(lines, draws.pick("line", places), fault, draws)
    text = "\n".join(lines)
    return text if draws.point("header") < 0.5 else f"System of equations:\n{text}"


def _damage_lines(lines: list[str], at: int, fault: Fault, draws: Draws) -> list[str]:
    name = lines[at].split("=")[0].strip()
    plain = name if name.isidentifier() else re.findall(r"[A-Za-z_]\w*", lines[at] + " x")[0]
    if fault is Fault.WRONG_ANSWER:
        with_numbers = [n for n, line in enumerate(lines) if re.search(r"(?<![A-Za-z_\d])\d", line)]
        if with_numbers:
            at = draws.pick("which", with_numbers)
            return [*lines[:at], shift_number(lines[at], draws.below("number", 4), 1), *lines[at + 1 :]]
    if fault is Fault.UNDERDETERMINED:
        return [*lines[:at], *lines[at + 1 :]]
    if fault is Fault.UNSOLVABLE:
        return [*lines[:-1], "impossible_part^2 = -4", f"{plain} = {plain} + impossible_part", lines[-1]]
    if fault is Fault.REASSIGNED:
        return [*lines[:-1], f"{plain} = {plain} + {draws.below('more', 9) + 1}", lines[-1]]
    return lines


def _shift(program: str, draws: Draws) -> str:
    """Change a number in a line that calculates, not in an import or a loop's head."""
    lines = program.split("\n")
    places = [
        n for n, line in enumerate(lines)
        if re.match(r"\s*\w+\s*=[^=]", line) and re.search(r"(?<![A-Za-z_\d])\d", line)
    ]  # fmt: skip
    if not places:
        return _LAST_ANSWER.sub(r"ans = (\1) + 1", program)
    at = draws.pick("line", places)
    head, equals, tail = lines[at].partition("=")
    lines[at] = head + equals + shift_number(tail, draws.below("number", 4), 1)
    return "\n".join(lines)
