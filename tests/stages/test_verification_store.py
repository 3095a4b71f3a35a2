"""The verification stage over a real store: imported traces in, verdict rows out, nothing done twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from curate.stages.verification import verify_store
from curate.store.records import ProblemRecord, TraceRecord
from curate.store.store import Store
from curate.types import ImportedTrace, Problem, TraceFormat, VerdictStatus

TEXTS = [
    (TraceFormat.COT, "The answer is 18."),
    (TraceFormat.COT, "The answer is 19."),
    (TraceFormat.COT, "I do not know."),
    (TraceFormat.POT, "ans = 18"),
    (TraceFormat.EOT, "x + 2 = 20\nans = x"),
    (TraceFormat.OTHER, "```python\nprint(18)\n```\n```output\n18\n```\nSo \\boxed{18}."),
]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store.open(tmp_path / "store", create=True)
    problem = Problem.of(source="own", question="How many?", gold="18", choices=())
    with store.write_journal("20261101T000000Z-000001") as journal:
        journal.append(ProblemRecord(problem))
        for number, (format, text) in enumerate(TEXTS):
            trace = ImportedTrace.of(
                problem_id=problem.problem_id, source="own", teacher="t", format=format, text=text,
                origin_id=str(number),
            )  # fmt: skip
            journal.append(TraceRecord(trace, "20261101T000000Z-000001"))
    return store


def test_verdict_rows_carry_status_reason_and_path(store: Store) -> None:
    report = verify_store(store, workers=1)
    assert report.count(VerdictStatus.CORRECT) == 4
    with store.read() as reader:
        rows = reader.rows(
            "SELECT t.format, v.verifier, v.status, v.reason FROM verdicts AS v "
            "JOIN traces AS t USING (trace_id) WHERE v.verifier IN ('answer', 'program', 'equations') "
            "ORDER BY t.origin_id, v.verifier"
        )
    assert rows == [
        ("cot", "answer", "correct", "same_text"),
        ("cot", "answer", "incorrect", "different_value"),
        ("cot", "answer", "no_answer", "no_anchor"),
        ("pot", "program", "correct", "same_text"),
        ("eot", "equations", "correct", "same_text"),
        ("other", "answer", "correct", "same_text"),
        ("other", "program", "correct", "same_text"),
    ]


def test_a_second_run_has_nothing_to_do_and_again_does_all(store: Store) -> None:
    verify_store(store, workers=1)
    assert verify_store(store, workers=1).n_traces == 0
    assert verify_store(store, workers=1, again=True).n_traces == len(TEXTS)
    with store.read() as reader:
        main = "SELECT count(*) FROM verdicts WHERE verifier IN ('answer', 'program', 'equations')"
        assert reader.rows(main) == [(len(TEXTS) + 1,)]


def test_the_best_verdict_of_a_trace_is_the_one_of_its_format(store: Store) -> None:
    verify_store(store, workers=1)
    with store.read() as reader:
        rows = reader.rows("SELECT verifier, count(*) FROM best_verdicts GROUP BY verifier ORDER BY verifier")
    assert rows == [("answer", 4), ("equations", 1), ("program", 1)]
