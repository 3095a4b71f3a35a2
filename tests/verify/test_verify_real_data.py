"""Agreement with the labels of real traces; every disagreement belongs to a class that was looked at."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from curate.answers import parse_trace
from curate.types import TraceFormat
from curate.verify import TraceToVerify, verify_many

pytestmark = pytest.mark.data


def _rows(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    path = folder / "traces" / name
    with gzip.open(path, "rt") if name.endswith(".gz") else path.open() as file:
        for line in file:
            yield json.loads(line)


def _judged(folder: Path, name: str, source: str) -> list[tuple[dict[str, Any], str, str]]:
    rows = [row for row in _rows(folder, name) if row["source"] == source and row["gold"] is not None]
    items = (
        TraceToVerify(
            row["id"], TraceFormat(row["format"]), row["gold"], (), row["response"],
            parse_trace(row["response"], TraceFormat(row["format"])),
        )
        for row in rows
    )  # fmt: skip
    verdicts = verify_many(items, workers=1)
    return [(row, main.status.value, main.reason) for row, (main, *_) in zip(rows, verdicts, strict=True)]


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("openai_gsm8k_gpt3.jsonl", "openai_gsm8k_gpt3"),
        ("bbmistake_arithmetic.jsonl", "bbmistake_arithmetic"),
        ("concise_cot_aqua.jsonl", "concise_cot_aqua"),
    ],
)
def test_no_disagreement_with_exact_labels(data_dir: Path, name: str, source: str) -> None:
    table = Counter((row.get("label"), status) for row, status, _ in _judged(data_dir, name, source))
    assert table[False, "correct"] == table[True, "incorrect"] == 0
    assert table[True, "correct"] == sum(count for (label, _), count in table.items() if label is True)


def test_the_strict_grader_of_qwen_is_wrong_about_times_of_day_only(data_dir: Path) -> None:
    judged = _judged(data_dir, "qwen_math_samples.jsonl", "qwen_math_samples")
    accepted = [row["gold"] for row, status, _ in judged if status == "correct" and row["label"] is False]
    assert set(accepted) == {r"\text{4:30 p.m.}"}
    assert not [row for row, status, _ in judged if status != "correct" and row["label"] is True]


def test_the_judge_of_hawkeye_is_wrong_about_plain_numbers_only(data_dir: Path) -> None:
    """Rows marked wrong although gold and answer are one number, most with money or unit words."""
    judged = _judged(data_dir, "hawkeye.jsonl.gz", "hawkeye_r1_distill")
    accepted = [
        (row, reason) for row, status, reason in judged if status == "correct" and row["label"] is False
    ]
    assert {reason for _, reason in accepted} <= {"same_text", "same_rational"}
    assert len(accepted) < 40
    rejected = [row for row, status, _ in judged if status == "incorrect" and row["label"] is True]
    assert len(rejected) < 5


@pytest.mark.slow
def test_programs_agree_with_their_execution_labels_but_for_loose_ones(data_dir: Path) -> None:
    """A loose label: a relative 1e-3, a lost minus, or the first value of a tuple passed for the gold."""
    judged = [
        (row["label"], status)
        for row, status, _ in _judged(data_dir, "program_of_thoughts.jsonl.gz", "pot_codex")
        if row.get("label") is not None
    ]
    table = Counter(judged)
    assert len(judged) > 4000
    assert table[False, "correct"] == 0
    assert table[True, "incorrect"] <= 14
    assert not [
        status for label, status in judged if label is True and status not in ("correct", "incorrect")
    ]


def test_plans_without_an_answer_have_none(data_dir: Path) -> None:
    judged = _judged(data_dir, "hawkeye.jsonl.gz", "hawkeye_gpt4o_plan")
    assert sum(status == "no_answer" for _, status, _ in judged) / len(judged) > 0.99
