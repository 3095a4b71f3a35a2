"""The plan of a run file: every (problem, prompt, teacher, sample) once, in a canonical order, lazily.

In: a run file. Out: a `GenerationPlan`, whose `units(teacher)` yields requests one at a time, so that memory
does not grow with the plan. The same plan always gives the same stream.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from curate.config import RunFile
from curate.prompts import render_prompt, select_template
from curate.sources import RowComplaint, read_problems
from curate.stages.turns import take_turns
from curate.stages.units import Unit
from curate.teachers.bodies import build_request
from curate.types import Problem, PromptTemplate, Request, Teacher


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

    def count_rows(self) -> Iterator[RowComplaint | tuple[int, ...]]:
        """Read the problems and give, for each, its number of units per teacher; complaints as they are."""
        for row in self.read_rows():
            yield (
                row
                if isinstance(row, RowComplaint)
                else tuple(
                    sum(self._samples_of(teacher, row, prompt) for prompt in self.prompts)
                    for teacher in self.teachers
                )
            )

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
        wanted = [self._samples_of(teacher, problem, prompt) for prompt in prompts]
        first: dict[int, Request] = {}
        for sample in range(max(wanted)):
            for prompt, n in zip(prompts, wanted, strict=True):
                if sample < n:
                    request = _request(teacher, problem, prompt, sample, first.get(prompt.number))
                    first.setdefault(prompt.number, request)
                    yield Unit(request, problem, prompt.template, self.wave)

    def _samples_of(self, teacher: Teacher, problem: Problem, prompt: PlannedPrompt) -> int:
        return self.samples if self.quota is None else self.quota(teacher, problem, prompt)


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
