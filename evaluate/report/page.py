"""One HTML file with tables, pictures and flipped problems: no script, no network, model text as text."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evaluate.comparison import Comparison, Flip, PairRow
from evaluate.report.markdown import form_of
from evaluate.report.rows import ReportData
from evaluate.runs import Run
from evaluate.types import Answer

MOST_FLIPS = 20
MOST_CHARS = 4_000


@dataclass(frozen=True, slots=True)
class FlipShown:
    """One flipped problem with what both runs wrote."""

    kind: str
    name: str
    question: str
    gold: str
    first: str
    second: str
    first_status: str
    second_status: str


def render_page(data: ReportData, pictures: Sequence[tuple[str, Path]]) -> str:
    """Render the page."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("evaluate.report", "files"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = lambda share: f"{100 * share:.1f}"
    environment.filters["points"] = lambda share: f"{100 * share:+.1f}"
    return environment.get_template("report.html").render(
        names=list(data.names.values()),
        benchmarks=[_benchmark(data, name) for name in data.benchmarks()],
        pictures=[(title, _embedded(path)) for title, path in pictures],
        comparisons=[_comparison(one) for one in data.comparisons],
        refusals=data.refusals,
        method=_method(data),
    )


def _benchmark(data: ReportData, name: str) -> Mapping[str, object]:
    figures = [figure for figure in data.figures if figure.benchmark == name]
    whole = [figure for figure in figures if not figure.group]
    return {
        "title": figures[0].title,
        "n": figures[0].n,
        "rows": [(figure, form_of(figure)) for figure in whole],
        "groups": [figure for figure in figures if figure.group],
        "samples": [(figure, sample) for figure in whole for sample in figure.samples],
    }


def _comparison(comparison: Comparison) -> Mapping[str, object]:
    answers_a, answers_b = comparison.a.answers(), comparison.b.answers()
    return {
        "first": comparison.a.name,
        "second": comparison.b.name,
        "notes": comparison.notes,
        "rows": comparison.rows,
        "flips": [
            (row, [_flip(comparison, row, flip, answers_a, answers_b) for flip in row.flips[:MOST_FLIPS]])
            for row in comparison.rows
            if row.flips
        ],
        "most": MOST_FLIPS,
    }


def _flip(
    comparison: Comparison,
    row: PairRow,
    flip: Flip,
    answers_a: Mapping[str, Answer],
    answers_b: Mapping[str, Answer],
) -> FlipShown:
    problem = flip.item.problem
    return FlipShown(
        flip.kind,
        problem.origin_id or flip.item.item_id,
        problem.question,
        problem.gold or "",
        _written(comparison.a, row.view_a, flip, answers_a),
        _written(comparison.b, row.view_b, flip, answers_b),
        ", ".join(flip.statuses_a[:8]),
        ", ".join(flip.statuses_b[:8]),
    )


def _written(run: Run, view: str, flip: Flip, answers: Mapping[str, Answer]) -> str:
    """Give what a run wrote for a problem, of the view's form or of every form, each under its name."""
    parts = []
    for score in run.scores:
        reading = score.reading
        if reading.budget is not None or reading.item.item_id != flip.item.item_id:
            continue
        if reading.item.benchmark != flip.item.benchmark or (
            view in run.model["prompt_ids"] and reading.form != view
        ):
            continue
        text = answers[reading.key].text if reading.key in answers else ""
        parts.append(f"[{reading.form}: {score.status}, {score.answer or 'no answer'}]\n{text[:MOST_CHARS]}")
    return "\n\n".join(parts[:4])


def _embedded(path: Path) -> str:
    return "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode("ascii")


def _method(data: ReportData) -> list[tuple[str, list[str]]]:
    rows = []
    for name in ("samples", "temperature", "top_p", "top_k", "max_tokens", "seed", "limit"):
        rows.append((name, [_text(run.settings[name]) for run in data.runs]))
    for name in ("weights_id", "model", "numerics", "template", "thinking"):
        rows.append((name, [_text(run.model["identity"].get(name)) for run in data.runs]))
    rows.append(("prompt", [str(run.model["prompt_mode"]) for run in data.runs]))
    for name in dict.fromkeys(name for run in data.runs for name in run.versions):
        rows.append((name, [_text(run.versions.get(name)) for run in data.runs]))
    return [(name, values) for name, values in rows if any(values)]


def _text(value: object) -> str:
    return "" if value is None else str(value)
