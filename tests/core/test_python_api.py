"""The Python interface as a notebook would use it: from a run file to a training set in ten lines."""

from __future__ import annotations

import json
from pathlib import Path

from curate import Store, check, export, generate, import_traces, select, solve, verify

RUN = """
store: store/
problems: [{source: builtin, limit: 6}]
teachers: [{alias: small, model: embedded-strong, base_url: embedded}]
prompts: [{format: cot}, {format: eot}]
"""


def test_ten_lines_lead_from_a_run_file_to_a_training_set(tmp_path: Path) -> None:
    (tmp_path / "tracemill.yaml").write_text(RUN)
    store = Store.open(tmp_path / "store", create=True)
    assert generate(store, tmp_path / "tracemill.yaml").n_answered == 12
    assert verify(store, workers=1).n_traces == 12
    assert select(store).n_kept > 0
    report = export(store, out=tmp_path / "corpus")
    assert report.n_rows == select(store).n_kept
    counts = store.sql("SELECT status, count(*) AS n FROM traces_v GROUP BY ALL")
    assert counts["n"].sum() == 12


def test_own_traces_are_taken_in_and_checked(tmp_path: Path) -> None:
    rows = [
        {"question": "What is 2 + 2?", "gold": "4", "response": f"The answer is {value}.", "teacher": "t"}
        for value in (4, 5)
    ]
    (tmp_path / "mine.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    store = Store.open(tmp_path / "store", create=True)
    assert import_traces(store, tmp_path / "mine.jsonl").n_new_traces == 2
    assert import_traces(store, tmp_path / "mine.jsonl").n_new_traces == 0
    verify(store, workers=1)
    assert dict(store.sql("SELECT status, count(*) FROM traces_v GROUP BY ALL").values) == {
        "correct": 1,
        "incorrect": 1,
    }


def test_one_pair_and_one_system_need_no_store() -> None:
    assert check(gold="1/2", answer="0.5").status == "equal"
    assert solve("x + 2 = 5\nans = x").solution.answer == "3"
