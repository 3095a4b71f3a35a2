"""Exact linear systems: reduced row echelon form over the rationals."""

from __future__ import annotations

from fractions import Fraction

from curate.verify.equations.exact import CONSTANT, Linear
from curate.verify.equations.rejects import Reject

MAX_ROWS = 400


class Echelon:
    """Rows in reduced form: each pivot name stands in one row only, with coefficient one."""

    def __init__(self) -> None:
        self.rows: dict[str, Linear] = {}
        """By pivot: pivot = -(sum of the other terms)."""

    def add(self, form: Linear) -> None:
        """Add ``form = 0``.

        Raises:
            Reject: `inconsistent` when it contradicts the rows that stand.
        """
        if len(self.rows) > MAX_ROWS:
            raise Reject("too_big", "too many equations")
        row = self.reduce(form)
        names = [name for name in row if name]
        if not names:
            if row.get(CONSTANT):
                raise Reject("inconsistent", "two equations contradict each other")
            return
        pivot = names[0]
        scale = row[pivot]
        row = {name: factor / scale for name, factor in row.items()}
        for other, old in self.rows.items():
            factor = old.get(pivot)
            if factor:
                self.rows[other] = _combined(old, row, -factor)
        self.rows[pivot] = row

    def reduce(self, form: Linear) -> Linear:
        """Replace the pivots in a form by the other names."""
        result = {name: factor for name, factor in form.items() if factor}
        for name in [name for name in result if name in self.rows]:
            result = _combined(result, self.rows[name], -result[name])
        return result

    def solved(self) -> dict[str, Fraction]:
        """Give the names that have one value."""
        return {
            pivot: -row.get(CONSTANT, Fraction(0))
            for pivot, row in self.rows.items()
            if not any(name and name != pivot for name in row)
        }


def _combined(left: Linear, right: Linear, factor: Fraction) -> Linear:
    total = dict(left)
    for name, value in right.items():
        new = total.get(name, Fraction(0)) + factor * value
        if new:
            total[name] = new
        else:
            total.pop(name, None)
    return total
