"""SQL in files: schema (migrations and views), reports (users' questions), checks (must return no row).

`derived` makes rows of tables out of other tables; `stages` is what the stages read.

A file of reports or checks begins with a header of comment lines and holds one statement:

    -- name: accept_rate
    -- question: Which share of its traces does each teacher get right?
    -- grain: one row per teacher and format
    -- param: min_traces INTEGER = 1 -- leave out cells with fewer traces
    -- column: accept_rate (share) correct / all
    SELECT ...

A user's own files of this shape are read from a folder that the caller names; they never replace one of ours.
`question`, `param` and `column` lines may go on in lines that begin with `--` and three blanks. A parameter's
value is bound as `$name`, never formatted in. Reads files and converts parameters; runs no SQL.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

from curate.errors import UsageError

Group = Literal["reports", "checks", "stages", "derived"]
ParameterType = Literal["VARCHAR", "INTEGER", "DOUBLE", "BOOLEAN"]
Value = str | int | float | bool | None

_FIELD = re.compile(r"--\s?(name|question|grain|param|column):\s*(.*)")
_PARAM = re.compile(r"(\w+)\s+(VARCHAR|INTEGER|DOUBLE|BOOLEAN)(?:\s*=\s*(.*?))?(?:\s+--\s*(.*))?$")
_COLUMN = re.compile(r"(\w+)(?:\s*\(([^)]*)\))?\s*(.*)$")
_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that a query takes; without a default it must be given. `null` as default binds NULL."""

    name: str
    type: ParameterType
    default: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the result, with its unit."""

    name: str
    unit: str
    text: str


@dataclass(frozen=True, slots=True)
class Query:
    """One question and its SQL."""

    name: str
    question: str
    grain: str
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    sql: str

    def bind(self, given: Mapping[str, str]) -> dict[str, Value]:
        """Convert what was given to the parameters' types and fill in defaults.

        Raises:
            UsageError: for a missing or unknown parameter, or a value of the wrong type.
        """
        known = [parameter.name for parameter in self.parameters]
        for name in given:
            if name not in known:
                raise UsageError(f"query {self.name} has no parameter {name!r}", _nearest(name, known))
        return {p.name: _convert(self, p, given.get(p.name, p.default)) for p in self.parameters}


def list_queries(group: Group = "reports", folder: Path | None = None) -> tuple[Query, ...]:
    """Read all queries of a group and of a user's folder, ordered by name.

    Raises:
        UsageError: as `load_query`, and for a file without a full header.
    """
    return tuple(_read(path) for _, path in sorted(_by_name(group, folder).items()))


def load_query(name: str, group: Group = "reports", folder: Path | None = None) -> Query:
    """Read one query, of ours or of a user's folder.

    Raises:
        UsageError: when there is none of this name (the hint says the nearest), or when the folder holds no
            query, or one with the name of one of ours.
    """
    by_name = _by_name(group, folder)
    if name not in by_name:
        raise UsageError(f"there is no query named {name!r}", _nearest(name, sorted(by_name)))
    return _read(by_name[name])


def read_migrations() -> tuple[tuple[int, str], ...]:
    """Read the numbered migrations in order: each brings the schema to the version of its number."""
    numbered = [path for path in _sql_files("schema") if path.name[:4].isdigit()]
    return tuple((int(path.name[:4]), path.read_text(encoding="utf-8")) for path in numbered)


def read_views() -> str:
    """Read the views for people; they are made anew with every version, over tables of any home."""
    texts = [p.read_text(encoding="utf-8") for p in _sql_files("schema") if not p.name[:4].isdigit()]
    return "\n".join(texts)


def split_statements(script: str) -> tuple[str, ...]:
    """Split a schema script at semicolons that end a line; comments may hold none there."""
    parts = re.split(r";[ \t]*(?:\n|$)", script)
    return tuple(part.strip() for part in parts if re.sub(r"(?m)^\s*--.*$", "", part).strip())


def _by_name(group: Group, folder: Path | None) -> dict[str, Traversable]:
    found = {path.name.removesuffix(".sql"): path for path in _sql_files(group)}
    if folder is None:
        return found
    own = sorted(folder.glob("*.sql"))
    if not own:
        raise UsageError(
            f"there are no .sql files in {folder}", "name the folder of your own queries, or leave it out"
        )
    for path in own:
        if path.stem in found:
            raise UsageError(f"{path} has the name of one of tracemill's own queries", "rename yours")
        found[path.stem] = path
    return found


@lru_cache(maxsize=8)
def _sql_files(group: str) -> tuple[Traversable, ...]:
    folder = files(__name__) / group
    if not folder.is_dir():
        return ()
    found = [path for path in folder.iterdir() if path.name.endswith(".sql")]
    return tuple(sorted(found, key=lambda path: path.name))


def _read(path: Traversable) -> Query:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise UsageError(f"cannot read the query {path}: {error}", "write it as a UTF-8 text file") from None
    header, sql = _split_header(text)
    values: dict[str, list[str]] = {"name": [], "question": [], "grain": [], "param": [], "column": []}
    last: list[str] | None = None
    for line in header:
        found = _FIELD.match(line)
        if found:
            last = values[found[1]]
            last.append(found[2].strip())
        elif last is not None and line.startswith("--   "):
            last[-1] = f"{last[-1]} {line[2:].strip()}"
    name = path.name.removesuffix(".sql")
    if values["name"] != [name] or len(values["question"]) != 1 or len(values["grain"]) != 1 or not sql:
        raise UsageError(
            f"{path} needs a header with name: {name}, question: and grain:, then one statement",
            "begin it with the lines `-- name: ...`, `-- question: ...?` and `-- grain: ...`",
        )
    parameters = tuple(_parameter(name, line) for line in values["param"])
    columns = tuple(_column(name, line) for line in values["column"])
    return Query(name, values["question"][0], values["grain"][0], parameters, columns, sql)


def _split_header(text: str) -> tuple[list[str], str]:
    lines = text.splitlines()
    end = next((i for i, line in enumerate(lines) if not line.startswith("--")), len(lines))
    return lines[:end], "\n".join(lines[end:]).strip().rstrip(";")


def _parameter(query: str, line: str) -> Parameter:
    found = _PARAM.match(line)
    if found is None:
        raise UsageError(
            f"query {query}: cannot read the parameter line {line!r}", "name TYPE = default -- text"
        )
    default = found[3].strip().strip("'") if found[3] is not None else None
    return Parameter(found[1], found[2], default, found[4] or "")  # type: ignore[arg-type]


def _column(query: str, line: str) -> Column:
    found = _COLUMN.match(line)
    if found is None:
        raise UsageError(f"query {query}: cannot read the column line {line!r}", "name (unit) text")
    return Column(found[1], found[2] or "", found[3])


def _convert(query: Query, parameter: Parameter, text: str | None) -> Value:
    if text is None:
        raise UsageError(
            f"query {query.name} needs the parameter {parameter.name} ({parameter.type})",
            f"add --param {parameter.name}=VALUE" + (f": {parameter.text}" if parameter.text else ""),
        )
    if text.lower() == "null":
        return None
    try:
        if parameter.type == "INTEGER":
            return int(text)
        if parameter.type == "DOUBLE":
            return float(text)
        if parameter.type == "BOOLEAN":
            return {**dict.fromkeys(_TRUE, True), **dict.fromkeys(_FALSE, False)}[text.lower()]
    except (ValueError, KeyError):
        raise UsageError(
            f"query {query.name}: {parameter.name}={text!r} is no {parameter.type}", parameter.text
        ) from None
    return text


def _nearest(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
    if near:
        return f"did you mean {' or '.join(near)}?"
    return f"there are: {', '.join(known)}" if known else "it takes none"
