"""A training in the store: what it saw and what came of it, in SQL; the same after building anew."""

from __future__ import annotations

from typing import Any

from curate.store import Store
from curate.store.records import StudentRecord, StudentRow, StudentSeed
from queries import load_query


def _student(trace_ids: list[str], seeds: tuple[int, ...], at: float = 1_700_000_000.0) -> StudentRecord:
    return StudentRecord(
        student_id="s1", run_id="run-1", at=at, path="out", base="tiny", preset="laptop", objective="sft",
        method="full", rung="fp32-sdpa", template="own", export_id="e1", manifest_sha256="00",
        settings={"learning_rate": 0.002}, versions={"torch": "2"},
        seeds=tuple(StudentSeed(n, 10, 8, 0.5, 1.0 + n, 1000, 2.0, 1.9, False) for n in seeds),
        rows=(
            StudentRow(trace_ids[0], "train"),
            StudentRow(trace_ids[1], "validation"),
            StudentRow("elsewhere", "dropped", "too_long"),
        ),
    )  # fmt: skip


def _curation(sample: Any) -> list[Any]:
    run = "run-1"
    known = [sample.known(number) for number in (1, 2)]
    return [*sample.head(run), *known, *sample.pair(1, run), *sample.pair(2, run)]


def _traces(store: Store) -> list[str]:
    return [str(name) for name in store.sql("SELECT trace_id FROM traces ORDER BY trace_id")["trace_id"]]


def test_a_student_is_joined_to_the_traces_it_saw(store: Store, sample: Any, write: Any) -> None:
    write("run-1", _curation(sample))
    store.project()
    write("run-2", [_student(_traces(store), (0, 2))])
    store.project()
    [row] = store.sql("SELECT * FROM students_v").to_dict("records")
    assert (row["n_train"], row["n_validation"], row["n_dropped"], row["n_seeds"]) == (1, 1, 1, 2)
    assert row["validation_loss"] == 2.0 and row["best_seed"] == 0
    assert abs(row["validation_sd"] - 2**0.5) < 1e-12
    query = load_query("student_training")
    found = store.sql(query.sql).to_dict("records")
    assert [(line["part"], line["n_traces"]) for line in found] == [
        ("validation", 1),
        ("train", 1),
        ("dropped", 1),
    ]
    assert found[2]["reasons"] == "too_long"
    joined = store.sql(
        "SELECT t.problem_id FROM student_rows AS r JOIN traces AS t USING (trace_id) WHERE r.part = 'train'"
    )
    assert len(joined) == 1


def test_the_last_word_on_a_student_stands_also_after_building_anew(
    store: Store, sample: Any, write: Any
) -> None:
    write("run-1", _curation(sample))
    store.project()
    ids = _traces(store)
    write("run-2", [_student(ids, (0,)), _student(ids, (0, 1), at=1_700_000_100.0)])
    store.project()
    before = store.sql("SELECT * FROM student_seeds ORDER BY seed").to_dict("records")
    store.rebuild()
    assert store.sql("SELECT * FROM student_seeds ORDER BY seed").to_dict("records") == before
    assert [row["seed"] for row in before] == [0, 1]
