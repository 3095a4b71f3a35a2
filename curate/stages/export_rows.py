"""Read from a store what an export needs: the pass to go by, what it would hold, and its rows in order.

The order is drawn from the seed and the ids alone, so it is the same on every machine. The database
sorts them without their texts; those are read once and put in that order beside.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from curate.errors import UsageError
from curate.export import LABELLED, PAIRS, ExportFormat, ExportRow
from curate.filters import Policy
from curate.types import TraceFormat
from queries import Query, load_query

if TYPE_CHECKING:
    from curate.store.laid import Spool
    from curate.store.reader import Reader

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Pass:
    """A complete pass of a policy, with the benchmarks it compared with."""

    policy: Policy
    run_id: str
    inputs: str
    benchmarks: tuple[str, ...]
    tainted_by: str | None
    """The policy whose pass names the problems of benchmarks: the latest that was given any."""

    @property
    def params(self) -> dict[str, object]:
        """Give the parameters that the export's queries share."""
        return {"policy_id": self.policy.policy_id, "tainted_by": self.tainted_by}


@dataclass(frozen=True, slots=True)
class Inputs:
    """What an export would hold. `fingerprint` changes when any row or its text does."""

    n_traces: int
    n_decided: int
    n_kept: int
    n_tainted: int
    fingerprint: str


def find_pass(reader: Reader, policy: Policy) -> Pass:
    """Find the latest pass of a policy as it is written now, with any benchmarks.

    Raises:
        UsageError: when the policy was never applied, or was changed since.
    """
    found: tuple[Policy, str, str] | None = None
    is_named = False
    tainted_by: str | None = None
    compared: tuple[str, ...] = ()
    for policy_id, name, run_id, inputs, params in reader.rows(load_query("passes", "stages").sql):
        benchmarks = _benchmarks(params)
        if benchmarks and tainted_by is None:
            tainted_by, compared = str(policy_id), benchmarks
        candidate = policy.against(benchmarks) if benchmarks else policy
        is_named = is_named or name == policy.name
        if found is None and candidate.policy_id == policy_id:
            found = (candidate, str(run_id), str(inputs))
    if found is None:
        what = "was changed since it was applied" if is_named else "was not applied to this store yet"
        raise UsageError(
            f"the policy {policy.name!r} {what}, so there are no decisions to export by",
            f"run `tracemill filter --policy {policy.name}` first",
        )
    own = found[0].contamination
    named = {*compared, *(own.benchmarks if own is not None else ())}
    return Pass(*found, tuple(sorted(named)), tainted_by)


def _benchmarks(params: object) -> tuple[str, ...]:
    value = json.loads(str(params)) if params else {}
    return tuple(str(name) for name in value.get("benchmarks", ()))


def read_inputs(reader: Reader, found: Pass) -> Inputs:
    """Count and hash what an export would hold, without reading texts."""
    [row] = reader.rows(load_query("export_inputs", "stages").sql, found.params)
    n_traces, n_decided, n_kept, n_tainted, fingerprint = row
    counts = [int(str(value)) for value in (n_traces, n_decided, n_kept, n_tainted)]
    return Inputs(counts[0], counts[1], counts[2], counts[3], str(fingerprint))


def read_versions(reader: Reader) -> dict[str, str]:
    """Name the versions of parser and verifiers that the store holds; several are joined by a comma."""
    versions: dict[str, str] = {}
    for part, version in reader.rows(load_query("verdict_versions", "stages").sql):
        held = versions.get(str(part))
        versions[str(part)] = f"{held}, {version}" if held else str(version)
    return versions


def query_of(format: ExportFormat) -> Query:
    """Give the query that chooses the rows of a format: pairs, labelled answers, or what the policy keeps."""
    name = "export_pairs" if format in PAIRS else "export_labels" if format in LABELLED else "export_rows"
    return load_query(name, "stages")


def read_rows(reader: Reader, found: Pass, seed: int, query: Query) -> Iterator[ExportRow]:
    """Give the rows in the order of the seed; a pair holds the wrong trace that it stands against."""
    with reader.spooled(query.sql, {**found.params, "seed": seed}) as rows:
        ids, sizes = _to_read(rows)
        with reader.texts_in_order(ids, sizes) as texts:
            said = texts.rows()
            for batch in rows:
                for row in batch.to_pylist():
                    yield _export_row(row, said)


def _to_read(rows: Spool) -> tuple[list[str], list[int]]:
    """Give the traces whose texts are needed, in the order in which `_export_row` asks for them."""
    ids: list[str] = []
    sizes: list[int] = []
    for batch in rows:
        sides = [side for side in ("", "rejected_") if f"{side}trace_id" in batch.schema.names]
        names = [batch.column(f"{side}trace_id").to_pylist() for side in sides]
        counts = [batch.column(f"{side}n_text_chars").to_pylist() for side in sides]
        ids += (name for row in zip(*names, strict=True) for name in row)
        sizes += (count for row in zip(*counts, strict=True) for count in row)
    return ids, sizes


def _export_row(row: Row, said: Iterator[tuple[object, ...]]) -> ExportRow:
    choices, granularity = row["choices"], row["granularity"]
    text, reasoning = map(_text, next(said))
    found = ExportRow(
        trace_id=_text(row["trace_id"]),
        problem_id=_text(row["problem_id"]),
        question=_text(row["question"]),
        text=text,
        format=TraceFormat(_text(row["format"])),
        source=_text(row["source"]),
        choices=tuple(map(str, choices)) if isinstance(choices, list) else (),
        reasoning=reasoning,
        gold=None if row["gold"] is None else str(row["gold"]),
        licence=_text(row["licence"]),
        teacher=_text(row["teacher"]),
        granularity=granularity if isinstance(granularity, int) else None,
        style=_text(row["style"]),
        rejected=_rejected(row, said) if "rejected_trace_id" in row else None,
        label=bool(row.get("label", True)),
    )
    return _led_back(found, row, "")


def _rejected(row: Row, said: Iterator[tuple[object, ...]]) -> ExportRow:
    text, reasoning = map(_text, next(said))
    found = ExportRow(
        trace_id=_text(row["rejected_trace_id"]),
        problem_id=_text(row["problem_id"]),
        question=_text(row["question"]),
        text=text,
        format=TraceFormat(_text(row["format"])),
        source=_text(row["source"]),
        reasoning=reasoning,
        teacher=_text(row["rejected_teacher"]),
    )
    return _led_back(found, row, "rejected_")


def _led_back(found: ExportRow, row: Row, prefix: str) -> ExportRow:
    """Fill in what leads back: an import has no request, and only an import comes from elsewhere."""
    request_id = row[f"{prefix}request_id"]
    is_imported = row[f"{prefix}origin"] == "imported"
    return replace(
        found,
        origin=_text(row[f"{prefix}origin"]),
        imported_from=_text(row[f"{prefix}imported_from"]) if is_imported else "",
        origin_id=_text(row[f"{prefix}origin_id"]),
        request_id=None if request_id is None else str(request_id),
    )


def _text(value: object) -> str:
    return "" if value is None else str(value)
