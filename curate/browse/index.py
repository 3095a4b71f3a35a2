"""All traces of a store in narrow columns in memory, so that a filter answers at once and locks nothing.

A reader of the projection keeps writers out of it for as long as it is open, and a join over 100,000 traces
for each click would take longer than a click may. So the columns that people choose by are read once and
filtered here; texts stay in the store. Nothing changes after that but marks, one value each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from curate.browse.wish import FACETS, ORDERS, PAGE_ROWS, Wish
from queries import load_query

if TYPE_CHECKING:
    from curate.store.reader import Reader

MARKS = ("none", "accept", "reject")
_NUMBERS = "int32"


@dataclass(frozen=True, slots=True)
class Facet:
    """One column: its values, and for each trace the place of its value."""

    names: tuple[str, ...]
    codes: np.ndarray


@dataclass(frozen=True, slots=True)
class Entry:
    """A trace as the list shows it."""

    trace_id: str
    question: str
    gold: str
    stated_answer: str
    n_words: int
    values: Mapping[str, str]
    """The trace's value of each facet."""


@dataclass(frozen=True, slots=True)
class Found:
    """A page of the list, how many traces there are, and how many each choice would leave."""

    entries: tuple[Entry, ...]
    n_found: int
    n_all: int
    page: int
    n_pages: int
    counts: Mapping[str, tuple[tuple[str, int], ...]]


class TraceIndex:
    """The columns of one state of the store."""

    def __init__(self, traces: pa.Table, problems: pa.Table) -> None:
        self._ids = traces["trace_id"].combine_chunks()
        self._stated = traces["stated_answer"].combine_chunks()
        self._is_solution = np.asarray(traces["is_solution"].to_numpy(), dtype=bool)
        self._n_words = np.asarray(traces["n_words"].to_numpy(), dtype="int64")
        self._cost = np.asarray(traces["cost_usd"].to_numpy(), dtype="float64")
        self._facets = {name: _facet(traces[name]) for name in FACETS if name != "mark"}
        marks = _facet(traces["mark"])
        codes = np.array([MARKS.index(name) for name in marks.names], dtype=_NUMBERS)
        self._facets["mark"] = Facet(MARKS, codes[marks.codes] if len(codes) else marks.codes)
        self._problem = _facet(traces["problem_id"])
        self._questions, self._golds, self._lower = _by_problem(problems, self._problem.names)
        self._place = {trace_id: place for place, trace_id in enumerate(self._ids.to_pylist())}
        self._orders: dict[str, np.ndarray] = {}
        self._last_words: tuple[object, np.ndarray] | None = None

    def __len__(self) -> int:
        return int(self._is_solution.sum())

    def find(self, wish: Wish, in_texts: Sequence[str] | None = None) -> Found:
        """Give one page of what a wish leaves; `in_texts` are the traces whose text has the words."""
        rows = self._rows(wish, in_texts)
        n_pages = max(1, -(-len(rows) // PAGE_ROWS))
        page = min(wish.page, n_pages)
        shown = rows[(page - 1) * PAGE_ROWS : page * PAGE_ROWS]
        entries = tuple(self._entry(int(row)) for row in shown)
        return Found(entries, len(rows), len(self), page, n_pages, self._counts(wish, in_texts))

    def around(
        self, trace_id: str, wish: Wish, in_texts: Sequence[str] | None = None
    ) -> tuple[str, str, int, int]:
        """Give the traces before and after one in a list, its place from 1 on, and how many there are."""
        rows = self._rows(wish, in_texts)
        [at] = np.nonzero(rows == self._place.get(trace_id, -1))
        if not len(at):
            return "", "", 0, len(rows)
        place = int(at[0])
        before = str(self._ids[int(rows[place - 1])]) if place else ""
        after = str(self._ids[int(rows[place + 1])]) if place + 1 < len(rows) else ""
        return before, after, place + 1, len(rows)

    def siblings(self, trace_id: str, most: int = 200) -> tuple[Entry, ...]:
        """Give the traces of the same problem, this one among them."""
        place = self._place.get(trace_id)
        if place is None:
            return ()
        [rows] = np.nonzero(self._problem.codes == self._problem.codes[place])
        return tuple(self._entry(int(row)) for row in rows[:most])

    def mark(self, trace_id: str, mark: str) -> None:
        """Note a mark that was written to the journal."""
        place = self._place.get(trace_id)
        if place is not None:
            self._facets["mark"].codes[place] = MARKS.index(mark)

    def _rows(self, wish: Wish, in_texts: Sequence[str] | None) -> np.ndarray:
        order = self._order(wish.order)
        return np.asarray(order[self._mask(wish, in_texts)[order]])

    def _mask(self, wish: Wish, in_texts: Sequence[str] | None, without: str = "") -> np.ndarray:
        mask = self._is_solution & self._has_words(wish.words, in_texts)
        for name, value in wish.chosen.items():
            if name != without:
                facet = self._facets[name]
                mask &= facet.codes == (facet.names.index(value) if value in facet.names else -1)
        return np.asarray(mask)

    def _has_words(self, words: str, in_texts: Sequence[str] | None) -> np.ndarray:
        n, asked, last = len(self._ids), (words, in_texts), self._last_words
        if not words:
            return np.ones(n, dtype=bool)
        if last is not None and last[0] == asked:  # one page asks for the same words several times
            return last[1]
        has = pc.match_substring(self._lower, words.lower()).to_numpy(zero_copy_only=False)
        mask = has[self._problem.codes] if len(has) else np.zeros(n, dtype=bool)
        mask |= pc.starts_with(self._ids, words).to_numpy(zero_copy_only=False)
        mask |= pc.equal(self._stated, words).to_numpy(zero_copy_only=False)
        places = [self._place[trace_id] for trace_id in in_texts or () if trace_id in self._place]
        mask[places] = True
        self._last_words = (asked, mask)
        return np.asarray(mask)

    def _counts(
        self, wish: Wish, in_texts: Sequence[str] | None
    ) -> Mapping[str, tuple[tuple[str, int], ...]]:
        """Count what each value of a facet would leave, the other filters standing as they are."""
        counts = {}
        chosen = self._mask(wish, in_texts)
        for name, facet in self._facets.items():
            mask = self._mask(wish, in_texts, without=name) if name in wish.chosen else chosen
            n = np.bincount(facet.codes[mask], minlength=len(facet.names))
            pairs = [(value, int(n[i])) for i, value in enumerate(facet.names)]
            counts[name] = tuple(p for p in pairs if p[0] and (p[1] or p[0] == wish.chosen.get(name)))
        return counts

    def _order(self, name: str) -> np.ndarray:
        if name not in self._orders:
            self._orders[name] = self._sorted(name)
        return self._orders[name]

    def _sorted(self, name: str) -> np.ndarray:
        if name == ORDERS[0]:  # kept and undecided ones last; within a rule by problem
            decision = self._facets["decision"]
            last = np.array([value in ("kept", "undecided") for value in decision.names], dtype=bool)
            return np.lexsort((decision.codes, last[decision.codes] if len(last) else decision.codes))
        key = {"longest": -self._n_words, "shortest": self._n_words, "dearest": -self._cost}.get(name)
        return np.arange(len(self._ids)) if key is None else np.argsort(key, kind="stable")

    def _entry(self, row: int) -> Entry:
        problem = int(self._problem.codes[row])
        return Entry(
            str(self._ids[row]),
            self._questions[problem],
            self._golds[problem],
            str(self._stated[row]),
            int(self._n_words[row]),
            {name: facet.names[int(facet.codes[row])] for name, facet in self._facets.items()},
        )


def read_index(reader: Reader) -> TraceIndex:
    """Read the columns of all traces and the questions of their problems."""
    return TraceIndex(_read(reader, "browse_traces"), _read(reader, "browse_problems"))


def _read(reader: Reader, name: str) -> pa.Table:
    query = load_query(name, "stages")
    params = query.bind({})
    batches = list(reader.batches(query.sql, params, size=20_000))
    if batches:
        return pa.Table.from_batches(batches)
    texts = [(column, pa.string()) for column in reader.columns(query.sql, params)]
    return pa.schema(texts).empty_table()


def _facet(column: pa.ChunkedArray) -> Facet:
    """Give the values of a column in their order (numbers by size), and for each row the place of its own."""
    coded = pc.dictionary_encode(pc.cast(column, pa.string()).combine_chunks())
    names = [str(name) for name in coded.dictionary.to_pylist()]
    ordered = sorted(range(len(names)), key=lambda i: _natural(names[i]))
    rank = np.empty(len(names), dtype=_NUMBERS)
    rank[ordered] = np.arange(len(names), dtype=_NUMBERS)
    places = coded.indices.to_numpy(zero_copy_only=False)
    codes = rank[places] if len(names) else np.zeros(0, dtype=_NUMBERS)
    return Facet(tuple(names[i] for i in ordered), codes)


def _natural(name: str) -> tuple[int, float, str]:
    return (0, float(name), name) if name.isascii() and name.isdigit() else (1, 0.0, name)


def _by_problem(problems: pa.Table, names: Sequence[str]) -> tuple[list[str], list[str], pa.Array]:
    """Give question, gold and the question in lower case for each problem, in the order of the facet."""
    ids = problems["problem_id"].to_pylist()
    rows = dict(
        zip(
            ids, zip(problems["question"].to_pylist(), problems["gold"].to_pylist(), strict=True), strict=True
        )
    )
    found = [rows.get(name, ("", "")) for name in names]
    questions = [str(question) for question, _ in found]
    return questions, [str(gold) for _, gold in found], pc.utf8_lower(pa.array(questions, pa.string()))
