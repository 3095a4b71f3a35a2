"""Decide a whole store: rules problem by problem, then the selection over everything they keep.

Facts in, decisions out, all rows of a trace side by side. Drops leave at once; where the policy selects, what
the rules keep waits for the selection, some 400 bytes a trace.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from operator import attrgetter

from curate.filters import Policy, TraceFacts
from curate.filters.apply import decide_problem, is_kept
from curate.filters.select import run_selection
from curate.filters.selection import Candidate, candidate_of
from curate.filters.selection.candidate import pass_rate_of
from curate.types import Decision


def decide_store(policy: Policy, facts: Iterable[TraceFacts]) -> Iterator[Decision]:
    """Decide all traces; `facts` must have the traces of a problem side by side."""
    waiting: list[tuple[Candidate, tuple[Decision, ...]]] = []
    for _, group in groupby(facts, key=attrgetter("problem_id")):
        traces = tuple(group)
        by_id = {trace.trace_id: trace for trace in traces}
        rate = pass_rate_of(traces) if policy.select else None
        for trace_id, rows in groupby(decide_problem(policy, traces), key=attrgetter("trace_id")):
            said = tuple(rows)
            if policy.select and any(is_kept(row) for row in said):
                waiting.append((candidate_of(by_id[trace_id], rate), said))
            else:
                yield from said
    selection = run_selection(policy, [candidate for candidate, _ in waiting])
    for candidate, said in waiting:
        left_out = selection.left_out.get(candidate.trace_id)
        place = selection.places.get(candidate.trace_id)
        for row in said:
            if not is_kept(row):
                yield row
            elif left_out is None:
                yield row if place is None else replace(row, value=float(place))
            else:
                yield left_out
