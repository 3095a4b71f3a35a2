"""Count what a policy does while its decisions go by, and what a filter reports in the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from curate.filters import KEPT, Policy, TraceFacts
from curate.types import Decision


@dataclass(frozen=True, slots=True)
class FilterProgress:
    """How far a filter has come."""

    done: int
    total: int
    n_kept: int


@dataclass(frozen=True, slots=True)
class RuleCount:
    """What one rule did: traces it dropped, dropped before any other rule, that no other rule drops, and
    that it flagged without dropping them."""

    rule: str
    n_dropped: int
    n_dropped_first: int
    n_dropped_alone: int
    n_flagged: int = 0


@dataclass(frozen=True, slots=True)
class FormatCount:
    """What became of the traces of one format."""

    format: str
    n_traces: int
    n_kept: int


@dataclass(frozen=True, slots=True)
class FilterReport:
    """What a policy says of a store.

    `is_new` is False when the last pass said the same and nothing was written.
    """

    policy: str
    policy_id: str
    benchmarks: tuple[str, ...]
    n_traces: int
    n_kept: int
    rules: tuple[RuleCount, ...]
    formats: tuple[FormatCount, ...]
    run_id: str
    is_new: bool
    seconds: float

    @property
    def n_dropped(self) -> int:
        """Count the dropped traces; kept and dropped together are all."""
        return self.n_traces - self.n_kept


class FilterTally:
    """Counts per rule and format. Formats of the current problem are remembered until it is decided."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._pending: dict[str, str] = {}
        self._dropped: Counter[str] = Counter()
        self._first: Counter[str] = Counter()
        self._alone: Counter[str] = Counter()
        self._flagged: Counter[str] = Counter()
        self._traces: Counter[str] = Counter()
        self._kept: Counter[str] = Counter()

    @property
    def n_traces(self) -> int:
        """Count the traces decided so far."""
        return self._traces.total()

    @property
    def n_kept(self) -> int:
        """Count the traces kept so far."""
        return self._kept.total()

    def watch(self, facts: Iterable[TraceFacts]) -> Iterator[TraceFacts]:
        """Pass facts on, remembering the format of each."""
        for trace in facts:
            self._pending[trace.trace_id] = str(trace.format)
            yield trace

    def add(self, decisions: Sequence[Decision]) -> None:
        """Count all decisions on one trace."""
        form = self._pending.pop(decisions[0].trace_id)
        self._traces[form] += 1
        self._flagged.update(d.rule for d in decisions if not d.is_dropped and d.rule != KEPT)
        drops = [decision.rule for decision in decisions if decision.is_dropped]
        if not drops:
            self._kept[form] += 1
            return
        self._dropped.update(drops)
        self._first[drops[0]] += 1
        if len(drops) == 1:
            self._alone[drops[0]] += 1

    def report(
        self, *, benchmarks: tuple[str, ...], run_id: str, is_new: bool, seconds: float
    ) -> FilterReport:
        """Put the counts together."""
        names = dict.fromkeys(rule.name for rule in self._policy.all_rules)
        rules = tuple(
            RuleCount(n, self._dropped[n], self._first[n], self._alone[n], self._flagged[n]) for n in names
        )
        formats = tuple(FormatCount(f, self._traces[f], self._kept[f]) for f in sorted(self._traces))
        return FilterReport(
            self._policy.name,
            self._policy.policy_id,
            benchmarks,
            self.n_traces,
            self.n_kept,
            rules,
            formats,
            run_id,
            is_new,
            seconds,
        )
