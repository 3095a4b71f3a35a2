"""Ask in rounds with verification between them: stop early, and ask dear teachers only for what is left.

`stop_after_verified: k` asks a problem and form until k traces are verified, or until it is surely hopeless.
`cascade` orders teachers by price; the next one gets only what the former left unsolved, unless two
teachers agree on a value that is not the gold: then the gold is suspect and no more is spent on it.
Decisions follow from verdicts in the journal alone (curate.stages.rounds_rules), so a killed run goes on
with the same plan. What is on the wire when a cell is settled is kept.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal

from curate.config import RunFile
from curate.stages.engine.outcome import PassOutcome
from curate.stages.engine.session import Session
from curate.stages.generation_report import RoundsReport
from curate.stages.plan import GenerationPlan, PlannedPrompt, Quota
from curate.stages.priors import UsageKey, Usages, expected_length, read_usages
from curate.stages.rounds_board import Board, CellKey, cell_key
from curate.stages.rounds_rules import Allowance, Standing, StopRule
from curate.stages.verification import program_settings, verify_store
from curate.teachers.pricing import cost_of
from curate.types import Problem, Teacher, Usage
from queries import load_query

_TOKENS_IN = 200
"""Prompt tokens of a teacher that was never asked; only used to say what was saved."""


def ask_in_rounds(session: Session, plan: GenerationPlan, run: RunFile) -> RoundsReport:
    """Ask a plan in rounds until every cell is settled or nothing more can be asked.

    Raises:
        JournalError, InputError: as `Session.ask`.
    """
    levels = order_levels(plan.teachers, is_cascade=run.generate.cascade)
    rounds = _Rounds(session, plan, run, levels)
    for level in range(len(levels)):
        if not rounds.ask_level(level):
            break
    return rounds.report()


def order_levels(teachers: Sequence[Teacher], *, is_cascade: bool) -> list[tuple[Teacher, ...]]:
    """Put teachers into levels: all in one, or with a cascade one per level, the cheapest first.

    Aliases of one teacher (several keys) share a level. No price counts as free.
    """
    if not is_cascade:
        return [tuple(teachers)]
    ids = dict.fromkeys(t.teacher_id for t in sorted(teachers, key=_price))
    return [tuple(t for t in teachers if t.teacher_id == teacher_id) for teacher_id in ids]


class _Rounds:
    """The state of a run in rounds; everything in it can be read from the store again."""

    def __init__(
        self, session: Session, plan: GenerationPlan, run: RunFile, levels: Sequence[tuple[Teacher, ...]]
    ) -> None:
        self._session, self._plan, self._run, self._levels = session, plan, run, levels
        self._rule = StopRule(run.generate.stop_after_verified, run.generate.hopeless_below)
        self._board = Board(plan, levels)
        self._n_rounds = 0

    def ask_level(self, level: int) -> bool:
        """Ask one level until it has nothing more to ask; False when the run must end."""
        while True:
            self._look()
            if self._session.is_stopped:
                return False
            outcome = self._session.ask(
                dataclasses.replace(
                    self._plan, teachers=self._levels[level], wave=self._n_rounds, quota=self._quota(level)
                )
            )
            self._n_rounds += 1
            if self._session.is_stopped or any(lane.ended_because for lane in outcome.lanes):
                return False
            if not _has_sent(outcome):
                return True

    def report(self) -> RoundsReport:
        """Sum up after a last look."""
        self._look()
        standings: Counter[Standing] = Counter()
        suspects = set()
        problems = 0
        for problem in self._plan.problems():
            problems += 1
            for form in dict.fromkeys(p.template.format for p in self._plan.prompts):
                standing, is_suspect = self._final_standing((problem.problem_id, form))
                standings[standing] += 1
                if is_suspect:
                    suspects.add(problem.problem_id)
        saved = self._saved(problems)
        return RoundsReport(
            self._n_rounds,
            standings.total(),
            standings[Standing.SOLVED],
            standings[Standing.HOPELESS],
            standings[Standing.MAJORITY],
            len(suspects),
            sum(saved.values()),
            self._saved_usd(saved),
            tuple(sorted(suspects)),
        )

    def _look(self) -> None:
        """Verify what came and read the board; only what is in the journal counts."""
        if not self._session.is_stopped:
            verify_store(
                self._session.store,
                workers=self._run.verify.workers,
                stop=self._session.stop,
                programs=program_settings(self._run.verify),
            )
        self._board.read(self._session.store)

    def _quota(self, level: int) -> Quota:
        known: dict[CellKey, Allowance] = {}

        def quota(teacher: Teacher, problem: Problem, prompt: PlannedPrompt) -> int:
            key = cell_key(problem, prompt)
            allowance = known.get(key)
            if allowance is None:
                known.clear()  # streams come problem after problem: one cell's decision is enough to keep
                allowance = known[key] = self._allow(key, level)
            return self._board.samples_of(teacher, prompt, allowance)

        return quota

    def _allow(self, key: CellKey, level: int) -> Allowance:
        """Decide about a cell; a higher level is only opened for what the lower ones left."""
        for below in range(level):
            standing = self._board.allow(key, below, self._rule).standing
            if standing in (Standing.OPEN, Standing.SOLVED, Standing.MAJORITY):
                return Allowance(0, standing)
        if level and self._board.is_gold_suspect(key, level - 1):
            return Allowance(0, Standing.EXHAUSTED)
        return self._board.allow(key, level, self._rule)

    def _final_standing(self, key: CellKey) -> tuple[Standing, bool]:
        """Give the first settled standing over the levels, and whether the gold is suspect."""
        standing = Standing.OPEN
        for level in range(len(self._levels)):
            standing = self._board.allow(key, level, self._rule).standing
            if standing in (Standing.OPEN, Standing.SOLVED, Standing.MAJORITY):
                break
        unsolved = standing not in (Standing.SOLVED, Standing.MAJORITY)
        return standing, unsolved and self._board.is_gold_suspect(key, len(self._levels) - 1)

    def _saved(self, n_problems: int) -> dict[str, int]:
        """Give, per teacher id, how many requests of the full plan were never asked."""
        full = n_problems * len(self._plan.prompts) * self._plan.samples
        ids = dict.fromkeys(teacher.teacher_id for teacher in self._plan.teachers)
        return {teacher_id: max(0, full - self._board.n_asked[teacher_id]) for teacher_id in ids}

    def _saved_usd(self, saved: Mapping[str, int]) -> Decimal | None:
        """Price what was not asked at the teachers' own mean answers, or at the prior where there are
        none."""
        with self._session.store.read() as reader:
            usages = read_usages(reader.rows(load_query("answer_usage", "stages").sql))
        total: Decimal | None = None
        for teacher_id, n in saved.items():
            teacher = next(t for t in self._plan.teachers if t.teacher_id == teacher_id)
            each = unit_usd(teacher, self._plan.prompts, usages)
            if each is not None:
                total = (total or Decimal(0)) + n * each
        return total


def unit_usd(
    teacher: Teacher, prompts: Sequence[PlannedPrompt], usages: Mapping[UsageKey, Usages]
) -> Decimal | None:
    """Give what one request to a teacher costs on average over the prompts; None without a price."""
    total = Decimal(0)
    for prompt in prompts:
        template = prompt.template
        own = usages.get((teacher.teacher_id, template.format, template.granularity, template.style))
        n_in = round(own.tokens_in) if own else _TOKENS_IN
        n_out = round(own.tokens_out if own else expected_length(teacher, template, usages).expected)
        cost = cost_of(Usage(n_in, 0, n_out), teacher.price, is_batch=teacher.transport == "batch")
        if cost is None:
            return None
        total += cost
    return total / len(prompts)


def _price(teacher: Teacher) -> tuple[Decimal, Decimal]:
    price = teacher.price
    return (price.output, price.input) if price else (Decimal(0), Decimal(0))


def _has_sent(outcome: PassOutcome) -> bool:
    return any(lane.n_sent for lane in outcome.lanes)
