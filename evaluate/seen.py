"""Refuse to measure a student on what it was trained on: such a score is memory.

In: what the training's folder says of its questions, and the suites. A training writes the keys of all its
questions, validation among them, to `problems.json`; an older one names its export, which is then looked at.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from curate.errors import GateError
from curate.ids import content_id, text_key
from curate.prompts import question_text
from evaluate.benchmarks import Suite
from evaluate.local.students import Student

PROBLEMS = "problems.json"


@dataclass(frozen=True, slots=True)
class Seen:
    """How many problems of each benchmark a student was trained on; `is_known` is false when nothing says."""

    is_known: bool
    by_benchmark: tuple[tuple[str, int, int], ...] = ()
    """Name, seen problems, all problems."""
    first: str = ""


def check_seen(student: Student, suites: Sequence[Suite], export: Path | None) -> Seen:
    """Compare the questions of a training with those of the benchmarks, letters and digits only."""
    if student.training is None:
        return Seen(False)
    keys = _trained_keys(student, export)
    if keys is None:
        return Seen(False)
    found, first = [], ""
    for suite in suites:
        hits = [item for item in suite.items if question_key(question_text(item.problem)) in keys]
        first = first or (hits[0].problem.question if hits else "")
        found.append((suite.name, len(hits), len(suite.items)))
    return Seen(True, tuple(found), first)


def require_unseen(seen: Seen, label: str, *, allow: bool) -> None:
    """End where a student would be measured on its own training problems.

    Raises:
        GateError: naming the benchmarks and one problem.
    """
    hits = [f"{name} ({count} of {n})" for name, count, n in seen.by_benchmark if count]
    if not hits or allow:
        return
    raise GateError(
        f"{label} was trained on problems of {', '.join(hits)}, one is: {' '.join(seen.first.split())[:100]}",
        "decontaminate the export (filter.decontaminate) and train again, measure another benchmark, or set "
        "evaluate.allow_seen: true",
    )


def question_key(text: str) -> str:
    """Give the key under which a question counts as the same."""
    return content_id("text_key", text_key(text))


def _trained_keys(student: Student, export: Path | None) -> set[str] | None:
    assert student.training is not None
    path = student.training / PROBLEMS
    try:
        return set(json.loads(path.read_text(encoding="utf-8"))["questions"])
    except (OSError, ValueError, KeyError, TypeError):
        return _keys_of_export(student, export)


def _keys_of_export(student: Student, export: Path | None) -> set[str] | None:
    """Read the questions of the export, when it is still the one that the training used."""
    if export is None or student.data is None:
        return None
    manifest = export / "manifest.json"
    if not manifest.is_file():
        return None
    data = manifest.read_bytes()
    if hashlib.sha256(data).hexdigest() != student.data.get("manifest_sha256"):
        return None
    keys: set[str] = set()
    for entry in orjson.loads(data)["files"]:
        name = str(entry["path"])
        if name.endswith(".jsonl") and name != "lineage.jsonl":
            keys |= {
                question_key(_prompt_of(orjson.loads(line)))
                for line in (export / name).read_bytes().splitlines()
            }
    return keys or None


def _prompt_of(row: dict[str, object]) -> str:
    if "messages" in row:
        return str(row["messages"][0]["content"])  # type: ignore[index]
    if "conversations" in row:
        return str(row["conversations"][0]["value"])  # type: ignore[index]
    prompt = row.get("prompt", row.get("instruction", ""))
    return str(prompt[0]["content"]) if isinstance(prompt, list) and prompt else str(prompt)
