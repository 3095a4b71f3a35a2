"""Two runs on the same problems: flips, exact tests, and refusals that say what differs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from curate.errors import InputError, UsageError
from curate.evaluation_section import EvaluateSection
from evaluate import compare, run_evaluation
from evaluate.comparison import compare_all
from evaluate.runs import open_runs
from evaluate.types import Ask
from tests.evaluate.conftest import FakeBackend, candidate, gold_of, number_of


def _run(section: EvaluateSection, out: Path, is_right: Callable[[Ask], bool], **changes: object) -> Path:
    def say(ask: Ask) -> str:
        return f"The answer is {gold_of(ask) if is_right(ask) else 0}"

    run_evaluation(
        section.model_copy(update={"out": out, **changes}),
        candidates=[candidate(FakeBackend(say, name=out.name), out.name)],
    )
    return out


def test_two_gained_of_ten_are_not_distinguishable(section: EvaluateSection, tmp_path: Path) -> None:
    a = _run(section, tmp_path / "a", lambda ask: False)
    b = _run(section, tmp_path / "b", lambda ask: number_of(ask) < 2)
    row = compare(a, b).rows[0]
    assert (row.gained, row.lost, row.p, row.mid_p) == (2, 0, 0.5, 0.25)
    assert row.words == "not distinguishable"
    assert [flip.item.problem.origin_id for flip in row.flips] == ["q0", "q1"]
    assert row.needed is not None and row.needed > 10


def test_eight_gained_of_ten_are(section: EvaluateSection, tmp_path: Path) -> None:
    a = _run(section, tmp_path / "a", lambda ask: False)
    b = _run(section, tmp_path / "b", lambda ask: number_of(ask) < 8)
    assert compare(a, b).rows[0].words == "the second is better"
    assert compare(b, a).rows[0].words == "the first is better"


def test_several_comparisons_are_held_together(section: EvaluateSection, tmp_path: Path) -> None:
    folders = [
        _run(section, tmp_path / name, lambda ask, most=most: number_of(ask) < most)
        for name, most in (("a", 0), ("b", 7), ("c", 2))
    ]
    runs = [run for folder in folders for run in open_runs(folder)]
    first, second = compare_all(runs)
    assert first.rows[0].adjusted_p == pytest.approx(2 * first.rows[0].p)
    assert second.rows[0].adjusted_p == second.rows[0].p


def test_runs_on_other_problems_are_refused_with_what_differs(
    section: EvaluateSection, tmp_path: Path
) -> None:
    a = _run(section, tmp_path / "a", lambda ask: True)
    b = _run(section, tmp_path / "b", lambda ask: True, limit=7)
    with pytest.raises(UsageError, match="10 and 7 problems, 3 only in the first"):
        compare(a, b)


def test_runs_on_other_golds_are_refused(section: EvaluateSection, benchmark: Path, tmp_path: Path) -> None:
    a = _run(section, tmp_path / "a", lambda ask: True)
    rows = [json.loads(line) for line in benchmark.read_text().splitlines()]
    rows[3]["answer"] = "99"
    benchmark.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    b = _run(section, tmp_path / "b", lambda ask: True)
    with pytest.raises(UsageError, match="1 golds differ, such as '13' and '99'"):
        compare(a, b)


def test_runs_asked_in_other_words_are_refused(section: EvaluateSection, tmp_path: Path) -> None:
    a = _run(section, tmp_path / "a", lambda ask: True)
    b = _run(section, tmp_path / "b", lambda ask: True, granularity=3)
    with pytest.raises(UsageError, match="asked for cot in different words"):
        compare(a, b)


def test_views_that_are_named_may_differ(section: EvaluateSection, tmp_path: Path) -> None:
    a = _run(section, tmp_path / "a", lambda ask: ask.form == "cot", forms=("cot", "answer-only"))
    row = compare(f"{a}:a:cot", f"{a}:a:answer-only").rows[0]
    assert (row.lost, row.gained) == (10, 0)


def test_sampled_runs_are_compared_over_problems(section: EvaluateSection, tmp_path: Path) -> None:
    sampled = {"samples": 4, "temperature": 1.0}
    a = _run(section, tmp_path / "a", lambda ask: ask.sample == 0, **sampled)
    b = _run(section, tmp_path / "b", lambda ask: ask.sample < 3, **sampled)
    row = compare(a, b).rows[0]
    assert row.difference == pytest.approx(0.5)
    assert row.p == pytest.approx(2 / 2**10)
    assert row.mid_p is None


def test_folder_without_a_result_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no finished evaluation"):
        compare(tmp_path, tmp_path)
