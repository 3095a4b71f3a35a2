"""Run a policy's selection over everything that its rules keep.

In: the candidates. Out: who is left out, by which step, and in which place the others stand. Pure; the same
candidates in any order give the same answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from curate.filters.apply import decision_of
from curate.filters.policy import Policy
from curate.filters.selection import Candidate, Order
from curate.types import Decision


@dataclass(frozen=True, slots=True)
class Selection:
    """`left_out` and `places` by trace; `places` is empty where the policy asks for no order."""

    left_out: dict[str, Decision]
    places: dict[str, int]


def run_selection(policy: Policy, candidates: Sequence[Candidate]) -> Selection:
    """Run the steps one after the other."""
    left = sorted(candidates, key=attrgetter("trace_id"))
    left_out: dict[str, Decision] = {}
    places: dict[str, int] = {}
    for step in policy.select:
        for trace_id, finding in step.choose(left):
            left_out[trace_id] = decision_of(trace_id, step, finding)
        left = [candidate for candidate in left if candidate.trace_id not in left_out]
        if isinstance(step, Order):
            places = step.places(left)
    return Selection(left_out, places)
