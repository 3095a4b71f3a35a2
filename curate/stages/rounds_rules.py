"""When to stop asking about a problem, and when to ask a dearer teacher: pure decisions over outcomes.

The outcomes of a cell (problem, form) stand in canonical order: sample by sample, in each sample prompt by
prompt, in each prompt teacher by teacher. A decision looks at a leading part of them and never at what came
later or at a clock, so the same journal always gives the same plan, also after a kill.

Wilson, E. B. (1927): the interval for a share that stays honest at 0 of n.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

CORRECT, WRONG, UNKNOWN, MISSING = "cwu."
Z_95 = 1.959964
IsSame = Callable[[str, str], bool]


class Standing(StrEnum):
    """How a cell stands after its last look."""

    OPEN = "open"
    SOLVED = "solved"
    MAJORITY = "majority"
    HOPELESS = "hopeless"
    EXHAUSTED = "exhausted"


@dataclass(frozen=True, slots=True)
class StopRule:
    """`target` verified traces settle a cell; None asks all samples, and one verified trace solves it."""

    target: int | None
    hopeless_below: float


@dataclass(frozen=True, slots=True)
class Cell:
    """What is known of one problem and form at one level: an outcome and a stated answer per place.

    `n_verified_before` counts verified traces of cheaper levels.
    """

    outcomes: str
    answers: Sequence[str | None] = ()
    has_gold: bool = True
    n_verified_before: int = 0


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many leading places may be asked, and how the cell stands."""

    n_places: int
    standing: Standing


def allow(cell: Cell, rule: StopRule, is_same: IsSame) -> Allowance:
    """Decide how many places of a cell may be asked.

    Asks as many as are still needed, looks, and asks again; stops when the target is met, when answers
    without a gold agree, when the pass rate is surely too low, or when no place is left.
    """
    n_all = len(cell.outcomes)
    needed = (rule.target or 1) - cell.n_verified_before
    if needed <= 0:
        return Allowance(0, Standing.SOLVED)
    n = n_all if rule.target is None else min(needed, n_all)
    while True:
        standing = _look(cell, n, needed, rule, is_same)
        if standing is not None:
            return Allowance(n, standing)
        if n == n_all:
            return Allowance(n, Standing.EXHAUSTED)
        n = min(n_all, n + max(1, needed - cell.outcomes[:n].count(CORRECT)))


def _look(cell: Cell, n: int, needed: int, rule: StopRule, is_same: IsSame) -> Standing | None:
    seen = cell.outcomes[:n]
    n_right = seen.count(CORRECT)
    if n_right >= needed:
        return Standing.SOLVED
    if MISSING in seen:
        return Standing.OPEN
    if not cell.has_gold and largest_agreement(cell.answers[:n], is_same) >= max(2, needed):
        return Standing.MAJORITY
    n_decided = n_right + seen.count(WRONG)
    if rule.target is not None and n_decided and wilson_upper(n_right, n_decided) < rule.hopeless_below:
        return Standing.HOPELESS
    return None


def wilson_upper(n_right: int, n: int) -> float:
    """Give the upper 95 % bound of a pass rate; 1 for no trial at all.

    >>> round(wilson_upper(0, 8), 3)
    0.324
    """
    if n == 0:
        return 1.0
    share, z2 = n_right / n, Z_95 * Z_95
    spread = Z_95 * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return min(1.0, (share + z2 / (2 * n) + spread) / (1 + z2 / n))


def largest_agreement(answers: Sequence[str | None], is_same: IsSame) -> int:
    """Give how many of the answers agree with each other at most; missing ones agree with nothing."""
    groups: list[tuple[str, int]] = []
    for answer in answers:
        if answer is None:
            continue
        for number, (first, n) in enumerate(groups):
            if is_same(first, answer):
                groups[number] = (first, n + 1)
                break
        else:
            groups.append((answer, 1))
    return max((n for _, n in groups), default=0)


def agree_against_gold(wrong_answers: Sequence[tuple[str, str]], is_same: IsSame) -> bool:
    """Say whether two teachers state one value that is not the gold; pairs are (teacher, wrong answer)."""
    return any(
        teacher != other_teacher and is_same(answer, other)
        for number, (teacher, answer) in enumerate(wrong_answers)
        for other_teacher, other in wrong_answers[number + 1 :]
    )
