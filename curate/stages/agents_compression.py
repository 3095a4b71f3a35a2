"""The compressor: one verified chain of thought per problem, rewritten at shrinking lengths.

Each level is verified anew and must be shorter than its parent, bring no number that stands neither in the
problem nor in the parent, and not copy it. A level that fails is dropped: the verdict `compression` says why,
and the next level is rewritten from the last good one. The parent's text never takes a level's place.
Baral et al. 2026, section 3.3; asked ratios are not obeyed, so the measured one is stored beside the asked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from curate.curation_sections import CompressorAgentSection
from curate.ids import normalise_text
from curate.prompts import agent_template
from curate.stages.agents_desk import AgentDesk, Question, make_question
from curate.stages.agents_reading import AgentTrace
from curate.types import Json, Problem, Role, TraceFormat, Verdict, VerdictStatus, generated_trace_id

COMPRESSION = "compression"
COMPRESSION_VERSION = "compression-1"
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_LIST_MARK = re.compile(r"^\s*(?:step\s*)?\d{1,2}\s*[.):]", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class CompressionCounts:
    """What rewriting came to: levels that were kept, and those that were dropped by reason."""

    n_roots: int = 0
    n_kept: int = 0
    dropped: tuple[tuple[str, int], ...] = ()
    n_unanswered: int = 0


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A rewrite beside what it was made from."""

    problem: Problem
    parent: str
    text: str
    status: VerdictStatus | None
    asked_words: int


@dataclass(slots=True)
class _Chain:
    """The levels of one root so far."""

    root: AgentTrace
    last: AgentTrace
    dropped: Counter[str] = field(default_factory=Counter)
    n_kept: int = 0


def check_rewrite(rewrite: Rewrite) -> str:
    """Say why a rewrite is dropped; empty when it is good.

    Reasons: unverified, answer_changed, empty, copied, not_shorter, new_number.
    """
    if not rewrite.text.strip():
        return "empty"
    if rewrite.status is VerdictStatus.INCORRECT:
        return "answer_changed"
    if rewrite.status is not VerdictStatus.CORRECT:
        return "unverified"
    if normalise_text(rewrite.text) == normalise_text(rewrite.parent):
        return "copied"
    if len(rewrite.text.split()) >= len(rewrite.parent.split()):
        return "not_shorter"
    return "new_number" if new_numbers(rewrite) else ""


def new_numbers(rewrite: Rewrite) -> list[str]:
    """List the numbers that stand neither in the problem nor in the parent; marks of lists are none."""
    problem = rewrite.problem
    known = _numbers(" ".join((problem.question, *problem.choices, problem.gold or "", rewrite.parent)))
    return sorted(_numbers(_LIST_MARK.sub(" ", rewrite.text)) - known)


def compress_traces(desk: AgentDesk, section: CompressorAgentSection) -> CompressionCounts:
    """Rewrite one verified trace per problem at every asked length below its own."""
    chains = [_Chain(root, root) for root in _choose_roots(desk)]
    teacher, template = desk.teacher(section.teacher), agent_template(Role.COMPRESSOR)
    n_unanswered = 0
    for asked in section.words:
        if desk.session.is_stopped:
            break
        due = {
            chain.root.trace_id: chain
            for chain in chains
            if asked < len(source_of(_parent(chain, section)).split())
        }
        questions = desk.ask(
            make_question(
                teacher,
                template,
                _parent(chain, section),
                Role.COMPRESSOR,
                {"reasoning": source_of(_parent(chain, section)), "n_words": str(asked)},
            )
            for chain in due.values()
        )
        desk.verify()
        n_unanswered += _take(desk, list(due.values()), questions, asked)
    dropped = sum((chain.dropped for chain in chains), Counter[str]())
    return CompressionCounts(
        len(chains), sum(chain.n_kept for chain in chains), tuple(sorted(dropped.items())), n_unanswered
    )


def source_of(trace: AgentTrace) -> str:
    """Give the text that is rewritten: the captured reasoning of a solver, else what it said."""
    return trace.text if trace.role is Role.COMPRESSOR or not trace.reasoning else trace.reasoning


def _parent(chain: _Chain, section: CompressorAgentSection) -> AgentTrace:
    return chain.root if section.source == "first" else chain.last


def _take(desk: AgentDesk, chains: list[_Chain], questions: list[Question], asked: int) -> int:
    """Judge the rewrites of one level; gives how many have not come."""
    wanted = {generated_trace_id(question.request.request_id) for question in questions}
    made = {trace.trace_id: trace for trace in desk.read(lambda trace: trace.trace_id in wanted)}
    n_missing = 0
    for chain, question in zip(chains, questions, strict=True):
        trace = made.get(generated_trace_id(question.request.request_id))
        if trace is None:
            n_missing += 1
            continue
        rewrite = Rewrite(trace.problem, source_of(question.trace), trace.text, trace.status, asked)
        reason = check_rewrite(rewrite)
        desk.write_verdict(_verdict(trace.trace_id, rewrite, reason))
        if reason:
            chain.dropped[reason] += 1
        else:
            chain.n_kept += 1
            chain.last = trace
    return n_missing


def _choose_roots(desk: AgentDesk) -> list[AgentTrace]:
    """Choose one verified chain of thought per problem: the one rewritten before, else the longest.

    Another choice in a later run would buy all levels again.
    """
    begun: set[str] = set()
    best: dict[str, AgentTrace] = {}
    for trace in desk.read(lambda trace: trace.role is Role.COMPRESSOR):
        begun.add(trace.parent_trace_id or "")
    for trace in desk.read(_may_be_root):
        before = best.get(trace.problem.problem_id)
        if before is None or _rank(trace, begun) > _rank(before, begun):
            best[trace.problem.problem_id] = trace
    return list(best.values())


def _may_be_root(trace: AgentTrace) -> bool:
    is_solution = trace.role in (Role.SOLVER, Role.REPAIR) and trace.format is TraceFormat.COT
    return is_solution and trace.is_correct and not trace.with_gold


def _rank(trace: AgentTrace, begun: set[str]) -> tuple[bool, int]:
    return trace.trace_id in begun, len(source_of(trace).split())


def _verdict(trace_id: str, rewrite: Rewrite, reason: str) -> Verdict:
    n_words, n_parent = len(rewrite.text.split()), len(rewrite.parent.split())
    detail: Mapping[str, Json] = {
        "asked_words": rewrite.asked_words,
        "n_words": n_words,
        "parent_words": n_parent,
        "asked_ratio": round(rewrite.asked_words / max(1, n_parent), 4),
        "measured_ratio": round(n_words / max(1, n_parent), 4),
        "new_numbers": list(new_numbers(rewrite)[:10]),
    }
    status = VerdictStatus.INCORRECT if reason else VerdictStatus.CORRECT
    return Verdict(trace_id, COMPRESSION, COMPRESSION_VERSION, status, reason or "shorter", "rules", detail)


def _numbers(text: str) -> set[str]:
    found = set()
    for match in _NUMBER.finditer(text):
        plain = match[0].replace(",", "")
        found.add((plain.rstrip("0").rstrip(".") if "." in plain else plain).lstrip("0") or "0")
    return found
