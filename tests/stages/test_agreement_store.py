"""Planted wrong golds are suspected, right ones are not; claims and flags can be asked in SQL."""

from __future__ import annotations

from pathlib import Path

import pytest

from curate.stages.verification import verify_store
from curate.store import Store
from curate.store.records import ProblemRecord, RunRecord, TraceRecord
from curate.types import ImportedTrace, Problem, TraceFormat
from queries import load_query

RUN = "20260101T000000Z-bbbbbb"


AGREE = (("a", "cot", "3 + 4 = 7. The answer is 7."), ("b", "pot", "ans = 3 + 4"))
SLIPS = (
    ("a", "cot", "3 + 4 = 11. The answer is 11."),
    ("b", "cot", "2 + 9 = 10. The answer is 10."),
)
NOTATIONS = (
    ("a", "cot", "Half of 25 hundred is \\boxed{1{,}250}."),
    ("b", "cot", "2500 / 2 = 1250. The answer is $1,250."),
    ("c", "pot", "ans = 2500 / 2"),
    ("d", "eot", "x = 2500 / 2\nans = x"),
)
HALVES = (("a", "cot", "The answer is \\boxed{\\frac{3}{4}}."), ("b", "pot", "ans = 3 / 4"))
PLANTED = (
    ("notations", "1300", NOTATIONS),
    ("halves", "5/7", HALVES),
    ("right", "7", AGREE),
    ("wrong", "8", AGREE),
    ("alone", "9", (("a", "cot", "The answer is 7."), ("a", "cot", "So the answer is 7."))),
    ("slip", "10", SLIPS),
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Make problems with a right gold, a wrong gold, and a wrong gold that one teacher alone doubts."""
    store = Store.open(tmp_path / "store", create=True)
    with store.write_journal(RUN) as journal:
        journal.append(RunRecord(RUN, "start", 1.0, "import"))
        for name, gold, traces in PLANTED:
            problem = Problem.of(source="own", question=f"{name}: three and four?", gold=gold)
            journal.append(ProblemRecord(problem))
            for teacher, form, text in traces:
                trace = ImportedTrace.of(
                    problem_id=problem.problem_id,
                    source="own",
                    teacher=teacher,
                    format=TraceFormat(form),
                    text=text,
                )
                journal.append(TraceRecord(trace, RUN))
    verify_store(store, workers=1)
    return store


def _rows(store: Store, name: str) -> list[dict[str, object]]:
    query = load_query(name)
    with store.read() as reader:
        frame = reader.frame(query.sql, query.bind({}))
    rows: list[dict[str, object]] = frame.to_dict("records")
    return rows


def test_a_wrong_gold_is_suspected_and_a_right_one_is_not(store: Store) -> None:
    rows = {row["gold"]: row for row in _rows(store, "gold_suspects")}
    assert set(rows) == {"8", "1300", "5/7"}
    assert (rows["8"]["agreed_value"], rows["8"]["n_agree"], rows["8"]["n_formats"]) == ("7", 2, 2)


def test_one_value_in_several_notations_agrees_with_itself(store: Store) -> None:
    rows = {row["gold"]: row for row in _rows(store, "gold_suspects")}
    row = rows["1300"]
    assert (row["agreed_value"], row["n_agree"], row["n_formats"]) == ("1250", 4, 3)
    assert (rows["5/7"]["agreed_value"], rows["5/7"]["n_agree"]) == ("0.75", 2)
    [three] = _rows(store, "three_way_agreement")
    assert (three["pattern"], three["n_problems"], three["n_right"]) == ("all_agree", 1, 0)


def test_a_right_answer_with_a_wrong_step_is_found(store: Store) -> None:
    rows = {row["teacher"]: row for row in _rows(store, "wrong_steps") if row["reason"] == "arithmetic_slip"}
    assert (rows["a"]["n_right"], rows["a"]["n_wrong"]) == (0, 1)
    assert (rows["b"]["n_right"], rows["b"]["share_of_right"]) == (1, 0.5)


def test_claims_are_rows_with_their_place(store: Store) -> None:
    with store.read() as reader:
        rows = reader.rows(
            "SELECT claim, finding, start_at, end_at FROM claims_v WHERE finding = 'fails' ORDER BY claim"
        )
    assert rows == [("2 + 9 = 10", "fails", 0, 10), ("3 + 4 = 11", "fails", 0, 10)]
