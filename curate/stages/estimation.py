"""What a run would cost and how long it would take, before a token is bought.

In: a store and a run file. Out: an `Estimate` per teacher and prompt: low, expected and high. What the
store has answered is deducted. Prompt tokens are approximated (characters / 3.5) unless the teacher's own
answers tell; answers follow curate.stages.priors. Nothing is sent and nothing is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from curate.config import RunFile
from curate.stages.engine.known import Known
from curate.stages.estimates import Estimate, PromptEstimate, Range, TeacherEstimate, UsdRange
from curate.stages.plan import GenerationPlan, make_plan
from curate.stages.priors import LEAST_ANSWERS, Length, UsageKey, Usages, expected_length, read_usages
from curate.store import Store
from curate.teachers.pricing import cost_of
from curate.types import PromptTemplate, Teacher, Usage
from queries import load_query


@dataclass(slots=True)
class _Count:
    n_requests: int = 0
    n_answered: int = 0
    n_tokens_in: int = 0


@dataclass(frozen=True, slots=True)
class _Cell:
    teacher: Teacher
    template: PromptTemplate
    count: _Count = field(default_factory=_Count)


def estimate(store: Store, run: RunFile, *, limit: int | None = None) -> Estimate:
    """Estimate a run; `limit` takes the first problems only.

    Raises:
        InputError: when a source of problems cannot be read.
    """
    plan = make_plan(run, limit=limit)
    cells = _count(plan, Known.of_store(store))
    usages = _stored_usages(store)
    prompts = [_estimate_prompt(cell, usages) for cell in cells.values()]
    teachers = [_estimate_teacher(t, [p for p in prompts if p.teacher == t.alias]) for t in plan.teachers]
    return Estimate(
        tuple(prompts),
        tuple(teachers),
        sum(each.n_requests for each in teachers),
        sum(each.n_left for each in teachers),
        _add([each.usd for each in teachers]),
        _add([each.batch_usd for each in teachers]),
        Range(*(max((getattr(t.hours, end) for t in teachers), default=0.0) for end in _ENDS)),
        tuple(teacher.alias for teacher in plan.teachers if teacher.price is None),
        run.generate.max_usd,
        run.generate.cascade or run.generate.stop_after_verified is not None,
    )


_ENDS = ("low", "expected", "high")


def _count(plan: GenerationPlan, known: Known) -> dict[tuple[str, str], _Cell]:
    """Count the units of each teacher and prompt, those that are answered, and the prompt tokens of the
    rest."""
    cells: dict[tuple[str, str], _Cell] = {}
    for teacher in plan.teachers:
        for prompt in plan.prompts:
            cells[teacher.alias, prompt.template.template_id] = _Cell(teacher, prompt.template)
        for unit in plan.units(teacher):
            count = cells[teacher.alias, unit.template.template_id].count
            count.n_requests += 1
            if known.is_settled(unit.request.request_id):
                count.n_answered += 1
            else:
                count.n_tokens_in += unit.request.n_prompt_tokens_estimated
    return cells


def _stored_usages(store: Store) -> dict[UsageKey, Usages]:
    with store.read() as reader:
        return read_usages(reader.rows(load_query("answer_usage", "stages").sql))


def _estimate_prompt(cell: _Cell, usages: Mapping[UsageKey, Usages]) -> PromptEstimate:
    teacher, template, count = cell.teacher, cell.template, cell.count
    length = expected_length(teacher, template, usages)
    n_left = count.n_requests - count.n_answered
    n_in = _tokens_in(cell, usages, n_left)
    return PromptEstimate(
        teacher.alias,
        template.name,
        count.n_requests,
        count.n_answered,
        n_in,
        Range(length.low * n_left, length.expected * n_left, length.high * n_left),
        _price(teacher, n_in, length, n_left, is_batch=teacher.transport == "batch"),
        _price(teacher, n_in, length, n_left, is_batch=True),
        length.basis,
        length.latency_s,
    )


def _tokens_in(cell: _Cell, usages: Mapping[UsageKey, Usages], n_left: int) -> int:
    """Trust the teacher's own counts of prompt tokens over the approximation."""
    template = cell.template
    own = usages.get((cell.teacher.teacher_id, template.format, template.granularity, template.style))
    return round(own.tokens_in * n_left) if own and own.n >= LEAST_ANSWERS else cell.count.n_tokens_in


def _price(teacher: Teacher, n_in: int, length: Length, n_left: int, *, is_batch: bool) -> UsdRange | None:
    if teacher.price is None:
        return None
    low, expected, high = (
        cost_of(Usage(n_in, 0, round(tokens * n_left)), teacher.price, is_batch=is_batch) or Decimal(0)
        for tokens in (length.low, length.expected, length.high)
    )
    return UsdRange(low, expected, high)


def _estimate_teacher(teacher: Teacher, prompts: list[PromptEstimate]) -> TeacherEstimate:
    hours = {name: Range(*(hours_at(teacher, prompts, name, end) for end in _ENDS)) for name in _LIMITS}
    bound_by = max(_LIMITS, key=lambda name: hours[name].expected)
    return TeacherEstimate(
        teacher.alias,
        sum(prompt.n_requests for prompt in prompts),
        sum(prompt.n_left for prompt in prompts),
        _add([prompt.usd for prompt in prompts]),
        _add([prompt.batch_usd for prompt in prompts]),
        hours[bound_by],
        bound_by,
    )


_LIMITS = ("concurrency", "requests_per_minute", "tokens_per_minute")


def hours_at(teacher: Teacher, prompts: list[PromptEstimate], limit: str, end: str) -> float:
    """Give the hours that one limit of a teacher would take at one end of the range; 0 where it is not
    set."""
    n_left = sum(prompt.n_left for prompt in prompts)
    if limit == "requests_per_minute":
        per_minute = teacher.limits.requests_per_minute
        return n_left / per_minute / 60 if per_minute else 0.0
    if limit == "tokens_per_minute":
        per_minute = teacher.limits.tokens_per_minute
        tokens = sum(p.n_tokens_in + float(getattr(p.n_tokens_out, end)) for p in prompts)
        return tokens / per_minute / 60 if per_minute else 0.0
    return sum(_waiting_s(p, end) for p in prompts) / teacher.limits.concurrency / 3600


def _waiting_s(prompt: PromptEstimate, end: str) -> float:
    """Give the seconds all answers to a prompt take one after the other; longer answers take longer."""
    out = prompt.n_tokens_out
    share = float(getattr(out, end)) / out.expected if out.expected else 1.0
    return prompt.n_left * prompt.latency_s * share


def _add(ranges: list[UsdRange | None]) -> UsdRange | None:
    priced = [each for each in ranges if each is not None]
    if not priced:
        return None
    return UsdRange(
        sum((each.low for each in priced), Decimal(0)),
        sum((each.expected for each in priced), Decimal(0)),
        sum((each.high for each in priced), Decimal(0)),
    )
