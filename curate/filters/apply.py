"""Apply a policy to facts: every rule looks at every trace, each drop is a decision, each kept trace has one
row.

Facts arrive grouped by problem; memory holds one problem at a time. A trace that several rules drop gets a
row from each, in the policy's order, so that "dropped first" and "dropped by this rule alone" can both be
counted. What a person accepted is kept all the same, where the policy honours marks (`rules/human_mark.py`).
A flag is a row that drops nothing, beside the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter

from curate.filters.facts import TraceFacts
from curate.filters.policy import KEPT, Policy
from curate.filters.rule import Finding, Rule
from curate.filters.rules.human_mark import ACCEPT, HumanMark, overrule
from curate.ids import content_id
from curate.types import Decision

KEPT_ID = content_id("rule", KEPT)


def apply_policy(policy: Policy, facts: Iterable[TraceFacts]) -> Iterator[Decision]:
    """Decide all traces; `facts` must have the traces of a problem side by side.

    Gives at least one decision per trace: its drops, or one row of the rule `kept`; flags come after them.
    """
    for _, group in groupby(facts, key=attrgetter("problem_id")):
        yield from decide_problem(policy, tuple(group))


def decide_problem(policy: Policy, traces: tuple[TraceFacts, ...]) -> Iterator[Decision]:
    """Decide the traces of one problem, in their order."""
    honours = any(isinstance(rule, HumanMark) for rule in policy.rules)
    drops: dict[str, list[Decision]] = {}
    flags: dict[str, list[Decision]] = {}
    for rule in policy.rules:
        for trace_id, finding in rule.judge(traces):
            found = flags if rule.is_flag else drops
            found.setdefault(trace_id, []).append(decision_of(trace_id, rule, finding))
    for trace in traces:
        said, kept = drops.get(trace.trace_id, []), keep(trace.trace_id)
        yield from overrule(trace, said, kept) if honours and trace.mark == ACCEPT else said or [kept]
        yield from flags.get(trace.trace_id, [])


def decision_of(trace_id: str, rule: Rule, finding: Finding) -> Decision:
    """Give the row that a finding becomes."""
    is_dropped = not rule.is_flag
    return Decision(
        trace_id, rule.rule_id, rule.name, is_dropped, finding.value, finding.threshold, finding.evidence
    )


def keep(trace_id: str) -> Decision:
    """Give the row that keeps a trace."""
    return Decision(trace_id, KEPT_ID, KEPT, False)


def is_kept(decision: Decision) -> bool:
    """Say whether a decision is the row that keeps a trace."""
    return not decision.is_dropped and decision.rule == KEPT
