"""Measure models on benchmarks: ask, score, count, write. The same command goes on where it was stopped.

In: the section `evaluate:`. Out: an `EvaluationResult`, and its folder (evaluate.results). What is asked and
scored stands in the modules named below; this one reads from top to bottom.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from curate.errors import ConfigError
from curate.evaluation_section import EvaluateSection
from curate.ids import canonical_json, content_id
from curate.stages.stop import StopSignal
from curate.types import Json
from evaluate.asking import (
    AskPlan,
    ask_missing,
    make_rule,
    plan_asks,
    plan_forced,
    read_cut,
    read_forced,
    read_whole,
    require_some_text,
)
from evaluate.backend import Backend, Candidate, OnProgress
from evaluate.benchmarks import Suite, read_suites
from evaluate.predictions import PredictionFile
from evaluate.prompts import prompt_id, require_told_apart
from evaluate.results import EvaluationResult, ModelResult, SuiteResult, write_result
from evaluate.scoring import VERIFIER_VERSION, score_readings
from evaluate.summary import Cell, summarise, summarise_groups
from evaluate.types import Ask, Reading, Score
from evaluate.versions import evaluation_versions
from evaluate.views import outcomes_by_view


def run_evaluation(
    section: EvaluateSection,
    *,
    candidates: Sequence[Candidate] | None = None,
    student: str | None = None,
    export: Path | None = None,
    on_progress: OnProgress | None = None,
    stop: StopSignal | None = None,
    require_model: Callable[[str], None] | None = None,
) -> EvaluationResult:
    """Measure the models of a section, or those given.

    `student` stands in for `section.student`; `export` is where the training data of a student may be found.
    `require_model` is asked whether `section.student` can be had, once the benchmarks are read.

    Raises:
        ConfigError: when nothing says what to measure.
        InputError, MissingError, UsageError: from benchmarks, students and templates.
        GateError: when a student was trained on a benchmark's problems.
        IncompleteError: when it was stopped, or an endpoint left answers out.
    """
    suites = read_suites(section)
    notes: list[str] = []
    tell = on_progress or (lambda stage, done, total: None)
    if candidates is None:
        if section.student is not None and require_model is not None:
            require_model(section.student)
        candidates = _candidates_of(section, student, export, suites, notes, stop, tell)
    for candidate in candidates:
        require_told_apart(candidate.mode, section.forms)
    models: list[ModelResult] = []
    scores: dict[str, tuple[Score, ...]] = {}
    with PredictionFile(section.out) as predictions:
        for candidate in candidates:
            found, model = _measure(candidate, section, suites, predictions, tell)
            models.append(model)
            scores[candidate.label] = found
    notes += _notes_on(scores)
    result = EvaluationResult(
        section.out,
        _evaluation_id(section, models),
        _settings_of(section),
        evaluation_versions(),
        tuple(models),
        scores,
        tuple(dict.fromkeys(notes)),
    )
    write_result(result, suites)
    return result


def _candidates_of(
    section: EvaluateSection,
    student: str | None,
    export: Path | None,
    suites: Sequence[Suite],
    notes: list[str],
    stop: StopSignal | None,
    tell: OnProgress,
) -> Sequence[Candidate]:
    name = section.student or student
    if section.endpoint is not None:
        from evaluate.endpoint import endpoint_candidate

        return [endpoint_candidate(section, stop, tell)]
    if name is None:
        raise ConfigError(
            "nothing says which model to measure: evaluate.student and evaluate.endpoint are not set, and "
            "the file trains none",
            "set evaluate.student to a training's or a model's folder, or a hub id",
        )
    from evaluate.local.candidates import local_candidates

    return local_candidates(name, section, export, suites, notes, stop)


def _measure(
    candidate: Candidate,
    section: EvaluateSection,
    suites: Sequence[Suite],
    predictions: PredictionFile,
    tell: OnProgress,
) -> tuple[tuple[Score, ...], ModelResult]:
    """Ask and score one model."""
    backend = candidate.open_backend()
    plan = AskPlan(section, candidate.mode, make_rule(section))
    asks = plan_asks(backend, plan, suites)
    ask_missing(backend, asks, predictions, partial(tell, f"{candidate.label}: answers"))
    require_some_text(asks, predictions, candidate.label)
    readings = _readings(backend, plan, asks, predictions, candidate.label, tell)
    scores = []
    for number, score in enumerate(score_readings(readings, workers=section.workers), 1):
        scores.append(score)
        tell(f"{candidate.label}: scores", number, len(readings))
    if section.cross_check:
        from evaluate.cross import cross_check

        scores = cross_check(scores, workers=section.workers)
    identity = dict(backend.identity)
    answers = [answer for key in {ask.key for ask in asks} if (answer := predictions.get(key)) is not None]
    costs = [answer.cost_usd for answer in answers if answer.cost_usd is not None]
    model = ModelResult(
        candidate.label,
        content_id("model", canonical_json(identity)),
        candidate.name,
        candidate.weights,
        identity,
        candidate.mode,
        {form: prompt_id(form, candidate.mode, section) for form in section.forms},
        tuple(_suite_result(suite, scores, section) for suite in suites),
        candidate.seed,
        sum(answer.n_tokens for answer in answers),
        getattr(backend, "cpu_s", 0.0),
        float(sum(costs)) if costs else None,
        candidate.training,
        candidate.export_id,
    )
    return tuple(scores), model


def _readings(
    backend: Backend,
    plan: AskPlan,
    asks: Sequence[Ask],
    predictions: PredictionFile,
    label: str,
    tell: OnProgress,
) -> list[Reading]:
    """Give all that is scored: whole answers, then each budget, then each budget forced."""
    readings = list(read_whole(asks, predictions))
    for budget in plan.section.budgets:
        readings += read_cut(backend, asks, predictions, budget)
        if plan.section.force_answer:
            forced = plan_forced(backend, asks, predictions, plan.rule, budget)
            ask_missing(
                backend, list(forced.values()), predictions, partial(tell, f"{label}: forced at {budget}")
            )
            readings += read_forced(asks, forced, predictions, budget)
    return readings


def _suite_result(suite: Suite, scores: Sequence[Score], section: EvaluateSection) -> SuiteResult:
    own = [score for score in scores if score.reading.item.benchmark == suite.name]
    cells: list[Cell] = []
    groups: list[Cell] = []
    for (budget, is_forced), views in outcomes_by_view(own, section.fall_back).items():
        for view, outcomes in views.items():
            cells.append(summarise(view, outcomes, seed=section.seed, budget=budget, is_forced=is_forced))
            if budget is None:
                groups += summarise_groups(view, outcomes, seed=section.seed)
    return SuiteResult(
        suite.name,
        suite.title,
        suite.origin,
        suite.suite_id,
        len(suite.items),
        suite.n_all,
        tuple(cells),
        tuple(groups),
    )


def _notes_on(scores: Mapping[str, Sequence[Score]]) -> list[str]:
    notes = []
    for label, found in scores.items():
        cut = sum(score.reading.finish_reason == "length" for score in found if score.reading.budget is None)
        whole = sum(score.reading.budget is None for score in found)
        if whole and cut == whole:
            notes.append(
                f"{label}: every answer was cut at max_tokens, so this student never stops; see whether its "
                "template's end token is the one that training taught, or raise evaluate.max_tokens"
            )
        crossed = [score for score in found if score.cross]
        if crossed:
            apart = sum({score.status, score.cross} == {"correct", "incorrect"} for score in crossed)
            unsure = sum(score.cross == "undecided" for score in crossed)
            notes.append(
                f"{label}: of {len(crossed):,} answers math-verify contradicts our verdict on {apart:,} and "
                f"leaves {unsure:,} open (scores.jsonl, `cross`)"
            )
        if any(score.reason == "sandbox_missing" for score in found):
            notes.append(f"{label}: programs could not be run in a sandbox here and count as undecided")
    return notes


def _settings_of(section: EvaluateSection) -> dict[str, Json]:
    """Give the section without what names a machine: folders are told by their last part."""
    values: dict[str, Json] = section.model_dump(mode="json")
    for name in ("out", "benchmarks_dir", "student", "template"):
        value = values.get(name)
        values[name] = Path(value).name if isinstance(value, str) else value
    values["benchmarks"] = [entry if "/" not in entry else Path(entry).name for entry in section.benchmarks]
    return values


def _evaluation_id(section: EvaluateSection, models: Sequence[ModelResult]) -> str:
    parts: list[Json] = [
        [model.label, model.model_id, dict(model.prompt_ids), [suite.suite_id for suite in model.suites]]
        for model in models
    ]
    settings = _settings_of(section)
    for name in ("out", "workers", "threads", "batch_size", "batching", "benchmarks_dir"):
        settings.pop(name)
    return content_id("evaluation", canonical_json([settings, parts, VERIFIER_VERSION]))
