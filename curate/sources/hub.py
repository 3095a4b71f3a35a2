"""Problems from hub data sets and from local copies of them; no remote code is ever run.

In: a section of a run file. Out: problems and complaints. `datasets` is loaded only here, when needed.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

from curate.curation_sections import ProblemsSection
from curate.errors import ConfigError, MissingError
from curate.sources.columns import rename_rows
from curate.sources.fields import FieldFault
from curate.sources.hub_loading import load_folder, load_remote
from curate.sources.hub_table import HUB_MAPPINGS, HubMapping
from curate.sources.hub_values import map_values
from curate.sources.problem_rows import PROBLEM_FIELDS, problems_of
from curate.sources.row_complaint import RowComplaint
from curate.sources.rows import Row
from curate.types import Problem

_REMEDY = "download the file and name it as source: path"


class Loader(Protocol):
    """Gives the rows of one configuration and split of a hub data set."""

    def __call__(
        self, hub_id: str, config: str | None, split: str, *, is_streamed: bool
    ) -> Iterator[Mapping[str, object]]: ...


def read_hub(section: ProblemsSection, load: Loader = load_remote) -> Iterator[Problem | RowComplaint]:
    """Read a hub data set by the table, or by the section's columns.

    Raises:
        ConfigError: at once, for an id that is not in the table and has no columns.
        MissingError: when the hub or the data set cannot be had.
    """
    mapping = HUB_MAPPINGS.get(section.source)
    if mapping is None and not section.columns:
        near = difflib.get_close_matches(section.source, HUB_MAPPINGS, n=1, cutoff=0.5)
        meant = f"; did you mean {near[0]}?" if near else ""
        raise ConfigError(
            f"problems.source: {section.source!r} is no file and no data set with a built-in mapping{meant}",
            "give problems.columns (question: ..., gold: ...), or name a file",
        )
    split = section.split or (mapping.split if mapping else "train")
    rows = _numbered(_remote_rows(section, mapping, split, load))
    return _problems(rows, section, mapping, split, section.source.rpartition("/")[2])


def read_folder(section: ProblemsSection, path: Path) -> Iterator[Problem | RowComplaint]:
    """Read a local copy: a folder of `save_to_disk`, or one with Parquet files.

    Raises:
        InputError: for a folder with neither, or without the split.
    """
    wanted = section.split
    named = None if section.columns else _mapping_by_name(path)
    split, values = load_folder(path, wanted, named.split if named else "train")
    first = next(values, None)
    if first is None:
        return iter(())
    mapping = None if section.columns else _mapping_of(named, first)
    rows = _numbered(_chained(first, values))
    return _problems(rows, section, mapping, split, mapping.name if mapping else path.name)


def _problems(
    rows: Iterator[Row], section: ProblemsSection, mapping: HubMapping | None, split: str, fallback: str
) -> Iterator[Problem | RowComplaint]:
    if mapping is not None and not section.columns:
        found = _mapped(rows, mapping, split, section.source)
    else:
        columns = section.columns
        found = _with_split(rename_rows(iter(rows), columns, PROBLEM_FIELDS, section.source), split)
    licence = section.licence or (mapping.licence if mapping else "")
    return problems_of(found, section.source, source=section.name, fallback=fallback, licence=licence)


def _mapped(rows: Iterator[Row], mapping: HubMapping, split: str, where: str) -> Iterator[Row | RowComplaint]:
    for row in rows:
        try:
            yield Row(row.line, map_values(row.values, mapping) | {"split": split})
        except FieldFault as fault:
            yield RowComplaint(where, row.line, fault.reason, fault.message)


def _with_split(rows: Iterator[Row | RowComplaint], split: str) -> Iterator[Row | RowComplaint]:
    for row in rows:
        yield row if isinstance(row, RowComplaint) else Row(row.line, {"split": split, **row.values})


def _remote_rows(
    section: ProblemsSection, mapping: HubMapping | None, split: str, load: Loader
) -> Iterator[Mapping[str, object]]:
    configs: tuple[str | None, ...] = (mapping.configs if mapping else ()) or (None,)
    try:
        for config in configs:
            yield from load(section.source, config, split, is_streamed=section.limit is not None)
    except Exception as error:  # noqa: BLE001  the hub's libraries raise errors without a common base
        reason = (str(error).splitlines() or [""])[0][:200]
        raise MissingError(
            f"problems.source: {section.source} (split {split}) cannot be had from the hub: "
            f"{type(error).__name__}: {reason}",
            _REMEDY,
        ) from None


def _mapping_by_name(path: Path) -> HubMapping | None:
    """Choose by the folder's name; the longest fitting name wins."""
    folder = path.name.lower()
    fitting = [mapping for mapping in HUB_MAPPINGS.values() if mapping.name.lower() in folder]
    return max(fitting, key=lambda mapping: len(mapping.name), default=None)


def _mapping_of(named: HubMapping | None, first: Mapping[str, object]) -> HubMapping | None:
    """Choose by the columns where the name says nothing; columns that are ours need no mapping."""
    if named is not None and named.needed <= first.keys():
        return named
    fitting = [mapping for mapping in HUB_MAPPINGS.values() if mapping.needed <= first.keys()]
    best = max(fitting, key=lambda mapping: _n_shared(mapping, first), default=None)
    is_ours = best is not None and best.needed <= {"question", "answer"}
    return None if is_ours and "####" not in str(first["answer"]) else best


def _n_shared(mapping: HubMapping, first: Mapping[str, object]) -> int:
    known = {mapping.level, mapping.subject, mapping.solution, mapping.origin_id} | mapping.needed
    return len((known - {""}) & first.keys())


def _chained(
    first: Mapping[str, object], rest: Iterator[Mapping[str, object]]
) -> Iterator[Mapping[str, object]]:
    yield first
    yield from rest


def _numbered(rows: Iterator[Mapping[str, object]]) -> Iterator[Row]:
    for number, values in enumerate(rows, 1):
        yield Row(number, dict(values))
