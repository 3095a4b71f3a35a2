"""Write an export: rows in the order they come, in the shape of a format, with manifest and lineage.

In: rows, already chosen and ordered. Out: a folder that is complete or absent. It chooses no rows and opens
no store; memory holds one group of rows whatever their number. The same rows, format and settings write the
same bytes.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import orjson

from curate.curation_sections import ExportFormat, ReasoningMode
from curate.export.card import card
from curate.export.folder import HashedFile, hash_file, new_folder
from curate.export.manifest import LINEAGE, MANIFEST, ManifestBase, manifest_json, write_json
from curate.export.parquet import SplitWriter, split_path
from curate.export.rows import LABELLED, ExportResult, ExportRow, FileEntry
from curate.export.shapes import RENDER, Example
from curate.export.tally import Tally
from curate.export.texts import answer_text, prompt_text
from curate.export.trainers import DATA_FILE, side_files
from curate.ids import content_id
from curate.types import Json


@dataclass(frozen=True, slots=True)
class ExportSettings:
    """What shapes an export besides its rows."""

    format: ExportFormat
    seed: int = 0
    reasoning: ReasoningMode = "inline"
    students: tuple[str, ...] = ()
    """Students of `llamafactory` that get a training file each; none means those of study C."""
    split_groups: Mapping[str, str] = field(default_factory=dict)
    """For `hf`: questions that must fall on one side, each with the name of its group, as text keys."""

    def export_id(self, base: ManifestBase) -> str:
        """Identify the export by its inputs and settings: the same id means the same bytes."""
        parts = (base.inputs_id, base.policy_id, base.query_id, self.format, self.seed, self.reasoning)
        groups = ["groups", *map("=".join, sorted(self.split_groups.items()))] if self.split_groups else []
        return content_id("export", *parts, *self.students, *groups)


def write_export(
    rows: Iterable[ExportRow],
    *,
    format: ExportFormat,
    out: Path,
    seed: int,
    manifest_base: ManifestBase,
    reasoning: ReasoningMode = "inline",
    students: tuple[str, ...] = (),
    split_groups: Mapping[str, str] | None = None,
) -> ExportResult:
    """Write a folder and give its result.

    Raises:
        ConfigError: for a student that nothing is known of; before any row is read.
        UsageError: when `out` is not empty or cannot be written.
        IncompleteError: when the disk is full; nothing stands under the final name then.
    """
    settings = ExportSettings(format, seed, reasoning, students, split_groups or {})
    side_files(format, students)
    with new_folder(out) as folder:
        tally = Tally()
        with HashedFile(folder / LINEAGE) as lineage:
            sink = _open_sink(folder, settings)
            with contextlib.closing(sink):
                for row in rows:
                    _write_row(row, settings, sink, lineage, tally)
        files = sink.finish(manifest_base, tally)
        files = (*files, FileEntry(LINEAGE, lineage.n_bytes, lineage.sha256, tally.n_rows))
        manifest = write_json(_manifest(manifest_base, settings, tally, files))
        entry = _write_file(folder, MANIFEST, manifest)
    return ExportResult(
        settings.export_id(manifest_base),
        out,
        format,
        tally.n_rows,
        tally.n_problems,
        tally.n_empty,
        files,
        entry.sha256,
        tuple(tally.trace_ids),
    )


class _Sink(Protocol):
    def add(self, row: ExportRow, example: Example) -> tuple[str, int]:
        """Write an example; give the file's path inside the folder and the row's number in it, from 0."""

    def close(self) -> None:
        """End the data files."""

    def finish(self, base: ManifestBase, tally: Tally) -> tuple[FileEntry, ...]:
        """Write what stands beside the data, and list all files."""


def _open_sink(folder: Path, settings: ExportSettings) -> _Sink:
    return _HubSink(folder, settings) if settings.format == "hf" else _LinesSink(folder, settings)


class _LinesSink:
    def __init__(self, folder: Path, settings: ExportSettings) -> None:
        self._folder = folder
        self._settings = settings
        self._file = HashedFile(folder / DATA_FILE)
        self._n_rows = 0

    def add(self, row: ExportRow, example: Example) -> tuple[str, int]:
        self._file.write(orjson.dumps(RENDER[self._settings.format](example)) + b"\n")
        self._n_rows += 1
        return DATA_FILE, self._n_rows - 1

    def close(self) -> None:
        self._file.close()

    def finish(self, base: ManifestBase, tally: Tally) -> tuple[FileEntry, ...]:
        extra = side_files(self._settings.format, self._settings.students)
        data = FileEntry(DATA_FILE, self._file.n_bytes, self._file.sha256, self._n_rows)
        written = (_write_file(self._folder, name, text.encode()) for name, text in extra.items())
        return (data, *written)


class _HubSink:
    def __init__(self, folder: Path, settings: ExportSettings) -> None:
        self._folder = folder
        self._writer = SplitWriter(folder, settings.seed, settings.split_groups)

    def add(self, row: ExportRow, example: Example) -> tuple[str, int]:
        split, place = self._writer.add(row, example)
        return split_path(split), place

    def close(self) -> None:
        self._writer.close()

    def finish(self, base: ManifestBase, tally: Tally) -> tuple[FileEntry, ...]:
        names = sorted(self._writer.n_rows, reverse=True)  # train before test
        files = []
        for name in names:
            path = self._folder / split_path(name)
            files.append(
                FileEntry(split_path(name), path.stat().st_size, hash_file(path), self._writer.n_rows[name])
            )
        splits = {name: (entry.n_rows or 0, entry.n_bytes) for name, entry in zip(names, files, strict=True)}
        return (*files, _write_file(self._folder, "README.md", card(base, tally, splits).encode()))


def _write_row(
    row: ExportRow, settings: ExportSettings, sink: _Sink, lineage: HashedFile, tally: Tally
) -> None:
    answer = answer_text(row, settings.reasoning)
    rejected = None if row.rejected is None else answer_text(row.rejected, settings.reasoning)
    if not answer or rejected == "":
        tally.n_empty += 1
        return
    file, place = sink.add(row, Example(prompt_text(row), answer, rejected, str(row.format), row.label))
    found = {"file": file, "row": place, **_lineage(row)}
    if settings.format in LABELLED:
        found["label"] = row.label
    lineage.write(orjson.dumps(found) + b"\n")
    tally.add(row)


def _lineage(row: ExportRow) -> dict[str, object]:
    """Lead a row back: a generated trace to its request, an imported one to its source's own id.

    The run that did the work is left out: shards of it must write what one process writes.
    """
    found: dict[str, object] = {
        "trace_id": row.trace_id,
        "problem_id": row.problem_id,
        "format": row.format.value,
        "granularity": row.granularity,
        "teacher": row.teacher or None,
        "source": row.source,
        "origin": row.origin,
        "request_id": row.request_id,
        "imported_from": row.imported_from or None,
        "origin_id": row.origin_id or None,
    }
    if row.rejected is not None:
        found["rejected"] = _lineage(row.rejected)
    return found


def _manifest(
    base: ManifestBase, settings: ExportSettings, tally: Tally, files: tuple[FileEntry, ...]
) -> dict[str, Json]:
    return manifest_json(
        base,
        export_id=settings.export_id(base),
        settings={
            "format": settings.format,
            "seed": settings.seed,
            "reasoning": settings.reasoning,
            **({"students": list(settings.students)} if settings.students else {}),
        },
        counts=tally.counts(),
        licences=tally.licences,
        files=files,
    )


def _write_file(folder: Path, name: str, data: bytes) -> FileEntry:
    with HashedFile(folder / name) as file:
        file.write(data)
    return FileEntry(name, file.n_bytes, file.sha256)
