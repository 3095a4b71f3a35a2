"""Train the student of a run file, seed by seed, and write down what it was and what came out.

In: the sections of a file. Out: `TrainReport`; in the folder `out/`: `seed-N/` with adapter or model,
metrics and curve, `manifest.json` with every setting and its origin, and `README.md`, the model card. The
same command goes on where it was stopped; a folder that holds another training is refused.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from curate.config import TrainingFile
from curate.errors import ConfigError, UsageError
from curate.ids import content_id, text_key
from curate.types import Json
from finetune.card import write_card
from finetune.data.coverage import Coverage, measure_coverage, require_coverage
from finetune.data.encoding import EncodedRow, Encoding, encode_rows
from finetune.data.exports import TrainingExport, TrainingRow, read_training_export
from finetune.data.splits import split_by_problem
from finetune.data.tasks import with_task
from finetune.data.templates import choose_template
from finetune.numerics import choose_rung, climb
from finetune.plots import write_curve
from finetune.settings import ResolvedSettings, TrainSettings, resolve_settings
from finetune.student import Numerics, find_rung, load_tokenizer
from finetune.tiny import make_tiny_student
from finetune.training.loop import train
from finetune.training.metrics import OnTrainProgress
from finetune.training.plan import TrainPlan, TrainResult
from finetune.versions import training_versions

MANIFEST = "manifest.json"
PROBLEMS = "problems.json"
IDENTITY = "training.json"


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


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything before the first step: looked at, counted, and shown to the user."""

    export: TrainingExport
    resolved: ResolvedSettings
    numerics: Numerics
    student: str
    tokenizer: Any
    template: Any
    train: Encoding
    validation: Encoding
    coverage: Coverage
    out: Path

    @property
    def first_row(self) -> EncodedRow:
        """Give the row that is shown to the user."""
        return self.train.rows[0]


def prepare(file: TrainingFile) -> Prepared:
    """Read and check everything that a training needs.

    Raises:
        ConfigError: for a section that is missing or does not go together.
        GateError, InputError, MissingError: from the export, the mask and the student.
    """
    if file.finetune is None:
        raise ConfigError("the file has no section `finetune:`", "add `finetune: {preset: laptop}`")
    section = file.finetune
    folder = section.export or (file.export[0].out if file.export else None)
    if folder is None:
        raise ConfigError(
            "finetune.export is not set and the file exports nothing", "name an export's folder"
        )
    resolved = resolve_settings(section)
    settings = resolved.settings
    export = read_training_export(
        folder,
        allow_unverified=section.allow_unverified,
        allow_contaminated=section.allow_contaminated,
    )
    _require_fit(settings, export)
    _claim(section.out, settings, export)
    rows = tuple(with_task(row) if settings.task_text else row for row in _rows_of(settings, export))
    split = split_by_problem(rows, settings.validation_share)
    student = _student_of(settings, rows, section.out)
    tokenizer = load_tokenizer(student)
    template = choose_template(settings.template, tokenizer)
    encode = partial(
        encode_rows,
        tokenizer=tokenizer,
        template=template,
        max_length=settings.max_length,
        on_long=settings.on_long,
    )
    training, validation = encode(split.train[: settings.max_rows]), encode(split.validation)
    coverage = measure_coverage(training, _end_ids(tokenizer, training))
    require_coverage(coverage)
    numerics = find_rung(
        settings.numerics if settings.numerics != "auto" else _probed_rung(settings, student)
    )
    return Prepared(
        export, resolved, numerics, student, tokenizer, template, training, validation, coverage, section.out
    )


def run_training(
    prepared: Prepared, on_progress: Callable[[int], OnTrainProgress] | None = None
) -> TrainReport:
    """Train every seed; `on_progress` gives the callback for a seed.

    Raises:
        IncompleteError: when it was interrupted.
        GateError: when a loss is not a number.
    """
    results = []
    settings = prepared.resolved.settings
    for seed in settings.seeds:
        plan = TrainPlan(
            settings, prepared.numerics, prepared.student, prepared.tokenizer, prepared.template,
            prepared.train, prepared.validation, seed, prepared.out / f"seed-{seed}",
        )  # fmt: skip
        results.append(train(plan, on_progress(seed) if on_progress else None))
        write_curve(plan.folder)
    report = _report(prepared, tuple(results))
    _write_problems(prepared)
    _write_manifest(prepared, report)
    write_card(prepared.out, _manifest(prepared, report))
    return report


def _require_fit(settings: TrainSettings, export: TrainingExport) -> None:
    if (settings.objective == "dpo") != (export.format == "dpo"):
        raise ConfigError(
            f"finetune.objective is {settings.objective} and {export.folder} is an export as {export.format}",
            "dpo trains on an export with `format: dpo`, sft and seq2seq on any other",
        )


def _rows_of(settings: TrainSettings, export: TrainingExport) -> tuple[TrainingRow, ...]:
    """Give the rows of the wanted forms.

    Raises:
        ConfigError: when the export has none of them.
    """
    if settings.forms is None:
        return export.rows
    rows = tuple(row for row in export.rows if row.form in settings.forms)
    if not rows:
        has = ", ".join(sorted({row.form for row in export.rows}))
        raise ConfigError(
            f"finetune.forms asks for {', '.join(settings.forms)}, and {export.folder} has {has}",
            "name a form that the export has, or add a prompt of that form and export again",
        )
    return rows


def _claim(out: Path, settings: TrainSettings, export: TrainingExport) -> None:
    """Take a folder for this training, or refuse one that holds another."""
    identity = {"settings_id": settings.settings_id(), "export_sha256": export.sha256}
    path = out / IDENTITY
    if path.is_file():
        if json.loads(path.read_text(encoding="utf-8")) != identity:
            raise UsageError(
                f"{out} holds a training with other settings or another export",
                "name a new folder in finetune.out, or remove this one",
            )
        return
    out.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(identity, indent=2) + "\n", encoding="utf-8")


def _student_of(settings: TrainSettings, rows: tuple[TrainingRow, ...], out: Path) -> str:
    """Give the student's name; `tiny` is made from a config beside the training, once."""
    if settings.student != "tiny":
        return settings.student
    folder = out / "base"
    if not (folder / "tokenizer.json").is_file():
        texts = (text for row in rows for text in (row.prompt, row.answer))
        make_tiny_student(folder, texts, is_seq2seq=settings.objective == "seq2seq")
    return str(folder)


def _end_ids(tokenizer: Any, encoding: Encoding) -> set[int]:
    """Give the tokens that may end a row: the tokenizer's, and the one its chat template ends turns with."""
    special = set(tokenizer.all_special_ids)
    return {row.input_ids[-1] for row in encoding.rows if row.input_ids[-1] in special}


def _probed_rung(settings: TrainSettings, student: str) -> str:
    """Probe the rungs that a method can stand on, and take the first that holds."""
    import torch

    if settings.objective == "seq2seq":
        return "fp32-sdpa"  # the ladder is that of decoders; encoder-decoders of this size need no other
    if settings.method == "qlora":
        wanted: tuple[str, ...] = ("nf4-bf16-sdpa",)
    elif torch.cuda.is_available():
        wanted = ("bf16-sdpa", "bf16-eager", "fp32-sdpa", "fp32-eager")
    else:
        wanted = ("fp32-sdpa", "fp32-eager")
    return choose_rung(climb(student, wanted), wanted)


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
        "results": [asdict(result) for result in report.results],
        "validation_loss": report.validation_loss,
        "validation_sd": report.validation_sd,
    }


def _write_problems(prepared: Prepared) -> None:
    """Write the keys of all questions, so that nobody measures this student on what it was trained on."""
    keys = sorted({content_id("text_key", text_key(row.prompt)) for row in prepared.export.rows})
    (prepared.out / PROBLEMS).write_text(json.dumps({"questions": keys}) + "\n", encoding="utf-8")


def _write_manifest(prepared: Prepared, report: TrainReport) -> None:
    text = json.dumps(_manifest(prepared, report), indent=2, sort_keys=True) + "\n"
    (prepared.out / MANIFEST).write_text(text, encoding="utf-8")
