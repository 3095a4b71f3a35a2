"""The verifier agent: a second model says CORRECT or INCORRECT and why. It never overrules a rule.

Its word is stored as a verdict of the verifier `judge`, beside the rules' own. It is read strictly: the first
line is one of the two words, the second a sentence; anything else is undecided.
Baral et al. 2026, section 3.2.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from curate.curation_sections import VerifierAgentSection
from curate.prompts import agent_template
from curate.stages.agents_desk import AgentDesk, make_question
from curate.stages.agents_reading import AgentTrace, read_answers
from curate.types import Json, Role, Verdict, VerdictStatus

JUDGE = "judge"
JUDGE_VERSION = "judge-1"
_MOST_CHARS = 1000
_FIRST_LINE = re.compile(r"\**(CORRECT|INCORRECT)\**[.:]?")


@dataclass(frozen=True, slots=True)
class JudgeCounts:
    """What judging came to. `n_disagreeing` counts judgements against a rule that had decided."""

    n_judged: int = 0
    n_correct: int = 0
    n_incorrect: int = 0
    n_undecided: int = 0
    n_disagreeing: int = 0
    n_unanswered: int = 0


def read_judgement(text: str) -> tuple[VerdictStatus, str]:
    """Read what a judge wrote: status and its sentence; UNDECIDED for anything but the asked form.

    >>> read_judgement("INCORRECT\\nThe sum is off by one.")
    (<VerdictStatus.INCORRECT: 'incorrect'>, 'The sum is off by one.')
    >>> read_judgement("I think it is CORRECT")[0]
    <VerdictStatus.UNDECIDED: 'undecided'>
    """
    lines = [line.strip() for line in text[:_MOST_CHARS].splitlines() if line.strip()]
    found = _FIRST_LINE.fullmatch(lines[0]) if lines else None
    if found is None or len(lines) < 2:
        return VerdictStatus.UNDECIDED, " ".join(lines)
    is_correct = found[1] == "CORRECT"
    return VerdictStatus.CORRECT if is_correct else VerdictStatus.INCORRECT, " ".join(lines[1:])


def judge_traces(desk: AgentDesk, section: VerifierAgentSection) -> JudgeCounts:
    """Have every trace judged that needs it and was not; gives what came of it."""
    teacher = desk.teacher(section.teacher)

    def is_wanted(trace: AgentTrace) -> bool:
        if trace.role is Role.COMPRESSOR or trace.is_judged or trace.answer is None:
            return False
        return section.when == "always" or trace.status in (None, VerdictStatus.UNDECIDED)

    asked = []
    for trace in desk.read(is_wanted):
        with_gold = section.with_gold and trace.problem.gold is not None
        template = agent_template(Role.VERIFIER, with_gold=with_gold)
        extras = {"answer": trace.answer or ""}
        if template.with_gold:
            extras["gold"] = trace.problem.gold or ""
        asked.append(make_question(teacher, template, trace, Role.VERIFIER, extras))
    questions = desk.ask(asked)
    answers = read_answers(desk.session.store, Role.VERIFIER) if questions else {}
    verdicts = []
    for question, (_, template) in zip(questions, asked, strict=True):
        text = answers.get(question.request.request_id)
        if text is not None:
            verdict = _verdict(question.trace, text, teacher.alias, with_gold=template.with_gold)
            desk.write_verdict(verdict)
            verdicts.append((question.trace, verdict))
    return _count(verdicts, len(questions))


def _verdict(trace: AgentTrace, text: str, alias: str, *, with_gold: bool) -> Verdict:
    status, said = read_judgement(text)
    reason = "unreadable" if status is VerdictStatus.UNDECIDED else "judged"
    detail: Mapping[str, Json] = {"said": said[:_MOST_CHARS], "with_gold": with_gold}
    return Verdict(trace.trace_id, JUDGE, JUDGE_VERSION, status, reason, f"judge:{alias}", detail)


def _count(verdicts: list[tuple[AgentTrace, Verdict]], n_asked: int) -> JudgeCounts:
    statuses = [verdict.status for _, verdict in verdicts]
    decided = (VerdictStatus.CORRECT, VerdictStatus.INCORRECT)
    return JudgeCounts(
        len(verdicts),
        statuses.count(VerdictStatus.CORRECT),
        statuses.count(VerdictStatus.INCORRECT),
        statuses.count(VerdictStatus.UNDECIDED),
        sum(
            trace.status in decided and verdict.status in decided and trace.status is not verdict.status
            for trace, verdict in verdicts
        ),
        n_asked - len(verdicts),
    )
