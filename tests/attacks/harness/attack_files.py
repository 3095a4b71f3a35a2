"""Read the attack programs: text files whose first lines say what is tried and what counts as stopped.

A file is `programs/<class>/<name>.txt`. Header lines start with `# `:
`tries:` one sentence; `status:` the statuses that are allowed (any but `crash` without it); `answer:` the
exact answer that must come; `next:` the answer of the program after the line `---- next program ----`;
`machine:` the only processor it is for; `teeth` without isolation it does harm that the harness must see;
`json` the rest is a list of [text, times] that makes the source, for text that no file should hold.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

PROGRAMS = Path(__file__).resolve().parents[1] / "programs"
_NEXT = "---- next program ----\n"
_FLAGS = ("teeth", "json")
_FIELDS = ("tries", "status", "answer", "next", "machine")


@dataclass(frozen=True)
class Attack:
    """One attack, its source with the placeholders of the world still in it."""

    name: str
    source: str
    statuses: frozenset[str]
    answer: str
    next_source: str
    next_answer: str
    machine: str
    has_teeth: bool


def attack_names() -> list[str]:
    """Name every attack as `class/name`."""
    return sorted(f"{path.parent.name}/{path.stem}" for path in PROGRAMS.glob("*/*.txt"))


def read_attack(name: str) -> Attack:
    """Read one attack; a header that is not understood is an error, so that no expectation is lost."""
    lines = (PROGRAMS / f"{name}.txt").read_text(encoding="utf-8").splitlines(keepends=True)
    fields: dict[str, str] = {}
    while lines and _is_header(lines[0]):
        key, _, value = lines.pop(0)[2:].strip().partition(":")
        fields[key] = value.strip()
    if "tries" not in fields:
        raise ValueError(f"{name}: the header has no `# tries:`")
    source, _, next_source = "".join(lines).partition(_NEXT)
    if "json" in fields:
        source = "".join(text * times for text, times in json.loads(source))
    if bool(next_source) != ("next" in fields):
        raise ValueError(f"{name}: a next program and its answer come together")
    return Attack(
        name=name,
        source=source,
        statuses=frozenset(fields.get("status", "").split()),
        answer=fields.get("answer", ""),
        next_source=next_source or "ans = 2 + 2",
        next_answer=fields.get("next", "4"),
        machine=fields.get("machine", ""),
        has_teeth="teeth" in fields,
    )


def _is_header(line: str) -> bool:
    key = line[2:].strip().partition(":")[0]
    return line.startswith("# ") and (line[2:].strip() in _FLAGS or (key in _FIELDS and ":" in line))
