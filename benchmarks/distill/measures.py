"""What each student can do on the held-out problems, and which differences are more than chance: by evaluate.

Greedy answers. CoT is read by its stated answer, PoT is executed in the sandbox, EoT is solved. A student of
all three forms is asked for each, and the three are put together by vote and by the fall-back order of study B.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.distill.plan import MAX_NEW_TOKENS, Arm, Corpus, Layout
from curate.evaluation_section import EvaluateSection, Form
from evaluate import compare, run_evaluation
from evaluate.run import OnProgress
from evaluate.statistics import holm

BENCHMARK = "held-out"
PAIRS: tuple[tuple[str, str], ...] = (
    ("answers:answer-only", "curated:cot"),
    ("answers:answer-only", "raw:cot"),
    ("raw:cot", "curated:cot"),
    ("curated:cot", "together:vote"),
    ("pot:pot", "together:vote"),
    ("eot:eot", "together:vote"),
    ("curated:cot", "together:cot"),
)
"""What is compared, the second against the first: arm and view."""


@dataclass(frozen=True, slots=True)
class Figure:
    """Accuracy of one arm in one view; shares between 0 and 1, the interval is Clopper-Pearson's at 95 %."""

    arm: str
    title: str
    view: str
    n: int
    right: int
    low: float
    high: float
    no_answer: float
    mean_tokens: float

    @property
    def accuracy(self) -> float:
        """Give the share that is right."""
        return self.right / self.n

    @property
    def key(self) -> str:
        """Name the figure as `PAIRS` does."""
        return f"{self.arm}:{self.view}"


@dataclass(frozen=True, slots=True)
class Difference:
    """Two figures on the same problems: exact McNemar, Holm over all differences, Newcombe's interval."""

    first: str
    second: str
    gained: int
    lost: int
    difference: float
    low: float
    high: float
    p: float
    adjusted_p: float

    @property
    def words(self) -> str:
        """Say what the test says."""
        if self.adjusted_p >= 0.05:
            return "not distinguishable"
        return "better" if self.difference > 0 else "worse"


def measure_start(layout: Layout, workers: int | None, tell: OnProgress) -> list[Figure]:
    """Measure the start, before any arm."""
    return _measure(layout, "start", "the start", "start", ("answer-only",), workers, tell)


def measure_arm(layout: Layout, arm: Arm, workers: int | None, tell: OnProgress) -> list[Figure]:
    """Measure one arm in all its views."""
    return _measure(layout, arm.name, arm.title, arm.corpus, arm.ask_forms, workers, tell)


def compare_figures(layout: Layout, figures: Sequence[Figure]) -> list[Difference]:
    """Compare the pairs whose both sides were measured."""
    known = {figure.key for figure in figures}
    rows = []
    for first, second in PAIRS:
        if first in known and second in known:
            rows.append(
                (first, second, compare(_reference(layout, first), _reference(layout, second)).rows[0])
            )
    adjusted = holm([row.p for _, _, row in rows])
    return [
        Difference(
            first, second, row.gained, row.lost, row.difference, row.interval.low, row.interval.high, row.p, p
        )
        for (first, second, row), p in zip(rows, adjusted, strict=True)
    ]


def _measure(
    layout: Layout,
    name: str,
    title: str,
    corpus: Corpus,
    forms: tuple[Form, ...],
    workers: int | None,
    tell: OnProgress,
) -> list[Figure]:
    section = EvaluateSection(
        benchmarks=(f"{BENCHMARK}={layout.problems('test')}",),
        student=str(layout.student(name)),
        out=layout.evaluation(name),
        forms=forms,
        max_tokens=MAX_NEW_TOKENS,
        batch_size=64,
        workers=workers,
    )
    export = layout.export(corpus)  # where evaluate looks whether a held-out question was trained on
    suite = run_evaluation(section, export=export, on_progress=tell).models[0].suite(BENCHMARK)
    return [
        Figure(
            name,
            title,
            cell.view,
            cell.n,
            cell.right,
            cell.interval.low,
            cell.interval.high,
            cell.no_answer,
            cell.mean_tokens,
        )
        for cell in suite.cells
        if cell.view != "any"
    ]


def _reference(layout: Layout, key: str) -> str:
    arm, view = key.split(":")
    return f"{layout.evaluation(arm)}:seed-0:{view}"
