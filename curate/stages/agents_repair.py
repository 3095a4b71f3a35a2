"""The critic and the repair rounds: what is wrong with a solution goes back to the teacher that wrote it.

For equations it is the solver's reject code, for programs the traceback; where there is none, and for words,
a second model names the first wrong step, without seeing the gold. A repair is a trace of its own with the
old one as parent. Refusals, empty, cut and failed answers are not repaired: another sample is their remedy.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from curate.curation_sections import CriticAgentSection
from curate.prompts import agent_template
from curate.stages.agents_desk import AgentDesk, Question, make_question
from curate.stages.agents_reading import AgentTrace, read_answers
from curate.types import ParseState, PromptTemplate, Role, TraceFormat, generated_trace_id

_MOST_CHARS = 1500
_NOTHING_FOUND = re.compile(
    r"\W*(?:none\b|no (?:wrong|incorrect|faulty)? ?(?:steps?|errors?|mistakes?)\b)", re.IGNORECASE
)
_NOT_REPAIRED = (ParseState.EMPTY, ParseState.REFUSED, ParseState.TRUNCATED, ParseState.API_ERROR)
_MISSING = {
    ParseState.NO_PROGRAM: "no program was found in the answer",
    ParseState.NO_EQUATIONS: "no equations were found in the answer",
}


@dataclass(frozen=True, slots=True)
class RepairCounts:
    """What the rounds came to. `n_found` counts findings of the critic, `n_fixed` repairs that are right."""

    n_criticised: int = 0
    n_found: int = 0
    n_repairs: int = 0
    n_fixed: int = 0
    n_unanswered: int = 0

    def plus(self, other: RepairCounts) -> RepairCounts:
        """Add two counts."""
        return RepairCounts(
            self.n_criticised + other.n_criticised,
            self.n_found + other.n_found,
            self.n_repairs + other.n_repairs,
            self.n_fixed + other.n_fixed,
            self.n_unanswered + other.n_unanswered,
        )


def read_finding(text: str) -> str | None:
    """Read what a critic wrote: its finding, None for "none" or nothing.

    >>> read_finding("None.") is None
    True
    """
    said = text.strip()
    return None if not said or _NOTHING_FOUND.match(said) else said[:_MOST_CHARS]


def feedback_of_checks(trace: AgentTrace) -> str | None:
    """Give what a check itself says of a program or system; None where it found nothing to say.

    What it says never holds the gold: a wrong result alone is no feedback.
    """
    if trace.format not in (TraceFormat.POT, TraceFormat.EOT) or trace.reason in (
        "no_gold",
        "sandbox_missing",
    ):
        return None
    if trace.parse_state in _MISSING:
        return _MISSING[trace.parse_state]
    said = next(
        (trace.detail.get(key) for key in ("traceback", "error", "message") if trace.detail.get(key)), None
    )
    return f"{trace.reason}: {said}"[:_MOST_CHARS] if isinstance(said, str) else None


def repair_traces(desk: AgentDesk, section: CriticAgentSection) -> RepairCounts:
    """Run the rounds: each repairs what the one before left wrong."""
    counts = RepairCounts()
    traces = list(desk.read(lambda trace: trace.role is Role.SOLVER and is_repairable(trace)))
    for _ in range(section.rounds):
        if not traces or desk.session.is_stopped:
            break
        findings, criticised = _find_faults(desk, section, traces)
        repairs = _ask_repairs(desk, findings)
        desk.verify()
        wanted = {generated_trace_id(question.request.request_id) for question in repairs}
        made = list(desk.read(lambda trace, wanted=wanted: trace.trace_id in wanted))  # type: ignore[misc]
        counts = counts.plus(criticised).plus(
            RepairCounts(
                n_repairs=len(made),
                n_fixed=sum(trace.is_correct for trace in made),
                n_unanswered=len(wanted) - len(made),
            )
        )
        traces = [trace for trace in made if is_repairable(trace)]
    return counts


def is_repairable(trace: AgentTrace) -> bool:
    """Say whether a repair could help: there is an answer, and no rule found it right."""
    is_unknowable = trace.reason == "sandbox_missing"
    return not (trace.is_correct or trace.with_gold or is_unknowable or trace.parse_state in _NOT_REPAIRED)


def _find_faults(
    desk: AgentDesk, section: CriticAgentSection, traces: list[AgentTrace]
) -> tuple[list[tuple[AgentTrace, str]], RepairCounts]:
    """Pair traces with what is wrong with them; those with nothing found are left out."""
    said = {trace.trace_id: feedback_of_checks(trace) for trace in traces}
    teacher, template = desk.teacher(section.teacher), agent_template(Role.CRITIC)
    questions = desk.ask(
        make_question(teacher, template, trace, Role.CRITIC, {"reasoning": trace.text})
        for trace in traces
        if said[trace.trace_id] is None
    )
    answers = read_answers(desk.session.store, Role.CRITIC) if questions else {}
    n_answered = n_found = 0
    for question in questions:
        text = answers.get(question.request.request_id)
        finding = read_finding(text) if text is not None else None
        said[question.trace.trace_id] = finding
        n_answered += text is not None
        n_found += finding is not None
    findings = [(trace, finding) for trace in traces if (finding := said[trace.trace_id]) is not None]
    return findings, RepairCounts(n_answered, n_found, n_unanswered=len(questions) - n_answered)


def _ask_repairs(desk: AgentDesk, findings: list[tuple[AgentTrace, str]]) -> list[Question]:
    template = agent_template(Role.REPAIR)
    asked: list[tuple[Question, PromptTemplate]] = []
    for trace, finding in findings:
        teacher = desk.teacher_of(trace)
        if teacher is not None:
            extras = {"reasoning": trace.text, "feedback": finding}
            asked.append(make_question(teacher, template, trace, Role.REPAIR, extras, format=trace.format))
    return desk.ask(asked)
