"""Tell the story of one trace: its problem, its checks, each rule of a policy with what it measured, its
exports.

Store in, story out; nothing is written. Decisions are those of the policy's last pass; what a rule measured
of a trace that it let pass is computed from the stored measures.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from curate.errors import UsageError
from curate.filters import KEPT, Policy, TraceFacts, read_policy
from curate.filters.rule import Finding
from curate.stages.filter_facts import read_facts, read_lookups
from queries import load_query

if TYPE_CHECKING:
    from curate.store.reader import Reader
    from curate.store.store import Store


@dataclass(frozen=True, slots=True)
class Saying:
    """What a check or a rule says, and what it says it by; numbers where there are any."""

    name: str
    says: str
    value: float | None = None
    threshold: float | None = None
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Exported:
    """An export that holds the trace."""

    path: str
    format: str
    policy: str
    row_number: int


@dataclass(frozen=True, slots=True)
class Story:
    """All there is to say of one trace. `is_kept` is None where the policy was not applied to it yet."""

    trace_id: str
    problem_id: str
    format: str
    granularity: int | None
    teacher: str
    source: str
    question: str
    gold: str | None
    stated_answer: str
    verdicts: tuple[Saying, ...]
    policy: str
    rules: tuple[Saying, ...]
    is_kept: bool | None
    first_rule: str
    exports: tuple[Exported, ...]


def explain_trace(store: Store, wanted: str, policy: str | Path = "verified") -> Story:
    """Tell the story of the trace with this id, the beginning of it, or the origin's id.

    Raises:
        UsageError: when no trace or several are meant.
        ConfigError: for an unknown policy.
    """
    chosen = read_policy(policy)
    with store.read() as reader:
        row = _find(reader, wanted)
        trace_id, problem_id = str(row[0]), str(row[1])
        rows = reader.rows(
            load_query("explain_decisions", "stages").sql, {"trace_id": trace_id, "policy": chosen.name}
        )
        decisions = [one for one in rows if one[0] == rows[0][0]]
        rules = _rules(reader, chosen, trace_id, problem_id, decisions)
        drops = [str(one[2]) for one in decisions if one[3]]
        return Story(
            trace_id,
            problem_id,
            str(row[2]),
            row[3] if isinstance(row[3], int) else None,
            str(row[4]),
            str(row[5]),
            str(row[8]),
            None if row[9] is None else str(row[9]),
            str(row[7]),
            _verdicts(reader, trace_id),
            chosen.name,
            rules,
            None if not decisions else not drops,
            drops[0] if drops else "",
            _exports(reader, trace_id),
        )


def _find(reader: Reader, wanted: str) -> tuple[object, ...]:
    rows = reader.rows(load_query("explain_find", "stages").sql, {"wanted": wanted}) if wanted else []
    if not rows:
        raise UsageError(
            f"no trace has the id {wanted!r}, begins with it, or had it at its origin",
            '`tracemill sql "SELECT trace_id, origin_id FROM traces LIMIT 10"` shows some',
        )
    if len(rows) > 1 and rows[0][0] != wanted:
        some = ", ".join(str(row[0]) for row in rows[:3])
        raise UsageError(f"{wanted!r} means {len(rows)} traces or more: {some}", "write more of the id")
    return rows[0]


def _verdicts(reader: Reader, trace_id: str) -> tuple[Saying, ...]:
    rows = reader.rows(load_query("explain_verdicts", "stages").sql, {"trace_id": trace_id})
    return tuple(
        Saying(str(verifier), str(status), evidence=_joined(str(reason), str(decided_by)))
        for verifier, status, reason, decided_by in rows
    )


def _joined(reason: str, decided_by: str) -> str:
    return f"{reason}, by {decided_by}" if decided_by and decided_by != reason else reason


def _exports(reader: Reader, trace_id: str) -> tuple[Exported, ...]:
    rows = reader.rows(load_query("explain_exports", "stages").sql, {"trace_id": trace_id})
    return tuple(Exported(str(a), str(b), str(c), int(str(d))) for a, b, c, d in rows)


def _rules(
    reader: Reader, policy: Policy, trace_id: str, problem_id: str, decisions: list[tuple[object, ...]]
) -> tuple[Saying, ...]:
    """Give every rule in order: its decision, or what it measured of a trace that it lets pass."""
    said = {str(row[2]): row for row in decisions}
    facts = {one.trace_id: one for one in read_facts(reader, read_lookups(reader, policy, None), problem_id)}
    sayings = []
    for rule in policy.all_rules:
        row = said.get(rule.name)
        if row is not None:
            says = "drops" if row[3] else "flags"
            sayings.append(
                Saying(rule.name, says, _number(row[4]), _number(row[5]), _evidence(json.loads(str(row[6]))))
            )
        elif rule not in policy.select or not any(row[3] for row in decisions):
            found = _look(facts.get(trace_id), rule.look)
            sayings.append(Saying(rule.name, "passes" if decisions else "not applied", *_numbers(found)))
    kept = said.get(KEPT)
    if kept is not None and kept[6] != "{}":
        sayings.append(Saying(KEPT, "keeps", _number(kept[4]), evidence=_evidence(json.loads(str(kept[6])))))
    return tuple(sayings)


def _look(trace: TraceFacts | None, look: object) -> Finding | None:
    return look(trace) if trace is not None and callable(look) else None


def _numbers(found: Finding | None) -> tuple[float | None, float | None, str]:
    return (None, None, "") if found is None else (found.value, found.threshold, _evidence(found.evidence))


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))


def _evidence(evidence: Mapping[str, object]) -> str:
    return ", ".join(f"{key} {value}" for key, value in evidence.items() if value not in ("", None))
