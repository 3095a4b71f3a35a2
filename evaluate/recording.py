"""Write an evaluation into a store, so that SQL can ask about it; writing it again changes nothing.

In: a store and a finished result. The benchmark's problems and the answers go into tables of their own, never
among the problems and traces that exports are made of.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TypeVar

from curate.store import Store
from curate.store.records import (
    EvaluationRecord,
    PredictionsRecord,
    Record,
    RunRecord,
    ScoresRecord,
    SuiteRecord,
)
from curate.types import Json
from evaluate.predictions import PREDICTIONS, read_predictions
from evaluate.results import ITEMS, EvaluationResult, ModelResult, read_lines, score_json

_BLOCK = 200
Part = TypeVar("Part")


def record_evaluation(store: Store, result: EvaluationResult) -> None:
    """Append an evaluation to the journal of a store.

    Raises:
        StoreError, JournalError: when the store cannot be written.
    """
    run_id, now = store.new_run_id(time.time(), secrets.token_hex(3)), time.time()
    with store.write_journal(run_id) as journal:
        journal.append(RunRecord(run_id, "start", now, "evaluate", versions=result.versions))
        records: Iterator[Record] = chain(_suites(result), _predictions(result), _scores(result))
        for record in records:
            journal.append(record)
        models = tuple(_model(model) for model in result.models)
        journal.append(
            EvaluationRecord(
                result.evaluation_id,
                run_id,
                now,
                result.folder.name,
                result.settings,
                result.versions,
                models,
            )
        )
        journal.append(RunRecord(run_id, "stop", time.time(), "evaluate"))


def _model(model: ModelResult) -> dict[str, Json]:
    return {
        "label": model.label,
        "model_id": model.model_id,
        "name": model.name,
        "weights": model.weights,
        "training": model.training,
        "seed": model.seed,
        "export_id": model.export_id,
        "prompt_mode": model.prompt_mode,
        "identity": dict(model.identity),
    }


def _suites(result: EvaluationResult) -> Iterator[SuiteRecord]:
    ids = {suite.benchmark: suite.suite_id for model in result.models for suite in model.suites}
    rows = read_lines(result.folder / ITEMS)
    for name, suite_id in ids.items():
        own = [row for row in rows if row["benchmark"] == name]
        for block in _blocks(own):
            yield SuiteRecord(suite_id, name, block)


def _predictions(result: EvaluationResult) -> Iterator[PredictionsRecord]:
    used = {score.reading.key for scores in result.scores.values() for score in scores}
    answers = read_predictions(result.folder / PREDICTIONS)
    rows: list[dict[str, Json]] = [
        {
            "key": key,
            "text": answers[key].text,
            "n_tokens": answers[key].n_tokens,
            "finish_reason": answers[key].finish_reason.value,
        }
        for key in sorted(used)
        if key in answers
    ]
    for block in _blocks(rows):
        yield PredictionsRecord(block)


def _scores(result: EvaluationResult) -> Iterator[ScoresRecord]:
    for model in result.models:
        for suite in model.suites:
            rows = [
                score_json(model.label, score)
                for score in result.scores[model.label]
                if score.reading.item.benchmark == suite.benchmark
            ]
            for block in _blocks(rows):
                yield ScoresRecord(result.evaluation_id, model.label, suite.suite_id, block)


def _blocks(rows: Sequence[Part]) -> Iterator[tuple[Part, ...]]:
    for start in range(0, len(rows), _BLOCK):
        yield tuple(rows[start : start + _BLOCK])
