"""Read an export for training: its hashes, what it was filtered by, and its rows with their lineage.

In: a folder that `tracemill export` wrote. Out: `TrainingExport`. An export whose files do not match its
manifest is refused always; one that checked no answers, or was held against no benchmark, unless told.
Only `lineage.jsonl` says from which trace and problem a row comes, so it is read beside the rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from curate.errors import GateError, InputError
from curate.export import verify_export
from curate.export.manifest import LINEAGE, MANIFEST
from curate.prompts import student_suffix

_CHECKS_ANSWERS = frozenset({"wrong_answer", "unverified"})


@dataclass(frozen=True, slots=True)
class TrainingRow:
    """One row: what the student reads, what it is to write, and for preferences what it is to avoid."""

    trace_id: str
    problem_id: str
    form: str
    prompt: str
    answer: str
    rejected: str | None = None


@dataclass(frozen=True, slots=True)
class TrainingExport:
    """An export that may be trained on. `sha256` is that of its manifest."""

    folder: Path
    export_id: str
    sha256: str
    format: str
    policy: str
    benchmarks: tuple[str, ...]
    is_verified: bool
    licences: Mapping[str, str]
    rows: tuple[TrainingRow, ...]
    is_curriculum: bool = False
    """Whether the rows stand in an order that was chosen, easy ones first."""


def read_training_export(
    folder: Path, *, allow_unverified: bool = False, allow_contaminated: bool = False
) -> TrainingExport:
    """Read an export whole, in its own order.

    Raises:
        InputError: when the folder is no export, or a row cannot be read.
        GateError: when a file changed since it was written, or the export was not checked as asked.
    """
    check = verify_export(folder)
    if not check.is_whole:
        raise GateError(
            f"{folder} is not what its manifest says: {'; '.join(check.faults[:3])}",
            "export it again into a new folder",
        )
    data = (folder / MANIFEST).read_bytes()
    manifest = orjson.loads(data)
    policy = manifest["policy"]
    rules = {rule["name"]: rule for rule in policy["rules"]}
    export = TrainingExport(
        folder=folder,
        export_id=manifest["export_id"],
        sha256=hashlib.sha256(data).hexdigest(),
        format=manifest["settings"]["format"],
        policy=policy["name"],
        benchmarks=tuple(policy["benchmarks"]),
        is_verified=rules.keys() >= _CHECKS_ANSWERS,
        licences=manifest["licences"],
        rows=tuple(_read_rows(folder, manifest)),
        is_curriculum=_is_curriculum(manifest),
    )
    _gate(export, allow_unverified=allow_unverified, allow_contaminated=allow_contaminated)
    return export


def _gate(export: TrainingExport, *, allow_unverified: bool, allow_contaminated: bool) -> None:
    if not export.rows:
        raise InputError(f"{export.folder} has no rows", "look at `tracemill query drop_reasons`")
    if not export.is_verified and not allow_unverified:
        raise GateError(
            f"{export.folder} was made with the policy {export.policy!r}, which keeps unchecked answers",
            "filter with `verified` and export again, or set finetune.allow_unverified: true",
        )
    if not export.benchmarks and not allow_contaminated:
        raise GateError(
            f"{export.folder} was held against no benchmark, so a score of its student may be memory",
            "set filter.decontaminate and export again, or finetune.allow_contaminated: true",
        )


def _is_curriculum(manifest: Mapping[str, Any]) -> bool:
    """Say whether the settings or the policy of an export name a curriculum as its order."""
    policy = manifest["policy"]
    said = [manifest["settings"].get("order"), (policy.get("selection") or {}).get("order")]
    said += [rule["name"] for rule in policy["rules"]]
    return "curriculum" in said


def _read_rows(folder: Path, manifest: Mapping[str, Any]) -> Iterator[TrainingRow]:
    """Join each row with its lineage; both stand in the same order, file by file."""
    format = manifest["settings"]["format"]
    files: dict[str, Iterator[dict[str, Any]]] = {}
    with (folder / LINEAGE).open("rb") as lineage:
        for number, line in enumerate(lineage, 1):
            said = orjson.loads(line)
            name = said["file"]
            rows = files.setdefault(name, _read_file(folder / name))
            try:
                prompt, answer, rejected = _sides(format, next(rows))
            except (StopIteration, KeyError, IndexError, TypeError) as error:
                raise InputError(
                    f"{folder / name}: row {said['row']} (lineage line {number}) has not the shape of "
                    f"{format!r}: {error!r}",
                    "export it again; formats are those of `tracemill export --help`",
                ) from None
            yield TrainingRow(
                said["trace_id"], said["problem_id"], said.get("format") or "cot", prompt, answer, rejected
            )


def _read_file(path: Path) -> Iterator[dict[str, Any]]:
    if path.suffix == ".parquet":
        import pyarrow.parquet

        for batch in pyarrow.parquet.ParquetFile(path).iter_batches(batch_size=1000):
            yield from batch.to_pylist()
        return
    with path.open("rb") as file:
        for line in file:
            yield orjson.loads(line)


def _sides(format: str, row: dict[str, Any]) -> tuple[str, str, str | None]:
    """Give prompt, answer and rejected answer of a row in the shape of its format."""
    if format == "prompt-completion":
        return row["prompt"], row["completion"].removeprefix("\n"), None
    if format == "alpaca":
        prompt = f"{row['instruction']}\n{row['input']}" if row["input"] else row["instruction"]
        return prompt, row["output"], None
    if format == "seq2seq":  # the task text is put back by whoever trains an encoder-decoder
        suffix = student_suffix(row["task"])
        return row["input"].removesuffix(f"\n{suffix}" if suffix else ""), row["target"], None
    if format == "sharegpt":
        return row["conversations"][0]["value"], row["conversations"][1]["value"], None
    if format == "dpo":
        return row["prompt"][0]["content"], row["chosen"][0]["content"], row["rejected"][0]["content"]
    return row["messages"][0]["content"], row["messages"][1]["content"], None
