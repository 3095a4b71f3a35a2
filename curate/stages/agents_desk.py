"""The common ground of the agents: whom to ask, about what, and how an answer finds its way back.

Each call is an ordinary request with its own id, cost and parent. Equal questions about different traces are
one request, and its answer counts for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from curate.errors import ConfigError
from curate.prompts import render_prompt
from curate.stages.agents_reading import AgentTrace, read_traces
from curate.stages.engine.session import Session
from curate.stages.units import ListedWork, Unit
from curate.stages.verification import verify_store
from curate.store.records import VerdictsRecord
from curate.teachers.bodies import build_request
from curate.types import PromptTemplate, Request, Role, Teacher, TraceFormat, Verdict


@dataclass(frozen=True, slots=True)
class Question:
    """A request about one trace."""

    trace: AgentTrace
    request: Request


@dataclass(frozen=True, slots=True)
class AgentDesk:
    """A session with what the agents share: the run's teachers and the problems they may touch."""

    session: Session
    teachers: tuple[Teacher, ...]
    problem_ids: frozenset[str]
    workers: int | None

    def teacher(self, alias: str) -> Teacher:
        """Give a teacher of the run by alias.

        Raises:
            ConfigError: when there is none.
        """
        for teacher in self.teachers:
            if teacher.alias == alias:
                return teacher
        raise ConfigError(f"generate.agents: there is no teacher {alias!r}", "name one under `teachers:`")

    def teacher_of(self, trace: AgentTrace) -> Teacher | None:
        """Give the teacher that wrote a trace, None when this run does not have it."""
        return next((t for t in self.teachers if t.teacher_id == trace.teacher_id), None)

    def read(self, is_wanted: Callable[[AgentTrace], bool]) -> Iterator[AgentTrace]:
        """Stream wanted traces about the problems of this run; what was written so far is seen."""
        self.session.desk.journal.sync()
        return read_traces(
            self.session.store,
            lambda trace: trace.problem.problem_id in self.problem_ids and is_wanted(trace),
        )

    def ask(self, questions: Iterable[tuple[Question, PromptTemplate]]) -> list[Question]:
        """Ask what has no answer yet; gives the questions, answered or not."""
        asked = list(questions)
        units = {
            question.request.request_id: Unit(question.request, question.trace.problem, template)
            for question, template in asked
        }
        if units and not self.session.is_stopped:
            self.session.ask(ListedWork(tuple(units.values())))
            self.session.desk.journal.sync()
        return [question for question, _ in asked]

    def verify(self) -> None:
        """Check what came."""
        verify_store(self.session.store, workers=self.workers, stop=self.session.stop)

    def write_verdict(self, verdict: Verdict) -> None:
        """Journal a verdict of an agent."""
        desk = self.session.desk
        desk.journal.append(VerdictsRecord(verdict.trace_id, desk.run_id, desk.world.clock(), (verdict,)))


def make_question(
    teacher: Teacher,
    template: PromptTemplate,
    trace: AgentTrace,
    role: Role,
    extras: Mapping[str, str],
    *,
    format: TraceFormat | None = None,
) -> tuple[Question, PromptTemplate]:
    """Build the request that asks a teacher about a trace; `extras` fill the template's marks."""
    request = build_request(
        teacher,
        render_prompt(template, trace.problem, **extras),
        problem_id=trace.problem.problem_id,
        template_id=template.template_id,
        format=format or template.format,
        sample_index=0,
        role=role,
        parent_trace_id=trace.trace_id,
    )
    return Question(trace, request), template
