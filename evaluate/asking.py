"""Ask a model everything that a section wants and that is not on disk yet, and give the answers as readings.

In: a backend, the suites, the file of predictions. Out: `Reading`s: each answer whole, then cut at every
budget, then forced to its result there. A budget asks nothing anew but the forced endings: what a student
writes in its first n tokens does not depend on how many more it may write (greedy, and draws by position).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from curate.errors import InputError
from curate.evaluation_section import EvaluateSection, Form
from curate.ids import canonical_json, content_id
from curate.types import FinishReason, Json
from evaluate.backend import Backend
from evaluate.benchmarks import Suite
from evaluate.predictions import PredictionFile
from evaluate.prompts import Mode, messages_for
from evaluate.types import Answer, Ask, Reading, SamplingRule

ENDINGS: Mapping[Form, str] = {
    "cot": "\nThe answer is",
    "answer-only": "\nThe answer is",
    "pot": "\nans =",
    "eot": "\nans =",
}
"""What is put behind an answer that was cut, so that the student says its result at once."""
FORCED_TOKENS = 32

OnAsked = Callable[[int, int], None]
"""Told how many answers are complete, of how many."""


@dataclass(frozen=True, slots=True)
class AskPlan:
    """What one model is asked: prompt mode, and how answers are drawn."""

    section: EvaluateSection
    mode: Mode
    rule: SamplingRule


def make_rule(section: EvaluateSection) -> SamplingRule:
    """Give the section's way of drawing answers."""
    return SamplingRule(section.temperature, section.top_p, section.top_k, section.max_tokens, section.seed)


def plan_asks(backend: Backend, plan: AskPlan, suites: Sequence[Suite]) -> list[Ask]:
    """Build every ask, once per key: equal prompts share their answers."""
    identity = dict(backend.identity)
    asks = []
    for suite in suites:
        for item in suite.items:
            for form in plan.section.forms:
                messages = messages_for(item.problem, form, plan.mode, plan.section)
                prompt = backend.render(messages)
                for sample in range(plan.section.samples):
                    key = _key(identity, prompt, plan.rule, sample)
                    asks.append(Ask(key, messages, prompt, form, sample, plan.rule.max_tokens, item))
    return asks


def ask_missing(
    backend: Backend, asks: Sequence[Ask], predictions: PredictionFile, on_asked: OnAsked | None = None
) -> None:
    """Ask what has no answer on disk."""
    missing = list({ask.key: ask for ask in asks if ask.key not in predictions}.values())
    total = len({ask.key for ask in asks})
    done = total - len(missing)

    def keep(answer: Answer) -> None:
        nonlocal done
        predictions.append(answer)
        done += 1
        if on_asked is not None:
            on_asked(done, total)

    if on_asked is not None:
        on_asked(done, total)
    backend.answer(missing, keep)
    predictions.flush()


def require_some_text(asks: Sequence[Ask], predictions: PredictionFile, label: str) -> None:
    """See that a model says anything at all.

    Raises:
        InputError: when every answer is empty.
    """
    answers = [predictions.get(ask.key) for ask in asks]
    if asks and all(
        answer is None or not (answer.text.strip() or answer.reasoning.strip()) for answer in answers
    ):
        faults = sorted({answer.fault for answer in answers if answer is not None and answer.fault})
        why = f": {faults[0]}" if faults else "; its first token is its end token, or its text is blank"
        raise InputError(
            f"{label} gave {len(asks)} empty answers and nothing else{why}",
            "look at the template (evaluate.template) and at how the student was trained",
        )


def read_whole(asks: Sequence[Ask], predictions: PredictionFile) -> Iterator[Reading]:
    """Give every answer as it is."""
    for ask in asks:
        answer = predictions.get(ask.key)
        if answer is not None:
            yield _reading(ask, answer, answer.text, answer.n_tokens, answer.finish_reason)


def read_cut(
    backend: Backend, asks: Sequence[Ask], predictions: PredictionFile, budget: int
) -> Iterator[Reading]:
    """Give every answer as it stands after `budget` tokens; one that ended before is whole."""
    for ask in asks:
        answer = predictions.get(ask.key)
        if answer is None:
            continue
        if answer.n_tokens <= budget:
            found = _reading(ask, answer, answer.text, answer.n_tokens, answer.finish_reason)
        else:
            found = _reading(ask, answer, backend.cut(answer, budget)[0], budget, FinishReason.LENGTH)
        yield replace(found, budget=budget)


def plan_forced(
    backend: Backend, asks: Sequence[Ask], predictions: PredictionFile, rule: SamplingRule, budget: int
) -> dict[str, Ask]:
    """Give, for every answer longer than the budget, the ask that ends it; by the key of the answer."""
    identity, forced = dict(backend.identity), {}
    for ask in asks:
        answer = predictions.get(ask.key)
        if answer is None or (answer.n_tokens <= budget and answer.finish_reason is FinishReason.STOP):
            continue
        prefix = (*backend.cut(answer, budget)[1], *backend.encode(ENDINGS[ask.form]))
        key = content_id("forced", ask.key, budget, canonical_json([identity, list(prefix), rule.as_json()]))
        forced[ask.key] = replace(ask, key=key, prefix=prefix, max_tokens=FORCED_TOKENS)
    return forced


def read_forced(
    asks: Sequence[Ask], forced: Mapping[str, Ask], predictions: PredictionFile, budget: int
) -> Iterator[Reading]:
    """Give every answer at a budget, those that were cut with their forced ending."""
    for ask in asks:
        answer = predictions.get(ask.key)
        if answer is None:
            continue
        ended = forced.get(ask.key)
        last = predictions.get(ended.key) if ended is not None else None
        if last is None:
            found = _reading(ask, answer, answer.text, answer.n_tokens, answer.finish_reason)
        else:
            # the ending is one line: what a student writes after it is no longer its result
            found = _reading(
                ask, last, _first_line_behind(last.text, ENDINGS[ask.form]), last.n_tokens, FinishReason.STOP
            )
        yield replace(found, key=ask.key, budget=budget, is_forced=True)


def _first_line_behind(text: str, ending: str) -> str:
    head, mark, tail = text.rpartition(ending)
    return f"{head}{mark}{tail.splitlines()[0] if tail.strip() else ''}" if mark else text


def _reading(ask: Ask, answer: Answer, text: str, n_tokens: int, reason: FinishReason) -> Reading:
    return Reading(answer.key, ask.item, ask.form, ask.sample, text, n_tokens, reason, fault=answer.fault)


def _key(identity: dict[str, Json], prompt: str, rule: SamplingRule, sample: int) -> str:
    return content_id("prediction", canonical_json([identity, prompt, rule.as_json(), sample]))
