"""Word problems of one to ten steps with their worked answers: rows of very different length, from a seed."""

from __future__ import annotations

import random

N_ROWS = 192


def rows(n: int = N_ROWS, seed: int = 0) -> list[tuple[str, str]]:
    """Give (prompt, answer) pairs."""
    draw = random.Random(seed)
    return [_row(draw, 1 + at % 10) for at in range(n)]


def _row(draw: random.Random, n_steps: int) -> tuple[str, str]:
    have = draw.randint(5, 40)
    asked, worked = [f"Ann has {have} pens."], []
    for _ in range(n_steps):
        amount = draw.randint(2, 9)
        if draw.random() < 0.3:
            asked.append(f"Then she doubles what she has and gives {amount} away.")
            worked.append(f"She doubles {have}: {have} * 2 = {have * 2}. She gives {amount} away: "
                          f"{have * 2} - {amount} = {have * 2 - amount}.")  # fmt: skip
            have = have * 2 - amount
        else:
            asked.append(f"Then she buys {amount} more.")
            worked.append(f"She buys {amount}: {have} + {amount} = {have + amount}.")
            have += amount
    asked.append("How many pens has she?")
    return " ".join(asked), " ".join([*worked, f"The answer is {have}."])
