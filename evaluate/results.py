"""The result of an evaluation, in memory and in its folder.

    predictions.jsonl   every answer, by key (evaluate.predictions)
    items.jsonl         the problems, in order
    scores.jsonl        one line per answer, budget and form: verdict, answer, lenient reading
    result.json         settings, versions, models, cells with their intervals, comparisons

The last three are written anew, whole, from the predictions: the same answers give the same bytes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import orjson

from curate.errors import InputError
from curate.types import Json
from evaluate.benchmarks import Suite
from evaluate.summary import Cell
from evaluate.types import Score, View

RESULT, SCORES, ITEMS = "result.json", "scores.jsonl", "items.jsonl"
RESULT_VERSION = 1


@dataclass(frozen=True, slots=True)
class SuiteResult:
    """One benchmark of one model: `cells` by view and budget, `groups` the same views by kind of problem."""

    benchmark: str
    title: str
    origin: str
    suite_id: str
    n: int
    n_all: int
    cells: tuple[Cell, ...]
    groups: tuple[Cell, ...]

    def cell(self, view: View, budget: int | None = None, *, is_forced: bool = False) -> Cell:
        """Find the figures of a view.

        Raises:
            KeyError: when it was not measured.
        """
        for cell in self.cells:
            if (cell.view, cell.budget, cell.is_forced) == (view, budget, is_forced):
                return cell
        raise KeyError(view)


@dataclass(frozen=True, slots=True)
class ModelResult:
    """One model: how it is called, all that decides its answers, and what it reached."""

    label: str
    model_id: str
    name: str
    weights: str
    identity: Mapping[str, Json]
    prompt_mode: str
    prompt_ids: Mapping[str, str]
    suites: tuple[SuiteResult, ...]
    seed: int | None = None
    n_tokens: int = 0
    cpu_s: float = 0.0
    cost_usd: float | None = None
    training: str | None = None
    export_id: str | None = None
    """The export that the student was trained on."""

    def suite(self, benchmark: str) -> SuiteResult:
        """Find a benchmark.

        Raises:
            KeyError: when it was not measured.
        """
        for suite in self.suites:
            if suite.benchmark == benchmark:
                return suite
        raise KeyError(benchmark)


@dataclass(frozen=True, slots=True)
class EvaluationResult:
    """All that one evaluation found. `settings` are the section's, with every sampling parameter and seed."""

    folder: Path
    evaluation_id: str
    settings: Mapping[str, Json]
    versions: Mapping[str, str]
    models: tuple[ModelResult, ...]
    scores: Mapping[str, tuple[Score, ...]] = field(default_factory=dict)
    """Scores by the label of the model."""
    notes: tuple[str, ...] = ()

    def model(self, label: str) -> ModelResult:
        """Find a model.

        Raises:
            KeyError: when there is none of that label.
        """
        for model in self.models:
            if model.label == label:
                return model
        raise KeyError(label)


def write_result(result: EvaluationResult, suites: Iterable[Suite]) -> None:
    """Write items, scores and the result, each whole under its final name; the result comes last."""
    _replace(
        result.folder / ITEMS,
        b"".join(_line(_item(suite, place)) for suite in suites for place in _places(suite)),
    )
    lines = (_line(score_json(label, score)) for label, scores in result.scores.items() for score in scores)
    _replace(result.folder / SCORES, b"".join(lines))
    _replace(
        result.folder / RESULT, (json.dumps(result_json(result), indent=1, sort_keys=True) + "\n").encode()
    )


def result_json(result: EvaluationResult) -> dict[str, Json]:
    """Give the result as plain values; times and paths of machines are not part of it."""
    models: list[Json] = []
    for model in result.models:
        values = asdict(model)
        values.pop("cpu_s")
        models.append(values)
    return {
        "result_version": RESULT_VERSION,
        "evaluation_id": result.evaluation_id,
        "settings": dict(result.settings),
        "versions": dict(result.versions),
        "notes": list(result.notes),
        "models": models,
    }


def read_result_json(folder: Path) -> dict[str, Json]:
    """Read the result of a folder as plain values.

    Raises:
        InputError: when the folder holds no finished evaluation.
    """
    path = folder / RESULT
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(
            f"{folder} holds no finished evaluation ({RESULT} is missing)",
            "name what evaluate.out names; `tracemill evaluate run FILE` goes on where it stopped",
        ) from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read: {error}", "evaluate again") from None
    if not isinstance(values, dict) or values.get("result_version") != RESULT_VERSION:
        raise InputError(f"{path} was written by another version of tracemill", "evaluate again")
    return values


def read_lines(path: Path) -> list[dict[str, Json]]:
    """Read the objects of a JSONL file of an evaluation.

    Raises:
        InputError: when it is missing or damaged.
    """
    try:
        return [orjson.loads(line) for line in path.read_bytes().splitlines()]
    except (OSError, orjson.JSONDecodeError) as error:
        raise InputError(
            f"{path} cannot be read: {error}", "evaluate again; no answer is asked twice"
        ) from None


def _places(suite: Suite) -> range:
    return range(len(suite.items))


def _item(suite: Suite, place: int) -> dict[str, Json]:
    item = suite.items[place]
    problem = item.problem
    return {
        "item_id": item.item_id,
        "benchmark": suite.name,
        "place": place,
        "problem_id": problem.problem_id,
        "origin_id": problem.origin_id,
        "question": problem.question,
        "choices": list(problem.choices),
        "gold": problem.gold,
        "level": problem.level,
        "subject": problem.subject,
        "section": item.section,
        "year": item.year,
    }


def score_json(label: str, score: Score) -> dict[str, Json]:
    """Give one score as plain values."""
    reading = score.reading
    return {
        "model": label,
        "benchmark": reading.item.benchmark,
        "item_id": reading.item.item_id,
        "form": reading.form,
        "sample": reading.sample,
        "budget": reading.budget,
        "is_forced": reading.is_forced,
        "key": reading.key,
        "status": score.status,
        "reason": score.reason,
        "decided_by": score.decided_by,
        "answer": score.answer[:400],
        "lenient": score.lenient,
        "lenient_answer": score.lenient_answer[:400],
        "cross": score.cross,
        "n_tokens": reading.n_tokens,
        "finish_reason": reading.finish_reason.value,
    }


def _line(values: Mapping[str, Json]) -> bytes:
    try:
        return orjson.dumps(values) + b"\n"
    except TypeError:  # lone surrogates of a model's text
        return json.dumps(values).encode() + b"\n"


def _replace(path: Path, data: bytes) -> None:
    temporary = path.with_suffix(path.suffix + ".new")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
