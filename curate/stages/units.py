"""What is to be asked: every (problem, prompt, teacher, sample) once, as a lazy stream of units.

In: a run file. Out: a `GenerationPlan`, whose `units(teacher)` yields requests one at a time, so that
memory does not grow with the plan. The order is canonical: the same plan always gives the same stream.
Whether a unit is already answered is not known here.

A teacher with the transport `batch` gets a `BatchWork`; `curate.stages.batching.generate_batches(work)` runs
in a thread of its own and gives a `BatchOutcome`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from curate.config import RunFile
from curate.prompts import render_prompt, select_template
from curate.sources import RowComplaint, read_problems
from curate.stages.stop import StopSignal
from curate.stages.turns import take_turns
from curate.teachers.bodies import build_request
from curate.types import Problem, PromptTemplate, Request, Teacher

if TYPE_CHECKING:
    from curate.store import Store
    from curate.store.journal import JournalWriter
    from curate.teachers.budget import Budget


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing to ask, with what it was made from."""

    request: Request
    problem: Problem
    template: PromptTemplate
    wave: int = 0


@dataclass(frozen=True, slots=True)
class PlannedPrompt:
    """A template of the run, its share of the work, and its place in the run file."""

    template: PromptTemplate
    weight: int
    number: int


class Quota(Protocol):
    """Decides how many samples of one problem one prompt asks of one teacher: indices 0 to n - 1."""

    def __call__(self, teacher: Teacher, problem: Problem, prompt: PlannedPrompt) -> int: ...


@dataclass(frozen=True, slots=True)
class GenerationPlan:
    """Problems x prompts x teachers x samples, none of it held in memory."""

    teachers: tuple[Teacher, ...]
    prompts: tuple[PlannedPrompt, ...]
    samples: int
    read_rows: Callable[[], Iterator[Problem | RowComplaint]]
    wave: int = 0
    quota: Quota | None = None

    def problems(self) -> Iterator[Problem]:
        """Read the problems from their sources anew; complaints are left out."""
        return (row for row in self.read_rows() if isinstance(row, Problem))

    def units(self, teacher: Teacher) -> Iterator[Unit]:
        """Stream one teacher's units, problem after problem; prompts of unequal weight take turns."""
        weights = sorted({prompt.weight for prompt in self.prompts}, reverse=True)
        groups = [tuple(p for p in self.prompts if p.weight == weight) for weight in weights]
        if len(groups) == 1:
            return self._stream(teacher, self.prompts)
        shares = [weight * len(group) for weight, group in zip(weights, groups, strict=True)]
        return take_turns([self._stream(teacher, group) for group in groups], shares)

    def _stream(self, teacher: Teacher, prompts: Sequence[PlannedPrompt]) -> Iterator[Unit]:
        for problem in self.problems():
            yield from self._units_of(teacher, problem, prompts)

    def _units_of(
        self, teacher: Teacher, problem: Problem, prompts: Sequence[PlannedPrompt]
    ) -> Iterator[Unit]:
        wanted = [self.quota(teacher, problem, p) if self.quota else self.samples for p in prompts]
        first: dict[int, Request] = {}
        for sample in range(max(wanted)):
            for prompt, n in zip(prompts, wanted, strict=True):
                if sample < n:
                    request = _request(teacher, problem, prompt, sample, first.get(prompt.number))
                    first.setdefault(prompt.number, request)
                    yield Unit(request, problem, prompt.template, self.wave)


@dataclass(frozen=True, slots=True)
class BatchWork:
    """All that one teacher with a batch transport is to be asked, and what it shares with the run.

    `units` is lazy and leaves out what is answered. `append_lineage` is called with a unit before its `sent`.
    """

    store: Store
    teacher: Teacher
    units: Iterator[Unit]
    journal: JournalWriter
    append_lineage: Callable[[Unit], None]
    run_id: str
    budget: Budget
    stop: StopSignal
    environ: Mapping[str, str]
    on_progress: Callable[[BatchOutcome], None]


@dataclass(frozen=True, slots=True)
class BatchOutcome:
    """How far a teacher's batches are; also their progress while they run."""

    n_asked: int = 0
    n_answered: int = 0
    n_final: int = 0
    n_left: int = 0
    faults: tuple[tuple[str, int], ...] = ()
    note: str = ""
    """A line for people: what is waited for, or why it stopped."""


def make_plan(run: RunFile, *, limit: int | None = None) -> GenerationPlan:
    """Make the plan of a run file; `limit` takes the first problems only."""
    prompts = tuple(
        PlannedPrompt(select_template(section), section.weight, number)
        for number, section in enumerate(run.prompts)
    )

    def read_rows() -> Iterator[Problem | RowComplaint]:
        rows = (row for section in run.problems for row in read_problems(section))
        return rows if limit is None else _first_problems(rows, limit)

    return GenerationPlan(
        tuple(section.teacher() for section in run.teachers), prompts, run.generate.samples, read_rows
    )


def _first_problems(rows: Iterator[Problem | RowComplaint], limit: int) -> Iterator[Problem | RowComplaint]:
    """Cut after the last wanted problem, without reading one row more."""
    n_problems = 0
    while n_problems < limit and (row := next(rows, None)) is not None:
        n_problems += isinstance(row, Problem)
        yield row


def _request(
    teacher: Teacher, problem: Problem, prompt: PlannedPrompt, sample: int, first: Request | None
) -> Request:
    """Build one sample's request; without a seed all samples of a prompt share one body."""
    if first is not None and teacher.sampling.seed is None:
        request_id = Request.identity(first.url, first.body, sample)
        return dataclasses.replace(first, request_id=request_id, sample_index=sample)
    return build_request(
        teacher,
        render_prompt(prompt.template, problem),
        problem_id=problem.problem_id,
        template_id=prompt.template.template_id,
        format=prompt.template.format,
        sample_index=sample,
    )
