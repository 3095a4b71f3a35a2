"""Benchmarks by name: the right file, the right rows, the own order, and one sentence otherwise."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from curate.errors import InputError, MissingError, UsageError
from curate.sources import find_benchmark_file, read_benchmark


def _write(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_named_benchmark_keeps_its_rows_in_its_own_order(tmp_path: Path) -> None:
    rows = [
        {
            "id": f"a{i}",
            "question": f"Q{i}?",
            "answer": str(i),
            "year": "2024",
            "aimo_validation_index": 9 - i,
        }
        for i in range(3)
    ]
    _write(tmp_path / "aime_2022_2024.jsonl", rows)
    found = read_benchmark("aime_2022_2024", tmp_path)
    assert [one.problem.origin_id for one in found.problems] == ["a2", "a1", "a0"]
    assert found.problems[0].year == "2024"


def test_only_the_test_split_of_a_mixed_file_is_the_benchmark(tmp_path: Path) -> None:
    rows = [{"question": f"Q{i}?", "answer": "1", "split": "train" if i % 2 else "test"} for i in range(6)]
    _write(tmp_path / "svamp.jsonl", rows)
    assert len(read_benchmark("svamp", tmp_path).problems) == 3
    assert len(read_benchmark("svamp_all", tmp_path).problems) == 6


def test_any_file_is_a_benchmark_under_its_own_or_a_given_name(tmp_path: Path) -> None:
    path = _write(tmp_path / "own.jsonl", [{"question": "Q?", "answer": "1"}])
    assert read_benchmark(str(path)).name == "own"
    assert read_benchmark(f"mine={path}").name == "mine"
    assert find_benchmark_file("own", tmp_path) == path


def test_unknown_name_says_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="did you mean gsm8k"):
        read_benchmark("gsm8", tmp_path)


def test_benchmark_that_is_on_no_hub_says_which_file_is_missing(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match=r"aime_1983_2021\.jsonl"):
        read_benchmark("aime_1983_2021", tmp_path)


def test_row_without_a_question_stops_the_reading(tmp_path: Path) -> None:
    path = _write(tmp_path / "own.jsonl", [{"question": "Q?", "answer": "1"}, {"answer": "2"}])
    with pytest.raises(InputError, match="line 2"):
        read_benchmark(str(path))


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "n"),
    [
        ("gsm8k", 1319),
        ("math500", 500),
        ("aime_2022_2024", 90),
        ("aime_2022_2024_first20", 20),
        ("aime_2024", 30),
        ("aime_2025", 30),
        ("svamp", 300),
        ("asdiv", 2305),
        ("multiarith", 600),
        ("aqua", 254),
        ("commonsenseqa", 1221),
        ("openbookqa", 500),
        ("strategyqa", 290),
    ],
)
def test_real_benchmarks_have_their_known_sizes(data_dir: Path, name: str, n: int) -> None:
    found = read_benchmark(name, data_dir / "benchmarks")
    assert len(found.problems) == n
    assert all(one.problem.gold for one in found.problems)
