"""Copies of benchmark items are found however they are dressed; kinship of wording is no copy."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest

from curate.filters.contamination import BenchmarkIndex, BenchmarkItem, items_digest
from curate.filters.contamination.grams import masked_words

PUMPKINS = (
    "Maria grows 18 pumpkins on a terrace. Her goat ruins three of them in the first week of autumn and a "
    "storm cracks two more. She carries the others down to the harbour and a baker pays her $4 for each "
    "pumpkin that weighs less than a bucket of water. How much money does Maria bring home that evening?"
)
FENCE = "A farmer has 120 metres of fence and wants the largest pen beside a river. What is its area?"
SHORT = "What is the smallest prime above 90?"
INDEX = BenchmarkIndex(
    [
        BenchmarkItem("b", "pumpkins", PUMPKINS),
        BenchmarkItem("b", "fence", FENCE),
        BenchmarkItem("b", "short", SHORT),
    ]
)


def item_of(question: str) -> str | None:
    hit = INDEX.find(question)
    return hit.item_id if hit else None


@pytest.mark.parametrize(
    "question",
    [
        PUMPKINS,
        PUMPKINS.upper().replace(" ", "  \n"),
        "Read with care. " + PUMPKINS + " Explain your steps.",
        PUMPKINS.replace("Maria", "Olga").replace("goat", "donkey"),
        PUMPKINS.replace("18", "28").replace("$4", "$1,250.50"),
        PUMPKINS[: len(PUMPKINS) // 2],
    ],
    ids=["verbatim", "reformatted", "embedded", "renamed", "renumbered", "halved"],
)
def test_dressed_copies_are_found(question: str) -> None:
    assert item_of(question) == "pumpkins"


@pytest.mark.parametrize(
    "question",
    [
        "Maria bakes pies for her school with 12 pumpkins. How many pumpkins are left of 30?",
        "A train travels 120 kilometres in 2 hours. What is its speed?",
        "",
        "??? 42",
    ],
)
def test_other_questions_are_clean(question: str) -> None:
    assert item_of(question) is None


def test_a_short_item_is_found_whole_and_with_its_numbers() -> None:
    assert item_of("Think first. What is the smallest prime above 90? Give digits.") == "short"
    assert item_of("Think first. What is the smallest prime above 95? Give digits.") is None


def test_bare_arithmetic_is_found_when_it_is_the_same_and_only_then() -> None:
    index = BenchmarkIndex([BenchmarkItem("b", "0", "7 + 7"), BenchmarkItem("b", "1", "900 + 5 × 12 = ?")])
    assert index.find("900  + 5 × 12 = ?") is not None
    assert index.find("900 + 5 × 13 = ?") is None and index.find("900 - 5 × 12 = ?") is None
    assert index.find("") is None and index.find(" \n") is None


def test_stock_sentences_of_contests_do_not_convict() -> None:
    tail = "is $\\frac{m}{n}$, where $m$ and $n$ are relatively prime positive integers. Find $m+n$."
    index = BenchmarkIndex(
        [BenchmarkItem("aime", "1", f"The area of the shaded region of a regular hexagon {tail}")]
    )
    assert index.find(f"The probability that two of five dice agree {tail}") is None
    assert index.find(f"The area of the shaded region of a regular hexagon {tail}") is not None


def test_boilerplate_of_the_benchmark_itself_does_not_convict() -> None:
    rule = "Write the answer as a whole number between zero and nine hundred and nothing else, please do."
    items = [BenchmarkItem("b", str(n), f"{topic} {rule}") for n, topic in enumerate(TOPICS)]
    assert BenchmarkIndex(items).find(f"How many moons has the planet Jupiter got this year? {rule}") is None


TOPICS = [
    "Count the squares on a chessboard of side seven with one corner removed by hand.",
    "Find the last digit of two to the power of one hundred and one in base ten.",
    "A jar holds red and blue marbles in the ratio of three to five exactly.",
    "How many paths lead from the lower left to the upper right of a grid?",
    "The sum of four consecutive odd numbers is eighty; name the largest of them.",
    "A clock strikes the hour; how often does it strike in one whole day?",
    "Divide a cake among nine guests so that each gets an equal share of it.",
    "Seven friends shake hands with each other once; count all the handshakes made.",
    "A snail climbs three metres by day and slips two metres every single night.",
    "Two pipes fill a tank in six and in eight hours when both are open.",
    "Name the number of divisors of seven hundred and twenty including itself and one.",
    "Three dice are thrown; find how many outcomes have a total of exactly ten.",
]


def test_the_hit_shows_the_shared_text() -> None:
    hit = INDEX.find("Now: " + PUMPKINS.replace("bring home", "carry back"))
    assert hit is not None and hit.matched_text
    assert hit.benchmark == "b" and 0.3 <= hit.score <= 1


def test_a_changed_benchmark_has_another_digest_and_order_does_not_matter() -> None:
    first, second = BenchmarkItem("b", "1", "x"), BenchmarkItem("b", "2", "y")
    assert items_digest([first, second]) == items_digest([second, first]) != items_digest([first])


def test_numbers_are_one_mask_however_they_are_written() -> None:
    assert masked_words("1,000 + 3.5 = #") == ["#", "#"]


def planted(question: str, how: str, chance: random.Random) -> str:
    if how == "renumbered":
        return re.sub(r"\d+", lambda match: str(chance.randint(2, 999)), question)
    if how == "part-changed":
        words = question.split()
        return " ".join("thing" if chance.random() < 0.12 else word for word in words)
    if how == "halved":
        return question[: len(question) // 2]
    return "Solve this. " + question


@pytest.mark.data
@pytest.mark.parametrize(
    ("how", "least"), [("embedded", 1), ("renumbered", 0.98), ("halved", 0.98), ("part-changed", 0.9)]
)
def test_planted_copies_of_gsm8k_are_found(data_dir: Path, how: str, least: float) -> None:
    questions = [row["question"] for row in rows(data_dir / "benchmarks/gsm8k_test.jsonl")][:200]
    index = BenchmarkIndex(BenchmarkItem("gsm8k", str(n), q) for n, q in enumerate(questions))
    chance = random.Random(7)
    found = [index.find(planted(question, how, chance)) is not None for question in questions]
    assert sum(found) / len(found) >= least


@pytest.mark.data
def test_aime_against_math500_finds_the_six_true_copies_and_few_others(data_dir: Path) -> None:
    index = BenchmarkIndex(
        BenchmarkItem("math500", row["id"], row["question"])
        for row in rows(data_dir / "benchmarks/math500.jsonl")
    )
    found = {
        row["id"] for row in rows(data_dir / "benchmarks/aime_1983_2021.jsonl") if index.find(row["question"])
    }
    true = {"1983-I-02", "1994-I-13", "2001-II-03", "2010-I-06", "2015-II-06", "2017-II-07"}
    assert {f"aime-{name}" for name in true} <= found
    assert len(found) <= 30


def rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_formulas_alone_do_not_convict() -> None:
    index = BenchmarkIndex(
        [BenchmarkItem("b", "1", "Find the roots of (x - 3)^3 + (x - 7)^3 = (2x - 10)^3.")]
    )
    assert (
        index.find("The cubic has roots: x^3 + 3x^2 + (x - 4)^2 + 11x = 0 and t is their sum. Find t.")
        is None
    )


def test_the_same_numbers_convict_where_every_sixth_word_was_changed() -> None:
    words = PUMPKINS.split()
    changed = " ".join(
        "thing" if place % 6 == 5 and not re.search(r"\d", word) else word for place, word in enumerate(words)
    )
    hit = INDEX.find(changed)
    assert hit is not None and hit.rule == "share5_same_numbers" and 0.15 <= hit.score < 0.3
    assert INDEX.find(changed.replace("18", "21").replace("$4", "$5")) is None


def test_other_names_and_numbers_together_are_found() -> None:
    item = "Bob is three times older than Ann. Ann is twice as old as Bob was, and Bob is 4. How old is Ann?"
    index = BenchmarkIndex([BenchmarkItem("b", "1", item)])
    renamed = item.replace("Bob", "Olga").replace("Ann", "Priya").replace("4", "9")
    hit = index.find(renamed)
    assert hit is not None and hit.rule == "share5_other_names" and hit.score >= 0.9
