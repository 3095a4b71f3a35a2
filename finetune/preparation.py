"""Look at everything a training needs before hours are spent: export, rows, mask, numerics, memory.

In: the sections of a file. Out: `Prepared`. No weight of the student is loaded here; a probe of the numerics
does that, in processes of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from curate.config import TrainingFile
from curate.errors import ConfigError
from finetune.data.coverage import Coverage, measure_coverage, require_coverage
from finetune.data.encoding import EncodedRow, Encoding, encode_rows
from finetune.data.exports import TrainingExport, TrainingRow, read_training_export
from finetune.data.splits import split_by_problem
from finetune.data.tasks import with_task
from finetune.data.templates import StudentTemplate, choose_template
from finetune.folder import require_same
from finetune.memory import (
    MemoryEstimate,
    Shape,
    estimate_memory,
    free_memory,
    read_shape,
    require_memory,
)
from finetune.numerics import choose_rung, climb
from finetune.processes import main_first
from finetune.settings import ResolvedSettings, TrainSettings, resolve_settings
from finetune.student import Numerics, find_rung, load_tokenizer, local_device
from finetune.tiny import make_tiny_student


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
    memory: MemoryEstimate

    @property
    def first_row(self) -> EncodedRow:
        """Give the row that is shown to the user."""
        return self.train.rows[0]


def prepare(file: TrainingFile) -> Prepared:
    """Read and check everything that a training needs; nothing of the student's weights is loaded.

    Raises:
        ConfigError: for a section that is missing or does not go together.
        GateError, InputError, MissingError: from the export, the mask, the student and the memory.
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
    export = read_training_export(
        folder,
        allow_unverified=section.allow_unverified,
        allow_contaminated=section.allow_contaminated,
    )
    resolved = replace(resolved, settings=settle_batching(resolved.settings, export))
    settings = resolved.settings
    _require_fit(settings, export)
    require_same(section.out, settings.settings_id(), export.sha256)
    rows = tuple(with_task(row) if settings.task_text else row for row in _rows_of(settings, export))
    with main_first():
        student = _student_of(settings, rows, export.sha256, section.out)
    tokenizer = load_tokenizer(student)
    template = choose_template(settings.template, tokenizer)
    training, validation = _encode(settings, rows, tokenizer, template)
    coverage = measure_coverage(training, _end_ids(tokenizer, training))
    require_coverage(coverage)
    shape = read_shape(student, is_seq2seq=settings.objective == "seq2seq")
    _require_context(shape, training, settings)
    with main_first():
        numerics = find_rung(
            settings.numerics if settings.numerics != "auto" else _probed_rung(settings, student)
        )
    memory = estimate_memory(
        shape, settings, numerics, _longest(training), free_memory(), has_gpu=local_device() != "cpu"
    )
    require_memory(memory)
    return Prepared(
        export, resolved, numerics, student, tokenizer, template, training, validation, coverage,
        section.out, memory,
    )  # fmt: skip


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


def settle_batching(settings: TrainSettings, export: TrainingExport) -> TrainSettings:
    """Settle `auto`: a curriculum keeps its order, several forms are mixed, else rows are grouped by length.

    Rows of several forms differ in length by form, so that batches of like length hold one form each, and a
    student unlearns one while it sees the other (docs/finetune.md has what was measured).
    """
    if settings.batching != "auto":
        return settings
    if export.is_curriculum:
        return replace(settings, batching="in-order")
    n_forms = len({row.form for row in _rows_of(settings, export)})
    return replace(settings, batching="plain" if n_forms > 1 else "group")


def _encode(
    settings: TrainSettings, rows: tuple[TrainingRow, ...], tokenizer: Any, template: StudentTemplate
) -> tuple[Encoding, Encoding]:
    split = split_by_problem(rows, settings.validation_share)
    encode = partial(
        encode_rows,
        tokenizer=tokenizer,
        template=template,
        max_length=settings.max_length,
        on_long=settings.on_long,
    )
    return encode(split.train[: settings.max_rows]), encode(split.validation)


def _longest(encoding: Encoding) -> int:
    return max(max(len(row.input_ids), len(row.rejected_ids or ())) for row in encoding.rows)


def _require_context(shape: Shape, encoding: Encoding, settings: TrainSettings) -> None:
    """Refuse rows that fit finetune.max_length and not the student."""
    longest = _longest(encoding)
    if shape.context is not None and longest > shape.context:
        raise ConfigError(
            f"a row has {longest} tokens and the student's context is {shape.context}; "
            f"finetune.max_length is {settings.max_length}",
            f"set finetune.max_length: {shape.context}; longer rows are then dropped and counted",
        )


def _student_of(settings: TrainSettings, rows: tuple[TrainingRow, ...], export_sha256: str, out: Path) -> str:
    """Give the student's name; `tiny` is made from a config beside the training, once per export."""
    if settings.student != "tiny":
        return settings.student
    folder, made_for = out / "base", out / "base" / "made-for.txt"
    if not made_for.is_file() or made_for.read_text(encoding="utf-8") != export_sha256:
        texts = (text for row in rows for text in (row.prompt, row.answer))
        make_tiny_student(folder, texts, is_seq2seq=settings.objective == "seq2seq")
        made_for.write_text(export_sha256, encoding="utf-8")
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
