"""Export what a policy keeps: rows from the store, written as a folder, recorded in the journal.

Store in, report out. The policy must have been applied (`tracemill filter`); the export goes by its last
complete pass. A problem that stands in a benchmark never leaves the store, whatever the policy: where the
pass itself was not given benchmarks, the latest pass that was decides. A folder that already holds exactly
this export is left as it is, so a run can be repeated.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, cast

from curate.curation_sections import ExportSection
from curate.errors import UsageError
from curate.export import (
    LABELLED,
    PAIRS,
    ExportFormat,
    ExportRow,
    ExportSettings,
    ManifestBase,
    read_export,
    verify_export,
    write_export,
)
from curate.export.folder import check_target
from curate.filters import Policy, read_policy
from curate.filters.rules.human_mark import HumanMark
from curate.filters.selection import Order
from curate.ids import content_id
from curate.stages.export_report import ExportProgress, ExportReport, report_of
from curate.stages.export_rows import (
    Inputs,
    Pass,
    find_pass,
    query_of,
    read_inputs,
    read_rows,
    read_versions,
)
from curate.stages.filter_facts import read_fingerprint
from curate.stages.segment_export import export_segments
from curate.stages.split_groups import read_split_groups
from curate.store.records import ExportRecord, RunRecord
from queries import load_query

if TYPE_CHECKING:
    from curate.export import ExportResult
    from curate.store.reader import Reader
    from curate.store.store import Store

__all__ = ["ExportProgress", "ExportReport", "OnExportProgress", "export_store"]

_PROGRESS_EVERY = 2_000


OnExportProgress = Callable[[ExportProgress], None]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be exported, before a row is read."""

    found: Pass
    inputs: Inputs
    base: ManifestBase
    settings: ExportSettings
    is_stale: bool


def export_store(
    store: Store,
    section: ExportSection,
    policy: str | Path = "verified",
    *,
    on_progress: OnExportProgress | None = None,
    now: Callable[[], float] = time.time,
    random_hex: Callable[[], str] = lambda: secrets.token_hex(3),
) -> ExportReport:
    """Write one data set of what a policy keeps.

    Raises: ConfigError: for an unknown policy. UsageError: for a policy that was not applied, a target that
        is not empty, or nothing to export. IncompleteError: when the disk is full; nothing stands under the
        final name then.
    """
    started = now()
    if section.format == "parquet":
        return _export_tables(store, section, now)
    chosen = read_policy(policy)
    store.project()
    with store.read() as reader:
        plan = _plan(reader, find_pass(reader, chosen), section)
        result = _standing(section.out, plan)
        is_new = result is None
        if result is None:
            check_target(section.out)
            result = _write(reader, plan, section.out, on_progress)
        is_recorded = _is_recorded(reader, result)
    if not is_recorded:
        _record(store, plan, result, store.new_run_id(started, random_hex()), now)
    return _report(plan, result, is_new=is_new, seconds=now() - started)


def _export_tables(store: Store, section: ExportSection, now: Callable[[], float]) -> ExportReport:
    started = now()
    store.project()
    with store.read() as reader:
        found, is_new = export_segments(reader, section.out, section.parts)
    return report_of(found, is_new=is_new, seconds=now() - started)


def _plan(reader: Reader, found: Pass, section: ExportSection) -> _Plan:
    inputs = read_inputs(reader, found)
    _require_no_rejected(reader, found)
    format = cast(ExportFormat, section.format)  # `parquet` went its own way
    policy, query = found.policy, query_of(format)
    base = ManifestBase(
        inputs_id=inputs.fingerprint,
        policy_id=policy.policy_id,
        policy=policy.name,
        rules=policy.rules_json(),
        benchmarks=found.benchmarks,
        versions={"tracemill": version("tracemill"), **read_versions(reader)},
        n_traces=inputs.n_traces,
        n_kept=inputs.n_kept,
        query=query.name,
        query_id=content_id("query", query.sql),
        order=_order_of(policy) if query.name == "export_rows" else "",
    )
    groups = read_split_groups(reader) if format == "hf" else {}
    settings = ExportSettings(format, section.seed, section.reasoning, section.students, groups)
    fingerprint, _ = read_fingerprint(reader, policy)
    return _Plan(found, inputs, base, settings, is_stale=fingerprint != found.inputs)


def _require_no_rejected(reader: Reader, found: Pass) -> None:
    """Refuse what a person rejected after the pass, where the policy honours marks."""
    if not any(isinstance(rule, HumanMark) for rule in found.policy.rules):
        return
    params = {"policy_id": found.policy.policy_id}
    rejected = reader.rows(load_query("export_rejected", "stages").sql, params)
    if rejected:
        what = "1 trace" if len(rejected) == 1 else f"{len(rejected)} traces"
        raise UsageError(
            f"a person has rejected {what} that the last pass of {found.policy.name!r} keeps,"
            f" {rejected[0][0]} for one",
            f"run `tracemill filter --policy {found.policy.name}` again: it heeds the marks",
        )


def _order_of(policy: Policy) -> str:
    return next((step.by for step in reversed(policy.select) if isinstance(step, Order)), "")


def _standing(out: Path, plan: _Plan) -> ExportResult | None:
    """Give the export that stands in the folder already, when it is this one and whole."""
    result = read_export(out)
    if result is None or result.export_id != plan.settings.export_id(plan.base):
        return None
    return result if verify_export(out).is_whole else None


def _write(reader: Reader, plan: _Plan, out: Path, on_progress: OnExportProgress | None) -> ExportResult:
    settings = plan.settings
    rows = read_rows(reader, plan.found, settings.seed, query_of(settings.format))
    inputs = plan.inputs
    total = inputs.n_traces if settings.format in LABELLED else inputs.n_kept - inputs.n_tainted
    return write_export(
        _told(_some(rows, plan), total, on_progress),
        format=settings.format,
        out=out,
        seed=settings.seed,
        manifest_base=plan.base,
        reasoning=settings.reasoning,
        students=settings.students,
        split_groups=settings.split_groups,
    )


def _some(rows: Iterator[ExportRow], plan: _Plan) -> Iterator[ExportRow]:
    """Pass the rows on, refusing an export without any: an empty corpus is never what was meant."""
    first = next(rows, None)
    if first is None:
        inputs = plan.inputs
        what = "no trace"
        if plan.settings.format in PAIRS:
            what = "no pair of a verified and a wrong trace"
        elif plan.settings.format in LABELLED:
            what = "no trace that was shown to be right or wrong"
        raise UsageError(
            f"there is {what} to export: the policy {plan.base.policy!r} keeps {inputs.n_kept} of "
            f"{inputs.n_traces} traces, {inputs.n_tainted} of them of benchmark problems",
            "`tracemill query drop_reasons` says why",
        )
    yield first
    yield from rows


def _told(rows: Iterable[ExportRow], total: int, on_progress: OnExportProgress | None) -> Iterator[ExportRow]:
    for done, row in enumerate(rows, 1):
        yield row
        if on_progress is not None and (done % _PROGRESS_EVERY == 0 or done == total):
            on_progress(ExportProgress(done, total))


def _is_recorded(reader: Reader, result: ExportResult) -> bool:
    params = {"export_id": result.export_id, "sha256": result.sha256}
    return bool(reader.rows(load_query("export_recorded", "stages").sql, params))


def _record(store: Store, plan: _Plan, result: ExportResult, run_id: str, now: Callable[[], float]) -> None:
    manifest = json.loads((result.out / "manifest.json").read_bytes())
    with store.write_journal(run_id) as journal:
        journal.append(RunRecord(run_id, "start", now(), "export", config_hash=result.export_id))
        journal.append(
            ExportRecord(
                result.export_id,
                run_id,
                now(),
                str(result.out),
                result.format,
                plan.base.policy_id,
                result.n_rows,
                result.sha256,
                manifest,
                result.trace_ids,
            )
        )
        journal.append(RunRecord(run_id, "stop", now(), "export"))
    store.project()


def _report(plan: _Plan, result: ExportResult, *, is_new: bool, seconds: float) -> ExportReport:
    inputs = plan.inputs
    return replace(
        report_of(result, is_new=is_new, seconds=seconds),
        policy=plan.base.policy,
        policy_id=plan.base.policy_id,
        benchmarks=plan.base.benchmarks,
        n_kept=inputs.n_kept,
        n_contaminated=inputs.n_tainted,
        n_without_decision=inputs.n_traces - inputs.n_decided,
        is_stale=plan.is_stale,
    )
