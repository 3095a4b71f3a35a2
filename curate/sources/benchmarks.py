"""Benchmarks by name, from a folder of files or from the hub, or any problem file by its path.

In: an entry as a run file has it (`gsm8k`, `mine=path/to/file.jsonl`, a path, `builtin`) and the folder that
the user named. Out: a `Benchmark` whose problems stand in the benchmark's own order. A row that cannot be
read is an error here, not a complaint: a benchmark with a hole is another benchmark.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from curate.config import FILE_SUFFIXES
from curate.curation_sections import ProblemsSection
from curate.errors import InputError, MissingError, UsageError
from curate.sources.benchmark_table import ALIASES, BENCHMARKS, BenchmarkSource
from curate.sources.fields import FieldFault, scalar_text
from curate.sources.problem_rows import problem_of
from curate.sources.row_complaint import RowComplaint
from curate.sources.rows import Row, file_stem, read_plain_rows
from curate.types import Problem

FOLDER_VARIABLE = "TRACEMILL_BENCHMARKS"
_ENDINGS = (".jsonl", ".parquet", ".csv", ".jsonl.gz")


@dataclass(frozen=True, slots=True)
class BenchmarkProblem:
    """A problem with what some benchmarks say of it besides; "" where they say nothing."""

    problem: Problem
    section: str = ""
    year: str = ""


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A named list of problems; `origin` is the file or hub data set they come from."""

    name: str
    title: str
    origin: str
    problems: tuple[BenchmarkProblem, ...]


def read_benchmark(entry: str, folder: Path | None = None) -> Benchmark:
    """Read one benchmark whole.

    Raises:
        MissingError: when neither a file nor the hub has it.
        UsageError: for a name that means nothing; the nearest is named.
        InputError: for a row that cannot be read, or a file without problems.
    """
    if entry == "builtin":
        return _builtin()
    name, path, source = _locate(entry, folder)
    if path is None:
        assert source is not None
        return _from_hub(name, source)
    rows = _good_rows(path)
    if source is not None:
        rows = _select(rows, source)
    problems = tuple(_problem(row, path) for row in rows)
    if not problems:
        raise InputError(f"benchmark {name}: {path} holds no problem", "check the file")
    return Benchmark(name, source.title if source else name, path.name, problems)


def find_benchmark_file(entry: str, folder: Path | None) -> Path | None:
    """Give the file of a benchmark, None when only the hub may have it.

    Raises:
        MissingError, UsageError: as `read_benchmark`.
    """
    return _locate(entry, folder)[1]


def _locate(entry: str, folder: Path | None) -> tuple[str, Path | None, BenchmarkSource | None]:
    name, sign, given = entry.rpartition("=")
    path = Path(given)
    if sign or path.suffix in FILE_SUFFIXES or "/" in given:
        if not path.is_file():
            raise MissingError(f"benchmark {entry}: there is no file {given}", "check the path")
        return (name if sign and name else file_stem(path)), path, None
    source = BENCHMARKS.get(ALIASES.get(entry, entry))
    stems = source.files if source else (entry,)
    if folder is not None:
        for stem in stems:
            for ending in _ENDINGS:
                if (folder / f"{stem}{ending}").is_file():
                    return source.name if source else entry, folder / f"{stem}{ending}", source
    if source is None:
        near = difflib.get_close_matches(entry, [*BENCHMARKS, *ALIASES], n=1, cutoff=0.5)
        where = f" and no file {entry}.jsonl in {folder}" if folder else ""
        raise UsageError(
            f"there is no benchmark {entry!r}{where}" + (f"; did you mean {near[0]}?" if near else ""),
            f"names are {', '.join(BENCHMARKS)}; or name a problem file",
        )
    if not source.hub_id:
        raise MissingError(
            f"benchmark {source.name}: it is on no hub, and there is no file {stems[0]}.jsonl"
            + (f" in {folder}" if folder else ""),
            f"name a folder with that file (benchmarks_dir, or the variable {FOLDER_VARIABLE})",
        )
    return source.name, None, source


def _good_rows(path: Path) -> list[Row]:
    """Read all rows, so that the file is closed; cleaned text is no fault."""
    rows: list[Row] = []
    for row in read_plain_rows(path):
        if isinstance(row, Row):
            rows.append(row)
        elif row.reason != "cleaned":
            raise _unreadable(path, row.line, row.message)
    return rows


def _select(rows: list[Row], source: BenchmarkSource) -> list[Row]:
    """Keep the rows of the benchmark, in its order."""
    kept = [row for row in rows if _says(row, "split", source.split) and _says(row, "year", source.year)]
    if source.order and all(row.values.get(source.order) is not None for row in kept):
        kept.sort(key=lambda row: float(str(row.values[source.order])))
    return kept[: source.first]


def _says(row: Row, column: str, wanted: str) -> bool:
    said = row.values.get(column)
    return not wanted or said is None or str(said) == wanted


def _problem(row: Row, path: Path) -> BenchmarkProblem:
    found = problem_of(row, str(path), fallback=file_stem(path))
    if isinstance(found, RowComplaint):
        raise _unreadable(path, row.line, found.message)
    try:
        section, year = (scalar_text(row.values, column) for column in ("section", "year"))
    except FieldFault as fault:
        raise _unreadable(path, row.line, fault.message) from None
    return BenchmarkProblem(found, section, year)


def _unreadable(path: Path, line: int, message: str) -> InputError:
    return InputError(f"{path}, line {line}: {message}", "correct or remove the line")


def _from_hub(name: str, source: BenchmarkSource) -> Benchmark:
    from curate.sources.hub import read_hub

    section = ProblemsSection(source=source.hub_id, split=source.hub_split)
    try:
        rows = list(_taken(read_hub(section), source.first))
    except MissingError as error:
        raise MissingError(
            f"benchmark {name}: {error.message.removeprefix('problems.source: ')}",
            f"put {source.files[0]}.jsonl into a folder and name it (benchmarks_dir, or the variable "
            f"{FOLDER_VARIABLE})",
        ) from None
    for row in rows:
        if isinstance(row, RowComplaint):
            raise InputError(f"{source.hub_id}, row {row.line}: {row.message}", "use a file instead")
    problems = tuple(BenchmarkProblem(row) for row in rows if isinstance(row, Problem))
    if not problems:
        raise InputError(f"benchmark {name}: {source.hub_id} holds no problem", "use a file instead")
    return Benchmark(name, source.title, source.hub_id, problems)


def _taken(rows: Iterable[Problem | RowComplaint], first: int | None) -> Iterator[Problem | RowComplaint]:
    n_problems = 0
    for row in rows:
        if first is not None and n_problems >= first:
            return
        n_problems += isinstance(row, Problem)
        yield row


def _builtin() -> Benchmark:
    from curate.sources.builtin import builtin_problems

    problems = tuple(BenchmarkProblem(builtin.problem) for builtin in builtin_problems())
    return Benchmark("builtin", "the problems that ship with tracemill", "builtin", problems)
