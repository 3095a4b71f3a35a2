"""A finished training in the store, so that SQL joins a student to the traces it saw.

In: what was prepared and what came out. Out: one `student` record in the journal, written once per outcome:
a training that is only looked at again adds nothing. It trains nothing and reads no export.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from pathlib import Path

from curate.ids import canonical_json, content_id
from curate.store import Store
from curate.store.records import RunRecord, StudentRecord, StudentRow, StudentSeed
from finetune.run import Prepared, TrainReport
from finetune.training.plan import TrainResult
from finetune.versions import training_versions
from queries import load_query

COMMAND = "finetune"


def record_student(
    folder: Path,
    prepared: Prepared,
    report: TrainReport,
    *,
    random_hex: Callable[[], str] = lambda: secrets.token_hex(3),
    now: Callable[[], float] = time.time,
) -> str | None:
    """Record a training in the store of a folder; None where there is no store, else the student's id.

    Raises:
        StoreError, JournalError: when the store cannot be written.
    """
    if not folder.is_dir():
        return None
    store = Store.open(folder)
    run_id = store.new_run_id(now(), random_hex())
    record = _record(prepared, report, run_id, now())
    if not _is_recorded(store, record):
        with store.write_journal(run_id) as journal:
            journal.append(RunRecord(run_id, "start", now(), COMMAND, config_hash=record.student_id))
            journal.append(record)
            journal.append(RunRecord(run_id, "stop", now(), COMMAND))
        store.project()
    return record.student_id


def student_id(prepared: Prepared) -> str:
    """Identify a student by what decides its weights, seeds aside."""
    settings, export = prepared.resolved.settings, prepared.export
    return content_id("student", canonical_json([settings.settings_id(), export.sha256]))


def _is_recorded(store: Store, record: StudentRecord) -> bool:
    with store.read() as reader:
        query = load_query("student_seeds_recorded", "stages")
        found = reader.rows(query.sql, {"student_id": record.student_id, "path": record.path})
    return [row[0] for row in found] == sorted(seed.seed for seed in record.seeds)


def _record(prepared: Prepared, report: TrainReport, run_id: str, at: float) -> StudentRecord:
    resolved, export = prepared.resolved, prepared.export
    settings = resolved.settings
    return StudentRecord(
        student_id=student_id(prepared),
        run_id=run_id,
        at=at,
        path=str(prepared.out),
        base=settings.student,
        preset=resolved.preset,
        objective=settings.objective,
        method=settings.method,
        rung=report.rung,
        template=prepared.template.name,
        export_id=export.export_id,
        manifest_sha256=export.sha256,
        settings=settings.as_json(),
        versions=training_versions(),
        seeds=tuple(_seed(result) for result in report.results),
        rows=tuple(_rows(prepared)),
    )


def _seed(result: TrainResult) -> StudentSeed:
    return StudentSeed(
        result.seed, result.n_steps, result.best_step, result.train_loss, result.validation_loss,
        result.n_tokens, result.seconds, result.cpu_s, result.stopped_early,
    )  # fmt: skip


def _rows(prepared: Prepared) -> list[StudentRow]:
    """Say of every row of the export what became of it, in the export's order."""
    part = {row.row.trace_id: StudentRow(row.row.trace_id, "train") for row in prepared.train.rows}
    for row in prepared.validation.rows:
        part[row.row.trace_id] = StudentRow(row.row.trace_id, "validation")
    for encoding in (prepared.train, prepared.validation):
        for reason, trace_ids in encoding.dropped.items():
            for trace_id in trace_ids:
                part[trace_id] = StudentRow(trace_id, "dropped", reason)
    forms = prepared.resolved.settings.forms
    return [
        part.get(row.trace_id)
        or StudentRow(
            row.trace_id, "dropped", "over_max_rows" if forms is None or row.form in forms else "form"
        )
        for row in prepared.export.rows
    ]
