"""One trace with all that is known of it, read from the store."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from queries import load_query

if TYPE_CHECKING:
    from curate.store.reader import Reader


@dataclass(frozen=True, slots=True)
class Check:
    """What one verifier says."""

    verifier: str
    version: str
    status: str
    reason: str
    decided_by: str
    detail: str


@dataclass(frozen=True, slots=True)
class Ruling:
    """What one rule of one policy says; a row of `kept` is no drop."""

    policy: str
    rule: str
    is_dropped: bool
    value: float | None
    threshold: float | None
    evidence: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TraceView:
    """A trace, its problem, its texts, its checks and decisions, and a person's mark."""

    trace_id: str
    question: str
    choices: tuple[str, ...]
    gold: str
    facts: tuple[tuple[str, str], ...]
    """Short facts by name: teacher, format, level, source, cost and the like; empty ones are left out."""
    format: str
    stated_answer: str
    text: str
    reasoning: str
    program: str
    equations: str
    n_chars: int
    mark: str
    comment: str
    checks: tuple[Check, ...]
    rulings: tuple[Ruling, ...]


_FACTS = ("teacher", "format", "granularity", "style", "role", "source", "finish_reason", "parse_state",
          "label_by", "origin_id", "request_id")  # fmt: skip


def read_trace(reader: Reader, trace_id: str) -> TraceView | None:
    """Read one trace; None when the store has none of this id."""
    query = load_query("browse_trace", "stages")
    for batch in reader.batches(query.sql, query.bind({"trace_id": trace_id})):
        for row in batch.to_pylist():
            return _view(row)
    return None


def _view(row: Mapping[str, object]) -> TraceView:
    facts = [(name.replace("_", " "), str(row[name])) for name in _FACTS if row[name]]
    facts.append(("words", f"{row['n_words']:,}"))
    if row["cost_usd"] is not None:
        facts.append(("cost", f"${row['cost_usd']:.4g}"))
    if row["label"] is not None:
        facts.append(("label of the origin", "right" if row["label"] else "wrong"))
    choices, checks, rulings = (_items(row[name]) for name in ("choices", "checks", "decisions"))
    return TraceView(
        str(row["trace_id"]),
        str(row["question"]),
        tuple(map(str, choices)),
        str(row["gold"]),
        tuple(facts),
        str(row["format"]),
        str(row["stated_answer"]),
        str(row["text"]),
        str(row["reasoning"]),
        str(row["program"]),
        str(row["equations"]),
        int(str(row["n_chars"])),
        str(row["mark"]),
        str(row["comment"]),
        tuple(_check(each) for each in checks if isinstance(each, dict)),
        tuple(_ruling(each) for each in rulings if isinstance(each, dict)),
    )


def _check(found: Mapping[str, object]) -> Check:
    detail = "\n".join(f"{name}: {value}" for name, value in _pairs(str(found["detail"])))
    return Check(
        str(found["verifier"]),
        str(found["version"]),
        str(found["status"]),
        str(found["reason"]),
        str(found["decided_by"]),
        detail,
    )


def _ruling(found: Mapping[str, object]) -> Ruling:
    value, threshold = found["value"], found["threshold"]
    return Ruling(
        str(found["policy"]),
        str(found["rule"]),
        bool(found["is_dropped"]),
        value if isinstance(value, float) else None,
        threshold if isinstance(threshold, float) else None,
        tuple(_pairs(str(found["evidence"]))),
    )


def _pairs(text: str) -> list[tuple[str, str]]:
    """Read a JSON object as names and short values; what is cut or none is shown as it stands."""
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return [("detail", text[:2_000])]
    if not isinstance(found, dict):
        return [("detail", text[:2_000])]
    return [(str(k), _short(v)) for k, v in found.items() if v not in (None, "", [], {})]


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 2_000 else text[:2_000] + " …"


def _items(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []
