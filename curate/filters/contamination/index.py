"""An inverted index over benchmark items that says whether a problem is one of them.

Any of these signs convicts: the digit-free texts are equal; a window of 13 words is shared; at least `share`
of the item's number-masked 5-word windows are shared; 0.15 of them, and the numbers are the same ones, two or
more; 0.9 of them once names are masked too. The last two find copies whose words or names were changed
throughout and cost no clean row (docs/results/decontamination.md). Windows that are boilerplate of the
benchmarks do not count ("where m and n are relatively prime positive integers, find m + n" stands in 114
AIME problems): 5-grams found in more than 10 items, 13-grams found in more than 2, and 5-grams without two
words (of formulas). An item with fewer than 5 counting windows is compared whole: equal, or contained when
it has 6 words or more. Measured on GSM8K, MATH-500 and AIME against 8-gram, 13-gram and 32-gram rules: the
fewest false alarms at the same recall. The reference for boilerplate is the benchmarks alone, never the
pool: a test item that was copied 20 times into a pool would turn itself into boilerplate.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from curate.filters.contamination.grams import (
    Gram,
    digit_free,
    grams,
    masked_words,
    nameless_words,
    numbers,
    plain_words,
)
from curate.filters.contamination.stock import without_stock
from curate.filters.facts import ContaminationHit
from curate.ids import content_id, normalise_text

SHORT, LONG = 5, 13
MAX_ITEMS_PER_SHORT, MAX_ITEMS_PER_LONG = 10, 2
FORMULA_WORDS = frozenset(
    ("frac", "dfrac", "sqrt", "cdot", "cdots", "dots", "ldots", "times", "left", "right")
)
MIN_WORDS_OF_GRAM = 2
MIN_COUNTING, MIN_WORDS_CONTAINED = 5, 6
SHARE_WITH_NUMBERS, MIN_NUMBERS = 0.15, 2
SHARE_WITHOUT_NAMES = 0.9
_SHOWN_CHARS = 240


@dataclass(frozen=True, slots=True)
class BenchmarkItem:
    """One question of a benchmark."""

    benchmark: str
    item_id: str
    question: str


@dataclass(frozen=True, slots=True)
class _Item:
    item: BenchmarkItem
    masked: list[str]
    counting: frozenset[Gram]
    nameless: frozenset[Gram]
    """Counting windows with names masked; empty for an item without names."""


def items_digest(items: Iterable[BenchmarkItem]) -> str:
    """Hash the questions of a benchmark, so that a changed file makes another policy."""
    return content_id("benchmark", *sorted(item.question for item in items))


class BenchmarkIndex:
    """Benchmark items, ready to be asked. Building it reads each item once."""

    def __init__(self, items: Iterable[BenchmarkItem], share: float = 0.3) -> None:
        self.share = share
        distinct = {_identity(item.question): item for item in reversed(list(items))}
        masked = [(item, masked_words(item.question)) for item in reversed(distinct.values())]
        plain = [plain_words(item.question) for item, _ in masked]
        n_short = Counter(gram for _, words in masked for gram in set(_windows(words, SHORT)))
        n_long = Counter(gram for words in plain for gram in set(_windows(words, LONG)))
        nameless = [nameless_words(item.question) for item, _ in masked]
        n_nameless = Counter(gram for words in nameless for gram in set(_windows(words, SHORT)))
        self._items: list[_Item] = []
        self._by_nameless: defaultdict[Gram, list[int]] = defaultdict(list)
        self._by_short: defaultdict[Gram, list[int]] = defaultdict(list)
        self._by_long: dict[Gram, int] = {}
        self._by_text: dict[str, int] = {}
        self._by_whole: dict[str, int] = {}
        self._short_items: dict[Gram, list[int]] = defaultdict(list)
        for number, (item, words) in enumerate(masked):
            counting = frozenset(
                g for g in _windows(words, SHORT) if n_short[g] <= MAX_ITEMS_PER_SHORT and _has_words(g)
            )
            unnamed = nameless[number]
            without = frozenset(
                g
                for g in _windows(unnamed, SHORT)
                if n_nameless[g] <= MAX_ITEMS_PER_SHORT and unnamed != words
            )
            self._items.append(_Item(item, words, counting, without))
            for gram in without if len(without) >= MIN_COUNTING else ():
                self._by_nameless[gram].append(number)
            self._by_text.setdefault(digit_free(words), number)
            self._by_whole.setdefault(normalise_text(item.question), number)
            for gram in _windows(plain[number], LONG):
                if n_long[gram] <= MAX_ITEMS_PER_LONG:
                    self._by_long.setdefault(gram, number)
            if len(counting) >= MIN_COUNTING:
                for short in counting:
                    self._by_short[short].append(number)
            elif len(plain[number]) >= MIN_WORDS_CONTAINED:
                self._short_items[tuple(plain[number][:MIN_WORDS_CONTAINED])].append(number)

    def find(self, question: str) -> ContaminationHit | None:
        """Say which item a question is most like, None when it is like none; an empty one never is."""
        whole = normalise_text(question)
        if whole in self._by_whole:
            return self._hit(self._by_whole[whole], "equal", 1.0, question)
        masked = masked_words(question)
        text = digit_free(masked)
        same = self._by_text.get(text)
        if (
            text and same is not None
        ):  # bare arithmetic has no words: only its numbers and signs tell it apart
            return self._hit(same, "equal_without_numbers", 1.0, question)
        plain = plain_words(question)
        for gram in _windows(plain, LONG):
            if gram in self._by_long:
                return self._hit(self._by_long[gram], "gram13", 1.0, " ".join(gram))
        return self._contained(plain) or self._by_share(masked, question) or self._by_nameless_share(question)

    def _contained(self, plain: list[str]) -> ContaminationHit | None:
        """Find a short item that stands whole, with its numbers, inside the question."""
        for at, gram in enumerate(grams(plain, MIN_WORDS_CONTAINED)):
            for number in self._short_items.get(gram, ()):
                words = plain_words(self._items[number].item.question)
                if plain[at : at + len(words)] == words:
                    return self._hit(number, "contained", 1.0, " ".join(words))
        return None

    def _by_share(self, masked: list[str], question: str) -> ContaminationHit | None:
        shared = set(_windows(masked, SHORT)) & self._by_short.keys()
        counts = Counter(number for gram in shared for number in self._by_short[gram])
        scores = {number: n / len(self._items[number].counting) for number, n in counts.items()}
        if not scores:
            return None
        number, score = max(scores.items(), key=lambda pair: (pair[1], -pair[0]))
        if score >= self.share:
            return self._hit(number, "share5", round(score, 6), self._shared_run(number, shared))
        if score >= SHARE_WITH_NUMBERS:
            said = numbers(question)
            if len(said) >= MIN_NUMBERS and said == numbers(self._items[number].item.question):
                text = self._shared_run(number, shared)
                return self._hit(number, "share5_same_numbers", round(score, 6), text)
        return None

    def _by_nameless_share(self, question: str) -> ContaminationHit | None:
        """Find a copy with other names: nearly all windows are shared once names and numbers are masked."""
        shared = set(_windows(nameless_words(question), SHORT)) & self._by_nameless.keys()
        counts = Counter(number for gram in shared for number in self._by_nameless[gram])
        scores = {number: n / len(self._items[number].nameless) for number, n in counts.items()}
        number, score = max(scores.items(), key=lambda pair: (pair[1], -pair[0]), default=(0, 0.0))
        if score < SHARE_WITHOUT_NAMES:
            return None
        return self._hit(number, "share5_other_names", round(score, 6), self._items[number].item.question)

    def _shared_run(self, number: int, shared: set[Gram]) -> str:
        """Give the longest stretch of the item that is covered by shared windows."""
        words = self._items[number].masked
        best = start = end = 0
        best_start = 0
        for at, gram in enumerate(grams(words, SHORT)):
            if gram in shared:
                start, end = (start, at + SHORT) if at + SHORT - 1 == end else (at, at + SHORT)
                if end - start > best:
                    best, best_start = end - start, start
        return " ".join(words[best_start : best_start + best])

    def _hit(self, number: int, rule: str, score: float, text: str) -> ContaminationHit:
        item = self._items[number].item
        return ContaminationHit(item.benchmark, item.item_id, rule, score, text[:_SHOWN_CHARS])


def _identity(question: str) -> str:
    """Give what makes two items one: their words, or the whole text of bare arithmetic."""
    words = masked_words(question)
    return " ".join(words) if digit_free(words) else normalise_text(question)


def _has_words(gram: Gram) -> bool:
    """Say whether a window holds two words: `# x # # x` stands in every second equation."""
    found = sum(len(word) > 2 and not word.isdigit() and word not in FORMULA_WORDS for word in gram)
    return found >= MIN_WORDS_OF_GRAM


def _windows(words: list[str], size: int) -> list[Gram]:
    """Give the windows that can count: none reaches into a stock sentence."""
    return [gram for stretch in without_stock(words) for gram in grams(stretch, size)]
