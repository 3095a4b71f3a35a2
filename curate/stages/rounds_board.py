"""The outcomes of a plan so far, cell by cell, as read from the store.

A cell is a problem and a form. Each level (the teachers that are asked side by side) has its own places:
sample by sample, prompt by prompt, teacher by teacher. Memory is a few hundred bytes per cell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from curate.answers import compare_answers
from curate.stages.plan import GenerationPlan, PlannedPrompt
from curate.stages.rounds_rules import (
    CORRECT,
    MISSING,
    UNKNOWN,
    WRONG,
    Allowance,
    Cell,
    StopRule,
    agree_against_gold,
    allow,
)
from curate.store import Store
from curate.types import Problem, Teacher
from queries import load_query

CellKey = tuple[str, str]
"""problem_id, form."""
BATCH_ROWS = 5_000


@dataclass(slots=True)
class _Places:
    outcomes: list[str]
    answers: dict[int, str] = field(default_factory=dict)
    has_gold: bool = True


class Board:
    """What is known of every cell at every level."""

    def __init__(self, plan: GenerationPlan, levels: Sequence[Sequence[Teacher]]) -> None:
        self._samples = plan.samples
        self._prompts: dict[str, dict[str, int]] = {}
        for prompt in plan.prompts:
            same_form = self._prompts.setdefault(prompt.template.format, {})
            same_form.setdefault(prompt.template.template_id, len(same_form))
        self._levels = [
            {
                teacher_id: number
                for number, teacher_id in enumerate(dict.fromkeys(t.teacher_id for t in level))
            }
            for level in levels
        ]
        self._level_of = {tid: number for number, ids in enumerate(self._levels) for tid in ids}
        self._cells: list[dict[CellKey, _Places]] = [{} for _ in levels]
        self.n_asked: Counter[str] = Counter()

    def read(self, store: Store) -> None:
        """Read all outcomes anew."""
        self._cells = [{} for _ in self._levels]
        self.n_asked.clear()
        with store.read() as reader:
            query = load_query("round_outcomes", "stages").sql
            for batch in reader.batches(query, {}, size=BATCH_ROWS):
                for row in batch.to_pylist():
                    self._take(row)

    def n_places(self, level: int, format: str) -> int:
        """Give the number of places that a cell of this form has at a level."""
        return self._samples * len(self._prompts.get(format, ())) * len(self._levels[level])

    def keys(self, level: int) -> Iterator[CellKey]:
        """Give the cells of which anything was asked at a level."""
        yield from self._cells[level]

    def allow(self, key: CellKey, level: int, rule: StopRule) -> Allowance:
        """Decide how many places of a cell may be asked at a level."""
        places = self._cells[level].get(key)
        n = self.n_places(level, key[1])
        verified = sum(self._verified(key, below) for below in range(level))
        if places is None:
            return allow(Cell(MISSING * n, (), True, verified), rule, is_same_answer)
        answers = [places.answers.get(place) for place in range(n)] if not places.has_gold else ()
        return allow(Cell("".join(places.outcomes), answers, places.has_gold, verified), rule, is_same_answer)

    def is_gold_suspect(self, key: CellKey, level: int) -> bool:
        """Say whether teachers up to a level agree on a value that the gold is not."""
        wrong = []
        for number in range(level + 1):
            places = self._cells[number].get(key)
            ids = list(self._levels[number])
            if places is not None and places.has_gold:
                wrong += [
                    (ids[place % len(ids)], places.answers[place])
                    for place, outcome in enumerate(places.outcomes)
                    if outcome == WRONG and place in places.answers
                ]
        return agree_against_gold(wrong, is_same_answer)

    def samples_of(self, teacher: Teacher, prompt: PlannedPrompt, allowance: Allowance) -> int:
        """Give how many samples of one prompt and teacher lie within an allowance."""
        template = prompt.template
        level = self._levels[self._level_of[teacher.teacher_id]]
        of_form = self._prompts[template.format]
        stride = len(of_form) * len(level)
        first = of_form[template.template_id] * len(level) + level[teacher.teacher_id]
        return max(0, -(-(allowance.n_places - first) // stride))

    def _verified(self, key: CellKey, level: int) -> int:
        places = self._cells[level].get(key)
        return places.outcomes.count(CORRECT) if places else 0

    def _take(self, row: dict[str, object]) -> None:
        """Put one request into its place; requests of other plans have none."""
        format, teacher_id = str(row["format"]), str(row["teacher_id"])
        level = self._level_of.get(teacher_id)
        prompt = self._prompts.get(format, {}).get(str(row["template_id"]))
        sample = int(str(row["sample_index"]))
        if level is None or prompt is None or sample >= self._samples:
            return
        ids = self._levels[level]
        place = (sample * len(self._prompts[format]) + prompt) * len(ids) + ids[teacher_id]
        key = str(row["problem_id"]), format
        places = self._cells[level].get(key)
        if places is None:
            places = self._cells[level][key] = _Places([MISSING] * self.n_places(level, format))
        places.outcomes[place] = str(row["outcome"])
        places.has_gold = bool(row["has_gold"])
        if row["answer"] is not None and row["outcome"] in (WRONG, UNKNOWN):
            places.answers[place] = str(row["answer"])
        self.n_asked[teacher_id] += 1


def is_same_answer(one: str, other: str) -> bool:
    """Say whether two stated answers are surely equal."""
    return one == other or compare_answers(gold=one, answer=other).status == "equal"


def cell_key(problem: Problem, prompt: PlannedPrompt) -> CellKey:
    """Name the cell of a problem and a prompt."""
    return problem.problem_id, prompt.template.format
