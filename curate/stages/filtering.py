"""Filter a store: apply a policy to every trace and journal its decisions.

Store in, report out. What rules look at in texts is measured first, once for every text (`measuring`). Then
every trace gets one row or more: a row from each rule that drops it, with value, threshold and evidence, or
one row of the rule `kept`. Nothing is deleted and no teacher is asked; another policy is another pass. A
policy that would look at exactly what its last pass looked at writes nothing. Decisions are written in
blocks; the last one completes the pass, so a killed filter leaves the pass before it in force.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from curate.filters import Policy, read_policy
from curate.filters.contamination import BenchmarkIndex
from curate.stages.benchmarks import Benchmark, read_benchmarks
from curate.stages.deciding import decide_store
from curate.stages.filter_facts import read_facts, read_fingerprint, read_lookups
from curate.stages.filter_tally import FilterProgress, FilterReport, FilterTally
from curate.stages.measures import OnMeasured, measure_store
from curate.store.records import DecisionsRecord, PolicyRecord, RunRecord
from curate.types import Decision
from queries import load_query

if TYPE_CHECKING:
    from curate.store.journal import JournalWriter
    from curate.store.reader import Reader
    from curate.store.store import Store

BLOCK = 2_000
"""Decisions per journal record: about 400 kB, so that a record stays far below a segment."""

OnFilterProgress = Callable[[FilterProgress], None]


@dataclass(frozen=True, slots=True)
class _Pass:
    """A policy on its way through a store."""

    policy: Policy
    run_id: str
    now: Callable[[], float]


def filter_store(
    store: Store,
    *,
    policy: str | Path = "verified",
    decontaminate: Sequence[str] = (),
    benchmarks_dir: Path | None = None,
    on_measured: OnMeasured | None = None,
    on_progress: OnFilterProgress | None = None,
    now: Callable[[], float] = time.time,
    random_hex: Callable[[], str] = lambda: secrets.token_hex(3),
) -> FilterReport:
    """Apply a policy (a preset's name or a file) to all traces of a store.

    `decontaminate` names benchmarks: by name (from `benchmarks_dir` or the hub), as `name=path` or by path;
    all traces of their problems are dropped.

    Raises:
        ConfigError: for an unknown policy or a policy file with faults.
        MissingError, InputError: for a benchmark without a file, or with an unreadable one.
        StoreError, JournalError: from the store.
    """
    started = now()
    benchmarks = read_benchmarks(decontaminate, benchmarks_dir)
    labels = tuple(benchmark.label for benchmark in benchmarks)
    chosen = read_policy(policy)
    chosen = chosen.against(labels) if labels else chosen
    run = _Pass(chosen, store.new_run_id(started, random_hex()), now)
    tally = FilterTally(chosen)
    store.project()
    measure_store(store, chosen, now=now, random_hex=random_hex, on_measured=on_measured)
    with store.read() as reader:
        inputs, total = read_fingerprint(reader, chosen)
        last_run_id, last_inputs = _last_pass(reader, chosen)
        decisions = _told(_decide(reader, chosen, benchmarks, tally), tally, total, on_progress)
        is_new, is_back = last_inputs != inputs, False
        if is_new:
            with store.write_journal(run.run_id) as journal:
                _write(journal, run, decisions, inputs, is_known=bool(last_run_id))
        else:
            for _ in decisions:
                pass
            is_back = not _is_active(reader, chosen)
            if is_back:
                with store.write_journal(run.run_id) as journal:
                    _take_up(journal, run, last_run_id)
    if is_new or is_back:
        store.project()
    return tally.report(
        benchmarks=labels,
        run_id=run.run_id if is_new else last_run_id,
        is_new=is_new,
        seconds=now() - started,
    )


def _last_pass(reader: Reader, policy: Policy) -> tuple[str, str]:
    rows = reader.rows(load_query("last_pass", "stages").sql, {"policy_id": policy.policy_id})
    return (str(rows[0][0]), str(rows[0][1])) if rows else ("", "")


def _is_active(reader: Reader, policy: Policy) -> bool:
    return reader.rows(load_query("active_policy", "stages").sql) == [(policy.policy_id,)]


def _take_up(journal: JournalWriter, run: _Pass, last_run_id: str) -> None:
    """Make a policy that was applied before decide again: its last pass, without a row written anew."""
    journal.append(RunRecord(run.run_id, "start", run.now(), "filter"))
    journal.append(DecisionsRecord(run.policy.policy_id, last_run_id, run.now(), (), is_last=True))
    journal.append(RunRecord(run.run_id, "stop", run.now(), "filter"))


def _decide(
    reader: Reader, policy: Policy, benchmarks: Sequence[Benchmark], tally: FilterTally
) -> Iterator[Decision]:
    rule = policy.contamination
    items = chain.from_iterable(benchmark.items for benchmark in benchmarks)
    index = BenchmarkIndex(items, rule.share) if rule and benchmarks else None
    facts = read_facts(reader, read_lookups(reader, policy, index))
    return decide_store(policy, tally.watch(facts))


def _told(
    decisions: Iterator[Decision], tally: FilterTally, total: int, on_progress: OnFilterProgress | None
) -> Iterator[Decision]:
    """Count decisions by trace as they pass, and tell the caller now and then."""
    for _, group in groupby(decisions, key=attrgetter("trace_id")):
        of_trace = tuple(group)
        tally.add(of_trace)
        yield from of_trace
        if on_progress is not None and (tally.n_traces % BLOCK == 0 or tally.n_traces == total):
            on_progress(FilterProgress(tally.n_traces, total, tally.n_kept))


def _write(
    journal: JournalWriter, run: _Pass, decisions: Iterator[Decision], inputs: str, *, is_known: bool
) -> None:
    policy = run.policy
    journal.append(RunRecord(run.run_id, "start", run.now(), "filter", config_hash=inputs))
    if not is_known:
        journal.append(PolicyRecord(policy.policy_id, policy.name, policy.rules_json(), run.now()))
    block: list[Decision] = []
    for decision in decisions:
        if len(block) == BLOCK:
            journal.append(DecisionsRecord(policy.policy_id, run.run_id, run.now(), tuple(block)))
            block.clear()
        block.append(decision)
    journal.append(DecisionsRecord(policy.policy_id, run.run_id, run.now(), tuple(block), is_last=True))
    journal.append(RunRecord(run.run_id, "stop", run.now(), "filter"))
