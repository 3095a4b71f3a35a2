"""All stages in order, each timed in CPU seconds and passed over where its result stands.

In: a folder, sizes, the wanted parts, a seed and how many arms train at once, each in a process of its own.
Out: a `Report`. `stages/*.json` in the folder hold the CPU seconds of each stage (own and child processes), so
that a run that was stopped still tells them all.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import orjson

from benchmarks.distill.corpora import make_distilled, make_imported, write_problems
from benchmarks.distill.failing import FailingFigure, measure_failing
from benchmarks.distill.measures import Difference, Figure, compare_figures, measure_arm, measure_start
from benchmarks.distill.plan import Arm, Layout, Sizes, chosen_arms
from benchmarks.distill.students import Training, make_student, train_arm, train_start
from curate.errors import UsageError
from evaluate.runs import open_run
from finetune.training.metrics import TrainProgress

T = TypeVar("T")
WORKERS = 2


@dataclass(frozen=True, slots=True)
class CorpusCount:
    """Rows of an export, by form."""

    name: str
    rows: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was measured; `cpu_s` by stage."""

    sizes: Sizes
    seed: int
    corpora: tuple[CorpusCount, ...]
    trainings: Mapping[str, Training]
    figures: tuple[Figure, ...]
    differences: tuple[Difference, ...]
    cpu_s: Mapping[str, float]
    failing: tuple[FailingFigure, ...] = ()


class Clock:
    """CPU seconds by stage, kept in a file; a stage that was measured before keeps its figure."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.cpu_s: dict[str, float] = json.loads(path.read_text()) if path.is_file() else {}

    def measure(self, stage: str, work: Callable[[], T]) -> T:
        """Run a stage; its time is added up over interrupted tries."""
        before = _cpu_s()
        say(stage)
        is_done = f"{stage} done" in self.cpu_s
        try:
            found = work()
        finally:
            if not is_done:
                self._add(stage, _cpu_s() - before)
        self.cpu_s.setdefault(f"{stage} done", 1.0)
        self._write()
        return found

    def stages(self) -> dict[str, float]:
        """Give the CPU seconds of the stages."""
        return {name: value for name, value in self.cpu_s.items() if not name.endswith(" done")}

    def _add(self, stage: str, cpu_s: float) -> None:
        self.cpu_s[stage] = self.cpu_s.get(stage, 0.0) + cpu_s
        self._write()

    def _write(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(json.dumps(self.cpu_s, indent=1) + "\n", encoding="utf-8")


@dataclass(frozen=True, slots=True)
class ArmReport:
    """What one arm came to."""

    name: str
    training: Training
    figures: tuple[Figure, ...]
    cpu_s: Mapping[str, float]


def run_all(layout: Layout, sizes: Sizes, parts: Mapping[str, bool], seed: int, n_jobs: int = 2) -> Report:
    """Make the corpora, train and measure every arm, compare.

    Raises:
        UsageError: when the folder holds a run of other sizes.
        IncompleteError: when a training was interrupted.
    """
    _claim(layout, sizes, seed)
    quieten()
    clock = Clock(layout.root / "stages" / "corpora.json")
    clock.measure("problems", lambda: write_problems(layout, sizes, seed))
    clock.measure(
        "corpora: true answers", lambda: (make_imported(layout, "start"), make_imported(layout, "answers"))
    )
    clock.measure("corpora: teacher", lambda: make_distilled(layout))
    make_student(layout, sizes, seed)
    reports = [run_start(layout, sizes), *_run_arms(layout, sizes, chosen_arms(parts), n_jobs)]
    figures = [figure for report in reports for figure in report.figures]
    counts = tuple(
        count_rows(layout.root / "exports" / name) for name in ("start", "answers", "raw", "curated")
    )
    cpu_s = {
        **clock.stages(),
        **{stage: value for report in reports for stage, value in report.cpu_s.items()},
    }
    report = Report(
        sizes,
        seed,
        counts,
        {one.name: one.training for one in reports},
        tuple(figures),
        tuple(compare_figures(layout, figures)),
        cpu_s,
        _failing(layout) if "together" in {one.name for one in reports} else (),
    )
    (layout.root / "distill.json").write_text(json.dumps(asdict(report), indent=1) + "\n", encoding="utf-8")
    return report


def run_start(layout: Layout, sizes: Sizes) -> ArmReport:
    """Train and measure what all arms start from."""
    clock = Clock(layout.root / "stages" / "start.json")
    training = clock.measure("train: start", lambda: train_start(layout, sizes, _tell_steps))
    figures = clock.measure("evaluate: start", lambda: measure_start(layout, WORKERS, _tell))
    return ArmReport("start", training, tuple(figures), clock.stages())


def run_arm(layout: Layout, sizes: Sizes, arm: Arm) -> ArmReport:
    """Train and measure one arm; everything it needs is passed, so that it can run in a process of its own."""
    quieten()
    clock = Clock(layout.root / "stages" / f"{arm.name}.json")
    training = clock.measure(f"train: {arm.name}", lambda: train_arm(layout, sizes, arm, _tell_steps))
    figures = clock.measure(f"evaluate: {arm.name}", lambda: measure_arm(layout, arm, WORKERS, _tell))
    return ArmReport(arm.name, training, tuple(figures), clock.stages())


def _run_arms(layout: Layout, sizes: Sizes, arms: Sequence[Arm], n_jobs: int) -> list[ArmReport]:
    if n_jobs == 1:
        return [run_arm(layout, sizes, arm) for arm in arms]
    context = multiprocessing.get_context("spawn")  # torch's threads do not survive a fork
    with ProcessPoolExecutor(n_jobs, mp_context=context, max_tasks_per_child=1) as pool:
        return list(pool.map(partial(run_arm, layout, sizes), arms))


def _failing(layout: Layout) -> tuple[FailingFigure, ...]:
    return tuple(measure_failing(open_run(f"{layout.evaluation('together')}:seed-0")))


def count_rows(folder: Path) -> CorpusCount:
    """Count the rows of an export by form."""
    rows: dict[str, int] = {}
    for line in (folder / "lineage.jsonl").read_bytes().splitlines():
        form = str(orjson.loads(line).get("format") or "cot")
        rows[form] = rows.get(form, 0) + 1
    return CorpusCount(folder.name, dict(sorted(rows.items())))


def say(text: str) -> None:
    """Tell people where the run is."""
    print(f"distill: {text}", file=sys.stderr, flush=True)


def _claim(layout: Layout, sizes: Sizes, seed: int) -> None:
    wanted = {"sizes": sizes.as_json(), "seed": seed}
    path = layout.root / "plan.json"
    if path.is_file() and json.loads(path.read_text(encoding="utf-8")) != wanted:
        raise UsageError(f"{layout.root} holds a run with other sizes or another seed", "name another --out")
    layout.root.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(wanted, indent=1) + "\n", encoding="utf-8")


def quieten() -> None:
    """Keep the libraries' bars out of the way and off the network."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from datasets.utils.logging import disable_progress_bar
    from transformers.utils import logging

    disable_progress_bar()
    logging.disable_progress_bar()


def _tell_steps(progress: TrainProgress) -> None:
    if progress.step % 100 == 0 and progress.loss is not None:
        say(f"  step {progress.step} of {progress.n_steps}, loss {progress.loss:.3f}")


def _tell(stage: str, done: int, total: int) -> None:
    if done == total:
        say(f"  {stage}: {done}")


def _cpu_s() -> float:
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
