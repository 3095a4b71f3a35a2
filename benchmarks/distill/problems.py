"""Word problems from a seed: one quantity that changes a few times, with its true solution in every form.

A question is decided by its numbers, its names and the order of its changes; no two that are given out read
alike. Every value stays between 1 and 20, so that the sums are small and the difficulty is to keep track.
`make_sums` gives the bare sums that a student sees before: the kind that steps are made of, without a story.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson

from curate.ids import text_key

NAMES = ("Mia", "Omar", "Lena", "Ravi", "Zoe", "Hugo", "Nia", "Ivan", "Aiko", "Paul", "Sara", "Theo")
THINGS = ("pens", "coins", "cards", "shells", "apples", "beads", "stamps", "keys")
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
LARGEST = 20
LARGEST_CHANGE = 5


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the quantity: what is said, and the arithmetic with {value} for what was there."""

    said: str
    sign: str
    number: int

    def apply(self, value: int) -> int:
        """Give the new value."""
        return {"+": value + self.number, "-": value - self.number, "*": value * self.number}[self.sign]


@dataclass(frozen=True, slots=True)
class WordProblem:
    """A question with its true solution; `values` holds the start and the value after each change."""

    name: str
    thing: str
    changes: tuple[Change, ...]
    values: tuple[int, ...]

    @property
    def question(self) -> str:
        """Give the question as it is asked."""
        told = ", ".join(change.said for change in self.changes)
        return f"{self.name} has {self.values[0]} {self.thing}, {told}. How many now?"

    @property
    def gold(self) -> str:
        """Give the answer."""
        return str(self.values[-1])

    def as_row(self, number: int, split: str) -> dict[str, object]:
        """Give the problem in the shape of curate's solved problems."""
        return {
            "origin_id": f"{split}-{number}",
            "question": self.question,
            "gold": self.gold,
            "split": split,
            "subject": "quantities that change",
            "level": str(len(self.changes)),
            "steps": list(self._steps()),
            "program": "\n".join([*self._assignments(), self._last_line()]),
            "equations": "\n".join([*self._relations(), self._last_line()]),
        }

    def _steps(self) -> Iterator[dict[str, str]]:
        for place, change in enumerate(self.changes):
            yield {
                "text": f"{self.name} {change.said}.",
                "name": f"the number of {self.thing} after the {ORDINALS[place]} change",
                "expression": f"{self.values[place]} {change.sign} {change.number}",
                "value": str(self.values[place + 1]),
                "question": f"How many {self.thing} are there after the {ORDINALS[place]} change?",
            }

    def _assignments(self) -> Iterator[str]:
        for place, change in enumerate(self.changes):
            yield f"{ORDINALS[place]} = {self._before(place)} {change.sign} {change.number}"

    def _relations(self) -> Iterator[str]:
        """Say each change as a relation, which need not be solved for the new value."""
        for place, change in enumerate(self.changes):
            if change.sign == "-":
                yield f"{ORDINALS[place]} + {change.number} = {self._before(place)}"
            else:
                yield f"{ORDINALS[place]} = {self._before(place)} {change.sign} {change.number}"

    def _before(self, place: int) -> str:
        return ORDINALS[place - 1] if place else str(self.values[0])

    def _last_line(self) -> str:
        return f"ans = {ORDINALS[len(self.changes) - 1]}"


def make_problems(
    n: int, *, seed: int, n_changes: int, unlike: frozenset[str] = frozenset()
) -> list[WordProblem]:
    """Make n problems that all read differently, also from those whose `text_key` is in `unlike`.

    >>> problem = make_problems(1, seed=1, n_changes=2)[0]
    >>> len(problem.values), problem.gold == str(problem.values[-1])
    (3, True)
    """
    draw = random.Random(f"problems {seed}")
    seen = set(unlike)
    found = []
    while len(found) < n:
        problem = _draw_problem(draw, n_changes)
        key = text_key(problem.question)
        if key not in seen:
            seen.add(key)
            found.append(problem)
    return found


def make_sums(n: int, *, seed: int, n_each: int = 3) -> list[tuple[str, str, str]]:
    """Make n different rows of bare sums that have nothing to do with one another.

    Gives what is asked, the sums with their values, and the last value.

    >>> asked, solved, last = make_sums(1, seed=1, n_each=2)[0]
    >>> len(asked.split("; ")), solved.endswith(f"= {last}")
    (2, True)
    """
    draw = random.Random(f"sums {seed}")
    found: dict[str, tuple[str, str, str]] = {}
    while len(found) < n:
        sums = []
        for _ in range(n_each):
            value = draw.randint(1, LARGEST)
            change = _draw_change(draw, value)
            sums.append((f"{value} {change.sign} {change.number}", str(change.apply(value))))
        asked = "; ".join(expression for expression, _ in sums)
        solved = "; ".join(f"{expression} = {value}" for expression, value in sums)
        found.setdefault(asked, (asked, solved, sums[-1][1]))
    return list(found.values())


def write_rows(path: Path, rows: list[dict[str, object]]) -> None:
    """Write rows as JSON lines, under the final name only when whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".new")
    temporary.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))
    temporary.replace(path)


def _draw_problem(draw: random.Random, n_changes: int) -> WordProblem:
    values = [draw.randint(2, LARGEST // 2)]
    changes = []
    for _ in range(n_changes):
        change = _draw_change(draw, values[-1])
        changes.append(change)
        values.append(change.apply(values[-1]))
    return WordProblem(draw.choice(NAMES), draw.choice(THINGS), tuple(changes), tuple(values))


def _draw_change(draw: random.Random, value: int) -> Change:
    """Draw a change that keeps the value between 1 and LARGEST."""
    fits = {"+": value < LARGEST, "-": value > 1, "*": 2 * value <= LARGEST}
    sign = draw.choice([sign for sign, is_fit in fits.items() if is_fit])
    if sign == "*":
        return Change("doubles them", sign, 2)
    room = LARGEST - value if sign == "+" else value - 1
    number = draw.randint(1, min(LARGEST_CHANGE, room))
    verb = draw.choice(("buys", "finds") if sign == "+" else ("sells", "loses"))
    return Change(f"{verb} {number}", sign, number)
