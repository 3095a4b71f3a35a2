"""A study's published figures beside those of a run of its preset.

In: a study's name and the folder of an evaluation. Out: `StudyRow`s. What the study says is read from
`studies/*.yaml` and is the study's own; what stands beside it was measured here, perhaps with another student
on other problems, and each row says with which.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from evaluate.results import read_result_json
from evaluate.statistics import Interval


@dataclass(frozen=True, slots=True)
class Published:
    """A figure of a study in percent; `right` and `n` where the study says them."""

    what: str
    percent: float
    sd: float | None = None
    right: int | None = None
    n: int | None = None
    benchmark: str = ""
    model: str = ""
    view: str = ""
    level: int | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """What this run has in that place: percent, over how many problems, and of which student and benchmark.

    Over several seeds `percent` is their mean and `sd` their deviation; the interval is that of the first.
    """

    percent: float
    interval: Interval
    n: int
    n_seeds: int
    sd: float | None
    benchmark: str
    model: str
    view: str


@dataclass(frozen=True, slots=True)
class StudyRow:
    """One figure of the study and what stands beside it, if anything."""

    published: Published
    measured: Measured | None
    is_same_benchmark: bool


@dataclass(frozen=True, slots=True)
class StudyTable:
    """A study and all of its rows."""

    name: str
    title: str
    rows: tuple[StudyRow, ...]
    notes: tuple[str, ...]


def read_study(name: str, evaluation: Path, *, level: int | None = None) -> StudyTable:
    """Put a study's figures beside those of an evaluation; `level` is the granularity that was trained on.

    Raises:
        InputError: when the folder holds no finished evaluation.
    """
    text = (resources.files("evaluate") / "studies" / f"{name}.yaml").read_text(encoding="utf-8")
    study: dict[str, Any] = yaml.safe_load(text)
    models: Sequence[Mapping[str, Any]] = read_result_json(evaluation)["models"]  # type: ignore[assignment]
    rows = tuple(_row(Published(**figure), models, level) for figure in study["figures"])
    return StudyTable(name, study["title"], rows, tuple(study["notes"]))


def _row(published: Published, models: Sequence[Mapping[str, Any]], level: int | None) -> StudyRow:
    if not published.view or (published.level is not None and published.level != level):
        return StudyRow(published, None, is_same_benchmark=False)
    chosen = [model for model in models if (model["label"] == "base") == (published.model == "base")]
    names = [suite["benchmark"] for model in chosen[:1] for suite in model["suites"]]
    is_same = published.benchmark in names
    name = published.benchmark if is_same else next(iter(names), "")
    cells = [cell for model in chosen if (cell := _cell(model, name, published.view)) is not None]
    if not cells:
        return StudyRow(published, None, is_same_benchmark=False)
    shares = [100 * cell["accuracy"] for cell in cells]
    measured = Measured(
        statistics.mean(shares),
        Interval(*cells[0]["interval"]),
        cells[0]["n"],
        len(cells),
        statistics.stdev(shares) if len(shares) > 1 else None,
        name,
        published.model,
        published.view,
    )
    return StudyRow(published, measured, is_same)


def _cell(model: Mapping[str, Any], benchmark: str, view: str) -> Mapping[str, Any] | None:
    for suite in model["suites"]:
        for cell in suite["cells"]:
            if (suite["benchmark"], cell["view"], cell["budget"]) == (benchmark, view, None):
                found: Mapping[str, Any] = cell
                return found
    return None
