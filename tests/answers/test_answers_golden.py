"""Cases of our own writing, one line each: pairs by kind of answer, and texts with the answer they state."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from curate.answer_settings import parse_settings
from curate.answers import compare_answers, parse_trace
from curate.types import TraceFormat

_GOLDEN = Path(__file__).parents[1] / "golden"


def _lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (_GOLDEN / name).read_text(encoding="utf-8").splitlines()]


PAIRS = _lines("answers_pairs.jsonl")
STATED = _lines("answers_stated.jsonl")


@pytest.mark.parametrize("kind", sorted({pair["kind"] for pair in PAIRS}))
def test_each_pair_of_a_kind_gets_its_status(kind: str) -> None:
    wrong = []
    for pair in (pair for pair in PAIRS if pair["kind"] == kind):
        choices = tuple(pair.get("choices", ()))
        found = compare_answers(
            gold=pair["gold"],
            answer=pair["answer"],
            choices=choices,
            settings=parse_settings(pair.get("settings", "")),
        )
        if found.status != pair["status"]:
            wrong.append((pair["gold"], pair["answer"], pair["status"], found.status, found.reason))
    assert not wrong


def test_every_kind_has_pairs_that_are_equal_and_pairs_that_are_not() -> None:
    for kind in {pair["kind"] for pair in PAIRS} - {"python", "false_positive_trap"}:
        assert {pair["status"] for pair in PAIRS if pair["kind"] == kind} >= {"equal", "not_equal"}


@pytest.mark.parametrize("case", STATED, ids=range(len(STATED)))
def test_text_states_this_answer(case: dict[str, Any]) -> None:
    found = parse_trace(case["text"], TraceFormat(case["format"]))
    assert (found.stated_answer, found.answer_note) == (case["answer"], case["note"])


def test_a_decided_pair_says_what_decided_it() -> None:
    for pair in PAIRS:
        choices = tuple(pair.get("choices", ()))
        found = compare_answers(gold=pair["gold"], answer=pair["answer"], choices=choices)
        assert bool(found.decided_by) == (found.status != "undecided")
        assert found.reason
