"""Read finished evaluations back, to compare and to draw them.

In: `FOLDER`, `FOLDER:MODEL` or `FOLDER:MODEL:VIEW`. Out: a `Run`: one model of an evaluation with its scores.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from curate.errors import UsageError
from curate.evaluation_section import Form
from curate.types import FinishReason, Problem
from evaluate.predictions import PREDICTIONS, read_predictions
from evaluate.results import ITEMS, SCORES, read_lines, read_result_json
from evaluate.types import Answer, Item, Reading, Score, View


@dataclass(frozen=True, slots=True)
class Run:
    """One model of one evaluation. `view` is None unless the reference named one."""

    name: str
    folder: Path
    label: str
    view: View | None
    model: Mapping[str, Any]
    settings: Mapping[str, Any]
    versions: Mapping[str, str]
    items: Mapping[tuple[str, str], Item]
    """By benchmark and item."""
    scores: tuple[Score, ...]

    def benchmarks(self) -> list[str]:
        """Give the names of the benchmarks, in order."""
        return [suite["benchmark"] for suite in self.model["suites"]]

    def answers(self) -> dict[str, Answer]:
        """Read the texts of all answers, by key."""
        return read_predictions(self.folder / PREDICTIONS)


def open_runs(reference: str | Path) -> tuple[Run, ...]:
    """Open what a reference names: one model, or all of an evaluation.

    Raises:
        InputError: when the folder holds no finished evaluation.
        UsageError: when it has no such model or view.
    """
    folder, label, view = _split(str(reference))
    result: Mapping[str, Any] = read_result_json(folder)
    labels = [model["label"] for model in result["models"]]
    if label and label not in labels:
        raise UsageError(f"{folder} has no model {label!r}", f"its models are {', '.join(labels)}")
    items = _read_items(folder)
    rows = read_lines(folder / SCORES)
    wanted = [label] if label else labels
    return tuple(
        Run(
            f"{folder.name}:{model['label']}" + (f":{view}" if view else ""),
            folder,
            model["label"],
            view,
            model,
            result["settings"],
            result["versions"],
            items,
            tuple(_score(row, items) for row in rows if row["model"] == model["label"]),
        )
        for model in result["models"]
        if model["label"] in wanted
    )


def open_run(reference: str | Path) -> Run:
    """Open one model.

    Raises:
        UsageError: when the evaluation holds several and the reference names none.
        InputError: as `open_runs`.
    """
    runs = open_runs(reference)
    if len(runs) > 1:
        raise UsageError(
            f"{reference} holds {len(runs)} models",
            f"name one: {reference}:{runs[0].label} (of {', '.join(run.label for run in runs)})",
        )
    return runs[0]


def _split(reference: str) -> tuple[Path, str, View | None]:
    if Path(reference).is_dir():
        return Path(reference), "", None
    head, _, tail = reference.rpartition(":")
    if head and tail in get_args(View):
        folder, _, label = head.rpartition(":")
        view: View = tail  # type: ignore[assignment]
        return (Path(folder), label, view) if folder and not Path(head).is_dir() else (Path(head), "", view)
    return (Path(head), tail, None) if head else (Path(reference), "", None)


def _read_items(folder: Path) -> dict[tuple[str, str], Item]:
    items = {}
    for row in read_lines(folder / ITEMS):
        values: Mapping[str, Any] = row
        problem = Problem(
            values["problem_id"],
            values["benchmark"],
            values["question"],
            values["gold"],
            tuple(values["choices"]),
            subject=values["subject"],
            level=values["level"],
            origin_id=values["origin_id"],
        )
        item = Item(values["item_id"], values["benchmark"], problem, values["section"], values["year"])
        items[item.benchmark, item.item_id] = item
    return items


def _score(row: Mapping[str, Any], items: Mapping[tuple[str, str], Item]) -> Score:
    reading = Reading(
        row["key"],
        items[row["benchmark"], row["item_id"]],
        row["form"],
        row["sample"],
        "",
        row["n_tokens"],
        FinishReason(row["finish_reason"]),
        row["budget"],
        row["is_forced"],
    )
    return Score(
        reading,
        row["status"],
        row["reason"],
        row["decided_by"],
        row["answer"],
        row["lenient"],
        row["lenient_answer"],
        row["cross"],
    )


def fall_back_order(run: Run) -> tuple[Form, ...]:
    """Give the order of forms that a run was evaluated with."""
    return tuple(run.settings["fall_back"])
