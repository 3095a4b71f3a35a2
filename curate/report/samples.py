"""Traces to look at: some of every outcome, drawn from a seed, dropped ones first."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from queries import load_query

if TYPE_CHECKING:
    from curate.store.reader import Reader

MOST_CHARS = 6_000


@dataclass(frozen=True, slots=True)
class Badge:
    """A word on a trace: a check's status or a rule's drop, with what is known of it."""

    kind: str
    """good, bad, open or plain: how it is coloured; the words say it too."""
    text: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """One trace as the page shows it."""

    outcome: str
    is_dropped: bool
    trace_id: str
    source: str
    teacher: str
    format: str
    granularity: int | None
    question: str
    choices: tuple[str, ...]
    gold: str
    stated_answer: str
    text: str
    reasoning: str
    program: str
    equations: str
    n_chars: int
    badges: tuple[Badge, ...]


def read_samples(reader: Reader, *, seed: int, n: int) -> list[Sample]:
    """Draw at most `n` traces."""
    params = {"seed": seed, "n": n, "most_chars": MOST_CHARS}
    found: list[Sample] = []
    for batch in reader.batches(load_query("report_samples", "stages").sql, params):
        found.extend(_sample(row) for row in batch.to_pylist())
    return found


def _sample(row: Mapping[str, object]) -> Sample:
    choices, granularity = row["choices"], row["granularity"]
    return Sample(
        str(row["outcome"]),
        bool(row["is_dropped"]),
        str(row["trace_id"]),
        str(row["source"]),
        str(row["teacher"]),
        str(row["format"]),
        granularity if isinstance(granularity, int) else None,
        str(row["question"]),
        tuple(map(str, choices)) if isinstance(choices, list) else (),
        str(row["gold"]),
        str(row["stated_answer"]),
        str(row["text"]),
        str(row["reasoning"]),
        str(row["program"]),
        str(row["equations"]),
        int(str(row["n_chars"])),
        tuple(_badges(row)),
    )


def _badges(row: Mapping[str, object]) -> list[Badge]:
    found = []
    for check in _structs(row["checks"]):
        status = str(check["status"])
        kind = {"correct": "good", "incorrect": "bad"}.get(status, "open")
        detail = ", ".join(str(check[name]) for name in ("reason", "decided_by") if check[name])
        found.append(Badge(kind, f"{check['verifier']}: {status}", detail))
    if not found:
        found.append(Badge("open", "not checked"))
    for drop in _structs(row["drops"]):
        found.append(Badge("bad", f"dropped: {drop['rule']}", _drop_detail(drop)))
    if row["outcome"] == "kept":
        found.append(Badge("good", "kept"))
    if row["mark"]:
        kind = "good" if row["mark"] == "accept" else "bad"
        found.append(Badge(kind, f"marked: {row['mark']}", str(row["comment"])))
    if row["parse_state"] != "ok":
        found.append(Badge("plain", f"text: {row['parse_state']}"))
    return found


def _drop_detail(drop: Mapping[str, object]) -> str:
    parts = []
    if drop["value"] is not None:
        parts.append(f"{drop['value']:g} against {drop['threshold']:g}")
    try:
        evidence = json.loads(str(drop["evidence"] or "{}"))
    except ValueError:
        evidence = {}
    parts.extend(f"{name} {str(value)[:120]}" for name, value in evidence.items() if value not in (None, ""))
    return ", ".join(parts)


def _structs(value: object) -> list[Mapping[str, object]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
