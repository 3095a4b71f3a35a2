"""A second opinion: math-verify's word on each answer, beside ours and never in place of it.

In: scores. Out: the same with `cross` set to correct, incorrect or undecided. The engine runs in curate's
worker processes, on texts that its guard lets through; nothing of a model's text is evaluated here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from curate.verify import default_workers
from curate.verify.guard import is_safe_for_symbols
from curate.verify.pool import WorkerPool
from curate.verify.task import Reply, Task
from evaluate.types import Score

_WORD = {"equal": "correct", "not_equal": "incorrect"}


def cross_check(scores: Sequence[Score], *, workers: int | None = None) -> list[Score]:
    """Ask math-verify about every answer; equal pairs are asked once."""
    pairs: dict[tuple[str, str], str] = {}
    for score in scores:
        gold = score.reading.item.problem.gold or ""
        if score.answer and is_safe_for_symbols(gold) and is_safe_for_symbols(score.answer):
            pairs[gold, score.answer] = ""
    listed = list(pairs)
    with WorkerPool(workers or default_workers()) as pool:
        for number, (gold, answer) in enumerate(listed):
            pool.submit(number, Task("compare", gold, answer))
        while pool.n_open:
            for number, reply in pool.poll():
                pairs[listed[number]] = _word(reply)
    return [
        replace(score, cross=pairs.get((score.reading.item.problem.gold or "", score.answer), "undecided"))
        if score.answer
        else score
        for score in scores
    ]


def _word(reply: Reply) -> str:
    return _WORD.get(reply.values[0], "undecided") if reply.fate == "done" else "undecided"
