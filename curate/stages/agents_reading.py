"""What agents read from a store: solutions with their verdicts, and the answers of second models."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import orjson

from curate.store import Store
from curate.types import Json, ParseState, Problem, Role, TraceFormat, VerdictStatus
from queries import load_query


@dataclass(frozen=True, slots=True)
class AgentTrace:
    """A solution, repair or rewrite. `status` is None while nothing checked it; `detail` is the verdict's."""

    trace_id: str
    role: Role
    format: TraceFormat
    teacher_id: str
    parent_trace_id: str | None
    parse_state: ParseState
    stated_answer: str | None
    with_gold: bool
    text: str
    reasoning: str
    status: VerdictStatus | None
    reason: str
    detail: Mapping[str, Json]
    is_judged: bool
    problem: Problem

    @property
    def answer(self) -> str | None:
        """Give the stated answer, or for equations what they were solved to."""
        solved = self.detail.get("answer")
        return self.stated_answer or (
            solved if self.format is TraceFormat.EOT and isinstance(solved, str) else None
        )

    @property
    def is_correct(self) -> bool:
        """Say whether a rule found the answer right."""
        return self.status is VerdictStatus.CORRECT


def read_traces(store: Store, is_wanted: Callable[[AgentTrace], bool]) -> Iterator[AgentTrace]:
    """Stream the wanted solutions in the order of their ids."""
    with store.read() as reader:
        for batch in reader.batches(load_query("agent_traces", "stages").sql):
            for row in batch.to_pylist():
                trace = _trace(row)
                if is_wanted(trace):
                    yield trace


def read_answers(store: Store, role: Role) -> dict[str, str]:
    """Give the texts that second models answered in one role, by request id."""
    with store.read() as reader:
        rows = reader.rows(load_query("agent_answers", "stages").sql, {"role": role.value})
    return {str(request_id): str(text or "") for request_id, text in rows}


def _trace(row: Mapping[str, object]) -> AgentTrace:
    def text(name: str) -> str:
        value = row[name]
        return "" if value is None else str(value)

    detail = orjson.loads(text("detail_json") or "{}")
    choices = row["choices"]
    problem = Problem(
        text("problem_id"),
        text("source"),
        text("question"),
        None if row["gold"] is None else text("gold"),
        tuple(str(choice) for choice in choices) if isinstance(choices, list) else (),
        text("split"),
        text("subject"),
        text("level"),
        text("licence"),
        text("solution"),
        text("origin_id"),
    )
    return AgentTrace(
        text("trace_id"),
        Role(text("role")),
        TraceFormat(text("format")),
        text("teacher_id"),
        text("parent_trace_id") or None,
        ParseState(text("parse_state")),
        text("stated_answer") or None,
        bool(row["with_gold"]),
        text("text"),
        text("reasoning"),
        VerdictStatus(text("status")) if row["status"] is not None else None,
        text("reason"),
        detail if isinstance(detail, dict) else {},
        bool(row["is_judged"]),
        problem,
    )
