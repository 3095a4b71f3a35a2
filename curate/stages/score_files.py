"""Numbers from elsewhere, by trace or problem: from a file, or from what an import kept beside its traces.

A row of a file names a trace (`trace_id`, or `id`, ours or the origin's) or a problem (`problem_id`), and
has the column; a pass rate may come as `n_correct` and `n_samples`. A number that cannot be read stops the
filter: a trace that silently has none would pass.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from curate.errors import InputError, MissingError
from curate.filters.scores import ScoreFile
from queries import load_query

if TYPE_CHECKING:
    from curate.store.reader import Reader

_IDS = ("trace_id", "id", "problem_id", "origin_id")


def score_digest(file: ScoreFile) -> str:
    """Hash the file, so that another content is another pass."""
    if file.path is None:
        return "import"
    path = Path(file.path)
    return sha256(path.read_bytes()).hexdigest() if path.is_file() else "missing"


def read_scores(reader: Reader, file: ScoreFile) -> Mapping[str, float]:
    """Give the numbers by our trace id.

    Raises:
        MissingError: when the file is not there.
        InputError: for a row without an id or a number, and for a file that names none of the store's traces.
    """
    if file.path is None:
        rows = reader.rows(load_query("filter_extras", "stages").sql, {"name": file.column})
        return {str(trace_id): float(str(value)) for trace_id, value in rows}
    path = Path(file.path)
    if not path.is_file():
        raise MissingError(f"{file.name}: there is no file {path}", "check the path in the policy")
    said = _read_file(path, file)
    found: dict[str, float] = {}
    for ids in reader.rows(load_query("filter_ids", "stages").sql):
        known = next((said[str(one)] for one in ids if one and str(one) in said), None)
        if known is not None:
            found[str(ids[0])] = known
    if not found:
        raise InputError(
            f"{path}: none of its {len(said)} ids is a trace or problem of this store",
            'ids are ours or the origin\'s: `tracemill sql "SELECT trace_id, origin_id FROM traces"`',
        )
    return found


def _read_file(path: Path, file: ScoreFile) -> dict[str, float]:
    from curate.sources.row_complaint import RowComplaint
    from curate.sources.rows import read_plain_rows

    sums: defaultdict[str, list[float]] = defaultdict(list)
    for row in read_plain_rows(path):
        if isinstance(row, RowComplaint):
            if row.reason == "cleaned":
                continue
            raise InputError(f"{path}, line {row.line}: {row.message}", "correct or remove the line")
        name = next((row.values[key] for key in _IDS if row.values.get(key) is not None), None)
        value = _number(row.values, file.column)
        if name is None or value is None:
            what = f"no number {file.column}" if name is not None else f"no id ({', '.join(_IDS)})"
            raise InputError(f"{path}, line {row.line}: {what}", "correct or remove the line")
        sums[str(name)].append(value)
    return {name: sum(values) / len(values) for name, values in sums.items()}


def _number(values: Mapping[str, object], column: str) -> float | None:
    """Read the column; a pass rate may be two counts, and a verdict per sample counts as 0 or 1."""
    given = values.get(column)
    if given is None and column == "pass_rate" and "n_correct" in values and "n_samples" in values:
        n_samples = _finite(values["n_samples"])
        n_correct = _finite(values["n_correct"])
        return n_correct / n_samples if n_samples and n_correct is not None else None
    return _finite(given)


def _finite(value: object) -> float | None:
    try:
        number = float(str(value)) if not isinstance(value, bool) else float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
