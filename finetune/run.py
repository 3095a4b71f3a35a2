"""Train the student of a run file, seed by seed, and write down what it was and what came out.

In: what `preparation` looked at. Out: `TrainReport`; in the folder `out/`: `seed-N/` with adapter or model,
metrics and curve, `manifest.json` with every setting and its origin, and `README.md`, the model card. The
same command goes on where it was stopped; a folder that holds another training is refused.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from curate.ids import content_id, text_key
from curate.types import Json
from finetune.card import write_card
from finetune.data.coverage import Coverage
from finetune.folder import claim, write_whole
from finetune.plots import write_curve
from finetune.preparation import Prepared, prepare
from finetune.processes import is_main, n_processes
from finetune.training.loop import ShouldStop, train
from finetune.training.metrics import OnTrainProgress
from finetune.training.plan import TrainPlan, TrainResult
from finetune.versions import training_versions

__all__ = ["MANIFEST", "Prepared", "TrainReport", "prepare", "run_training"]

MANIFEST = "manifest.json"
PROBLEMS = "problems.json"


@dataclass(frozen=True, slots=True)
class TrainReport:
    """What a training did; losses are means over seeds with their standard deviation."""

    out: Path
    student: str
    rung: str
    is_rung_probed: bool
    coverage: Coverage
    n_validation: int
    results: tuple[TrainResult, ...]
    validation_loss: float | None
    validation_sd: float | None


def run_training(
    prepared: Prepared,
    on_progress: Callable[[int], OnTrainProgress] | None = None,
    should_stop: ShouldStop | None = None,
) -> TrainReport:
    """Train every seed; `on_progress` gives the callback for a seed, `should_stop` is asked after each step.

    Raises:
        IncompleteError: when it was asked to stop; the same call goes on.
        GateError: when a loss is not a number.
    """
    results = []
    settings = prepared.resolved.settings
    claim(prepared.out, settings.settings_id(), prepared.export.sha256)
    for seed in settings.seeds:
        plan = TrainPlan(
            settings, prepared.numerics, prepared.student, prepared.tokenizer, prepared.template,
            prepared.train, prepared.validation, seed, prepared.out / f"seed-{seed}",
        )  # fmt: skip
        results.append(train(plan, on_progress(seed) if on_progress else None, should_stop))
        if is_main():
            write_curve(plan.folder)
    report = _report(prepared, tuple(results))
    if is_main():
        _write_problems(prepared)
        _write_manifest(prepared, report)
        write_card(prepared.out)
    return report


def _report(prepared: Prepared, results: tuple[TrainResult, ...]) -> TrainReport:
    losses = [result.validation_loss for result in results if result.validation_loss is not None]
    return TrainReport(
        out=prepared.out,
        student=prepared.student,
        rung=prepared.numerics.rung,
        is_rung_probed=prepared.resolved.settings.numerics == "auto"
        and prepared.resolved.settings.objective != "seq2seq",
        coverage=prepared.coverage,
        n_validation=len(prepared.validation.rows),
        results=results,
        validation_loss=statistics.mean(losses) if losses else None,
        validation_sd=statistics.stdev(losses) if len(losses) > 1 else None,
    )


def _manifest(prepared: Prepared, report: TrainReport) -> dict[str, Json]:
    resolved, export = prepared.resolved, prepared.export
    return {
        "student": resolved.settings.student,
        "preset": resolved.preset,
        "study": resolved.study,
        "settings": resolved.settings.as_json(),
        "origins": dict(resolved.origins),
        "template": prepared.template.name,
        "numerics": {"rung": report.rung, "probed": report.is_rung_probed},
        "data": {
            "export_id": export.export_id,
            "manifest_sha256": export.sha256,
            "format": export.format,
            "policy": export.policy,
            "benchmarks": list(export.benchmarks),
            "licences": dict(export.licences),
            "coverage": asdict(report.coverage),
            "n_validation": report.n_validation,
        },
        "versions": training_versions(),
        "n_processes": n_processes(),
        "memory": asdict(prepared.memory),
        "results": [asdict(result) for result in report.results],
        "validation_loss": report.validation_loss,
        "validation_sd": report.validation_sd,
    }


def _write_problems(prepared: Prepared) -> None:
    """Write the keys of all questions, so that nobody measures this student on what it was trained on."""
    keys = sorted({content_id("text_key", text_key(row.prompt)) for row in prepared.export.rows})
    write_whole(prepared.out / PROBLEMS, json.dumps({"questions": keys}) + "\n")


def _write_manifest(prepared: Prepared, report: TrainReport) -> None:
    text = json.dumps(_manifest(prepared, report), indent=2, sort_keys=True) + "\n"
    write_whole(prepared.out / MANIFEST, text)
