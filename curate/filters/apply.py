"""Apply a policy to facts: every rule looks at every trace, each drop is a decision, each kept trace has one
row.

Facts arrive grouped by problem; memory holds one problem at a time. A trace that several rules drop gets a
row from each, in the policy's order, so that "dropped first" and "dropped by this rule alone" can both be
counted. What a person accepted is kept all the same, where the policy honours marks (`rules/human_mark.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter

from curate.filters.facts import TraceFacts
from curate.filters.policy import KEPT, Policy
from curate.filters.rules.human_mark import ACCEPT, HumanMark, overrule
from curate.ids import content_id
from curate.types import Decision

KEPT_ID = content_id("rule", KEPT)


def apply_policy(policy: Policy, facts: Iterable[TraceFacts]) -> Iterator[Decision]:
    """Decide all traces; `facts` must have the traces of a problem side by side.

    Gives at least one decision per trace: its drops, or one row of the rule `kept`.
    """
    honours = any(isinstance(rule, HumanMark) for rule in policy.rules)
    for _, group in groupby(facts, key=attrgetter("problem_id")):
        traces = tuple(group)
        drops: dict[str, list[Decision]] = {}
        for rule in policy.rules:
            for trace_id, finding in rule.judge(traces):
                drops.setdefault(trace_id, []).append(
                    Decision(
                        trace_id,
                        rule.rule_id,
                        rule.name,
                        True,
                        finding.value,
                        finding.threshold,
                        finding.evidence,
                    )
                )
        for trace in traces:
            kept = Decision(trace.trace_id, KEPT_ID, KEPT, False)
            found = drops.get(trace.trace_id, [])
            yield from overrule(trace, found, kept) if honours and trace.mark == ACCEPT else found or [kept]


def is_kept(decision: Decision) -> bool:
    """Say whether a decision is the row that keeps a trace."""
    return not decision.is_dropped and decision.rule == KEPT
