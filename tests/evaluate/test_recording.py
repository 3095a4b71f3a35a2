"""An evaluation in the store: SQL answers about it, twice changes nothing, and no trace comes of it."""

from __future__ import annotations

import pytest

from curate.store import Store
from evaluate import EvaluationResult, run_evaluation
from evaluate.recording import record_evaluation
from evaluate.types import Ask
from queries import load_query
from tests.evaluate.conftest import (
    FakeBackend,
    candidate,
    gold_of,
    make_section,
    number_of,
    write_benchmark,
)


def _say(ask: Ask) -> str:
    if ask.form == "eot":
        return f"x = {gold_of(ask)}\nans = x"
    return f"The answer is {gold_of(ask) if number_of(ask) < 4 else 0}"


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> EvaluationResult:
    folder = tmp_path_factory.mktemp("recorded")
    section = make_section(folder, write_benchmark(folder))
    asked = section.model_copy(update={"forms": ("cot", "eot"), "budgets": (3,)})
    good = FakeBackend(lambda ask: f"The answer is {gold_of(ask)}", name="good")
    return run_evaluation(
        asked, candidates=[candidate(FakeBackend(_say), "first"), candidate(good, "second")]
    )


@pytest.fixture(scope="module")
def store(result: EvaluationResult) -> Store:
    made = Store.open(result.folder.parent / "store", create=True)
    record_evaluation(made, result)
    return made


def _named(store: Store, name: str, **given: str) -> list[dict[str, object]]:
    query = load_query(name)
    return store.sql(query.sql, query.bind(given)).to_dict("records")


def test_sql_tells_the_accuracy_of_each_form(store: Store) -> None:
    rows = _named(store, "student_accuracy")
    found = {(row["model"], row["form"]): row["accuracy"] for row in rows}
    assert found["first", "cot"] == 0.4
    assert found["first", "eot"] == 1.0
    assert found["second", "cot"] == 1.0


def test_sql_lists_the_problems_that_became_worse(store: Store) -> None:
    rows = _named(store, "worse_problems", better="second", worse="first")
    assert [row["gold"] for row in rows] == ["14", "15", "16", "17", "18", "19"]
    assert {row["text"] for row in rows} == {"The answer is 0"}


def test_sql_tells_how_forms_agree(store: Store) -> None:
    [row] = [row for row in _named(store, "form_agreement_of_students") if row["model"] == "first"]
    assert (row["n_both"], row["n_only_a"], row["n_only_b"], row["n_neither"]) == (4, 0, 6, 0)
    assert row["either_share"] == 1.0


@pytest.mark.slow
def test_writing_again_and_rebuilding_change_nothing(store: Store, result: EvaluationResult) -> None:
    tables = ("evaluations", "evaluated_models", "benchmark_items", "predictions", "scores")

    def counts() -> list[int]:
        return [int(store.sql(f"SELECT count(*) AS n FROM {table}").n[0]) for table in tables]

    before = counts()
    assert before == [1, 2, 10, 40, 80]
    record_evaluation(store, result)
    assert counts() == before
    store.rebuild()
    assert counts() == before


def test_benchmark_answers_never_become_traces(store: Store) -> None:
    assert store.sql("SELECT count(*) AS n FROM traces").n[0] == 0
    assert store.sql("SELECT count(*) AS n FROM problems").n[0] == 0
    assert store.check() == []
