"""What a page shows in numbers: every named query as a table, and the bars that are drawn from some of them.

Reads the store through its reader and `queries/reports`; computes nothing that a query does not already say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from curate.report.show import show_usd
from queries import Query, list_queries, load_query

if TYPE_CHECKING:
    from curate.store.reader import Reader

MOST_ROWS = 2_000
"""Rows of a query that are held; the page shows fewer of them."""


@dataclass(frozen=True, slots=True)
class Table:
    """The answer of one named query, cut to its first rows; the columns are those of the query's header."""

    query: Query
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    n_rows: int

    def records(self) -> list[Mapping[str, object]]:
        """Give the rows by column name."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: shares of the full width, with an interval where there is one."""

    label: str
    note: str
    share: float
    low: float | None = None
    high: float | None = None
    kind: str = "rate"


@dataclass(frozen=True, slots=True)
class Stack:
    """One bar of several parts, each with its word, its count and its share."""

    label: str
    parts: tuple[tuple[str, int, float], ...]


@dataclass(frozen=True, slots=True)
class Suspect:
    """A problem whose sound traces agree on another value than its gold."""

    source: str
    question: str
    gold: str
    agreed_value: str
    n_agree: int
    n_sound: int
    n_teachers: int
    n_formats: int


@dataclass(frozen=True, slots=True)
class Headline:
    """The numbers at the top of the page."""

    n_problems: int
    n_traces: int
    n_correct: int
    n_incorrect: int
    n_teachers: int
    n_sources: int
    n_exports: int
    cost_usd: float | None
    maybe_billed_usd: float | None
    policy: str | None


@dataclass(frozen=True, slots=True)
class Saving:
    """What rounds saved against asking every problem in every round; None where nothing was priced."""

    n_asked: int
    n_full: int
    cost_usd: float | None
    full_usd: float | None


def read_tables(reader: Reader) -> dict[str, Table]:
    """Run every named query with its defaults; one that needs a parameter is left out."""
    tables = {}
    for query in list_queries("reports"):
        if any(parameter.default is None for parameter in query.parameters):
            continue
        names = tuple(column.name for column in query.columns)
        rows = reader.rows(query.sql, query.bind({}))
        tables[query.name] = Table(query, names, tuple(rows[:MOST_ROWS]), len(rows))
    return tables


def read_headline(reader: Reader) -> Headline:
    """Read the numbers at the top."""
    [row] = reader.rows(load_query("report_headline", "stages").sql)
    problems, traces, correct, incorrect, teachers, sources, exports = (int(str(n)) for n in row[:7])
    cost_usd, maybe_billed_usd, policy = row[7:]
    return Headline(
        problems,
        traces,
        correct,
        incorrect,
        teachers,
        sources,
        exports,
        _number(cost_usd),
        _number(maybe_billed_usd),
        None if policy is None else str(policy),
    )


def read_suspects(reader: Reader) -> list[Suspect]:
    """Read the problems whose gold is in doubt, with what they ask."""
    query = load_query("report_suspects", "stages")
    return [
        Suspect(str(source), str(question), str(gold), str(value), *(int(str(n)) for n in counts))
        for source, question, gold, value, *counts in reader.rows(query.sql, query.bind({}))
    ]


def read_benchmark_bars(reader: Reader) -> list[Bar]:
    """Read how many problems stand in each benchmark, and draw the counts as shares of the largest."""
    rows = [
        (str(name), int(str(n))) for name, n in reader.rows(load_query("report_benchmarks", "stages").sql)
    ]
    most = max((n for _, n in rows), default=1)
    return [Bar(name, f"{n:,} problem{'' if n == 1 else 's'}", n / most, kind="drop") for name, n in rows]


def funnel_bars(table: Table) -> list[Bar]:
    """Draw the steps from asked to exported, each with the share of what was asked."""
    return [
        Bar(str(row["step"]), f"{row['n']:,} — {row['meaning']}", _number(row["share"]) or 0.0, kind="step")
        for row in table.records()
    ]


def rate_bars(table: Table, names: Sequence[str], most: int = 40) -> list[Bar]:
    """Draw shares of right traces with their intervals: the largest cells, in the query's order."""
    rows = table.records()
    floor = sorted((_count(row) for row in rows), reverse=True)[:most][-1:] or [0]
    shown = [row for row in rows if _count(row) >= floor[0]][:most]
    return [
        Bar(
            " · ".join(_part(name, row[name]) for name in names if row[name] not in (None, "")),
            f"{_number(row['rate']) or 0:.0%} of {_count(row):,}",
            _number(row["rate"]) or 0.0,
            _number(row["low"]),
            _number(row["high"]),
        )
        for row in shown
    ]


def length_columns(table: Table) -> dict[str, list[Bar]]:
    """Draw shares of right traces by tenths of length, for each format."""
    found: dict[str, list[Bar]] = {}
    for row in table.records():
        share, low, high = (_number(row[name]) for name in ("rate", "low", "high"))
        note = (
            f"{share or 0:.0%} of {_count(row):,} traces, {row['min_words']:,} to {row['max_words']:,} words"
        )
        found.setdefault(str(row["format"]), []).append(
            Bar(f"{row['max_words']:,}", note, share or 0.0, low, high)
        )
    return found


def cost_bars(table: Table) -> list[Bar]:
    """Draw what a right trace costs, as shares of the dearest; in tokens where nothing was priced."""
    rows = [row for row in table.records() if row["n_correct"]]
    is_priced = any(row["usd_per_correct"] is not None for row in rows)
    unit = "usd_per_correct" if is_priced else "tokens_per_correct"
    costs = [_number(row[unit]) for row in rows]
    most = max((cost for cost in costs if cost is not None), default=0.0)
    found = []
    for row, cost in zip(rows, costs, strict=True):
        tokens = _number(row["tokens_per_correct"])
        parts = [
            f"{show_usd(1000 * cost)} per 1,000" if is_priced and cost is not None else "",
            "" if tokens is None else f"{tokens:,.0f} tokens each",
        ]
        label = f"{row['teacher']} · {row['format']}"
        share = cost / most if cost and most else 0.0
        found.append(Bar(label, ", ".join(filter(None, parts)), share, kind="count"))
    return found


def agreement_stacks(table: Table) -> list[Stack]:
    """Draw for each pair of formats the problems that both, one or neither solves."""
    found = []
    for row in table.records():
        a, b, total = str(row["format_a"]), str(row["format_b"]), int(str(row["n_problems"]))
        names = (
            ("both", "n_both"),
            (f"only {a}", "n_only_a"),
            (f"only {b}", "n_only_b"),
            ("neither", "n_neither"),
        )
        counts = [(word, int(str(row[name]))) for word, name in names]
        parts = tuple((word, n, n / total if total else 0.0) for word, n in counts)
        found.append(Stack(f"{a} and {b}, {total:,} problems", parts))
    return found


def copy_bars(table: Table, most: int = 20) -> list[Bar]:
    """Draw the share of copies where there are any, those with most copies first."""
    rows = [row for row in table.records() if row["n_copies"]]
    rows.sort(key=lambda row: -int(str(row["n_copies"])))
    return [
        Bar(
            f"{row['teacher']} · {row['format']} · {row['source']}",
            f"{row['n_copies']:,} of {_count(row):,}",
            _number(row["share"]) or 0.0,
            kind="drop",
        )
        for row in rows[:most]
    ]


def count_bars(table: Table, label: str, count: str) -> list[Bar]:
    """Draw counts as shares of the largest one."""
    rows = table.records()
    most = max((int(str(row[count])) for row in rows), default=0)
    return [
        Bar(str(row[label]), f"{row[count]:,}", int(str(row[count])) / most if most else 0.0, kind="count")
        for row in rows
    ]


def reason_bars(table: Table) -> list[Bar]:
    """Draw what each rule is the first to drop, over all formats, the largest first; kept is no reason."""
    first: dict[str, int] = {}
    alone: dict[str, int] = {}
    total = 0
    for row in table.records():
        rule, n = str(row["rule"]), int(str(row["n_first"]))
        total += n
        if rule != "kept" and n:
            first[rule] = first.get(rule, 0) + n
            alone[rule] = alone.get(rule, 0) + int(str(row["n_alone"]))
    ordered = sorted(first.items(), key=lambda pair: (-pair[1], pair[0]))
    return [
        Bar(rule, f"{n:,} first, {alone[rule]:,} by it alone", n / total if total else 0.0, kind="drop")
        for rule, n in ordered
    ]


def saving_of(waves: Table) -> Saving | None:
    """Compare what was asked with asking every problem in every round; None when there was one round."""
    rows = waves.records()
    if len({row["wave"] for row in rows}) < 2:
        return None
    n_problems = max(int(str(row["n_problems"])) for row in rows)
    asked = full = 0.0
    cost: float | None = 0.0
    full_usd: float | None = 0.0
    for row in rows:
        factor = n_problems / max(1, int(str(row["n_problems"])))
        n, usd = int(str(row["n_requests"])), _number(row["cost_usd"])
        asked, full = asked + n, full + n * factor
        cost = None if cost is None or usd is None else cost + usd
        full_usd = None if full_usd is None or usd is None else full_usd + usd * factor
    return Saving(round(asked), round(full), cost, full_usd)


def _count(row: Mapping[str, object]) -> int:
    return int(str(row["n_traces"]))


def _part(name: str, value: object) -> str:
    return f"level {value}" if name == "granularity" else str(value)


def _number(value: object) -> float | None:
    if value is None or value != value:
        return None
    return float(str(value))
