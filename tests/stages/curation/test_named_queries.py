"""Every named query says what it returns, runs on any store, and counts right on a known one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from curate.curation_sections import ExportSection
from curate.stages.exporting import export_store
from curate.stages.filtering import filter_store
from curate.store import Store
from queries import Query, list_queries, load_query

QUERIES = list_queries("reports")
Rows = list[dict[str, object]]


def ask(store: Store, name: str, **given: str) -> Rows:
    query = load_query(name)
    with store.read() as reader:
        rows = reader.rows(query.sql, query.bind(given))
    return [dict(zip([column.name for column in query.columns], row, strict=True)) for row in rows]


@pytest.fixture
def whole(corpus: Store, tmp_path: Path) -> Store:
    """The corpus, filtered and exported."""
    filter_store(corpus, policy="verified")
    export_store(corpus, ExportSection(format="messages", out=tmp_path / "out"), "verified")
    return corpus


def test_at_least_twenty_one_questions_are_answered() -> None:
    assert len(QUERIES) >= 21


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_the_header_names_every_column_in_order_and_says_what_it_is(query: Query, empty: Store) -> None:
    with empty.read() as reader:
        assert reader.columns(query.sql, query.bind({})) == [column.name for column in query.columns]
    assert query.question.endswith("?") and query.grain.startswith("one row per ")
    assert all(column.text for column in query.columns)
    counted = [column.name for column in query.columns if column.name.startswith("n_")]
    assert all(column.unit for column in query.columns if column.name in counted)


SHOWS_TEXTS = {"worse_problems"}
"""Its answer is the texts themselves, of single problems of a benchmark."""


@pytest.mark.parametrize(
    "query", [q for q in QUERIES if q.name not in SHOWS_TEXTS], ids=lambda query: query.name
)
def test_no_query_reads_texts(query: Query) -> None:
    assert not re.search(r"\btexts\b|\bquestion\b|\brequest_bodies\b|\btraces_v\b", query.sql)


def test_every_query_runs_on_an_empty_store(empty: Store) -> None:
    with empty.read() as reader:
        answers = {query.name: reader.rows(query.sql, query.bind({})) for query in QUERIES}
    assert {name for name, rows in answers.items() if rows} == {"yield_funnel"}


def test_every_query_runs_on_a_store_with_everything(whole: Store) -> None:
    with whole.read() as reader:
        answers = {query.name: reader.rows(query.sql, query.bind({})) for query in QUERIES}
    silent = {name for name, rows in answers.items() if not rows}
    assert silent == {
        "boilerplate",
        "contamination_hits",
        "export_overlap",
        "form_agreement_of_students",
        "gold_suspects",
        "import_complaints",
        "near_dup_clusters",
        "repetition_loops",
        "student_accuracy",
        "student_training",
        "unsolved_or_doubtful",
        "verifier_disagreement",
        "worse_problems",
    }  # fmt: skip


def test_the_acceptance_rate_has_the_wilson_interval(whole: Store) -> None:
    [cell] = [row for row in ask(whole, "accept_rate") if (row["teacher"], row["format"]) == ("small", "cot")]
    assert (cell["n_traces"], cell["n_correct"], cell["n_incorrect"], cell["n_unknown"]) == (30, 18, 6, 6)
    assert cell["rate"] == pytest.approx(0.6)
    assert (cell["low"], cell["high"]) == (pytest.approx(0.4232, abs=1e-4), pytest.approx(0.7541, abs=1e-4))


def test_wilson_bounds_stay_between_zero_and_one(empty: Store) -> None:
    with empty.read() as reader:
        rows = reader.rows(
            "SELECT k, n, wilson_low(k, n), wilson_high(k, n) "
            "FROM range(1, 60) AS a(n), range(0, 60) AS b(k) WHERE k <= n"
        )
        assert reader.rows("SELECT wilson_low(0, 0), wilson_high(0, 0)") == [(None, None)]
    for k, n, low, high in rows:
        share, tiny = float(str(k)) / float(str(n)), 1e-6
        assert -tiny <= float(str(low)) - tiny <= share <= float(str(high)) + tiny <= 1 + tiny


def test_drop_reasons_add_up_to_all_traces(whole: Store) -> None:
    rows = ask(whole, "drop_reasons")
    assert sum(int(str(row["n_first"])) for row in rows) == 61
    [kept] = [row for row in rows if (row["format"], row["rule"]) == ("eot", "kept")]
    assert (kept["n_first"], kept["share"]) == (6, 1.0)


def test_drop_reasons_of_a_named_policy(whole: Store) -> None:
    filter_store(whole, policy="all")
    assert {row["rule"] for row in ask(whole, "drop_reasons")} == {"kept", "exact_duplicate"}
    assert "wrong_answer" in {row["rule"] for row in ask(whole, "drop_reasons", policy="verified")}
    assert ask(whole, "drop_reasons", policy="nobody") == []


def test_cost_counts_answers_and_not_imports(whole: Store) -> None:
    rows = {row["format"]: row for row in ask(whole, "cost_per_accepted")}
    assert {row["teacher"] for row in rows.values()} == {"small"}
    assert float(str(rows["cot"]["cost_usd"])) == pytest.approx(30 * 0.002)
    assert rows["cot"]["usd_per_correct"] == pytest.approx(30 * 0.002 / 18)
    assert rows["pot"]["usd_per_correct"] == pytest.approx(0.002)


def test_labels_are_compared_with_verdicts(whole: Store) -> None:
    [row] = ask(whole, "label_agreement")
    assert (row["n_labelled"], row["right_accepted"], row["wrong_unknown"]) == (12, 6, 6)
    assert row["agreement"] == 1.0


def test_the_funnel_only_narrows_and_ends_in_exports(whole: Store) -> None:
    steps = {str(row["step"]): int(str(row["n"])) for row in ask(whole, "yield_funnel")}
    assert list(steps) == ["asked", "answered", "readable", "decided", "correct", "kept", "exported"]
    assert list(steps.values()) == sorted(steps.values(), reverse=True)
    assert (steps["asked"], steps["kept"], steps["exported"]) == (61, 30, 30)


def test_an_export_is_audited_against_the_last_pass(whole: Store, tmp_path: Path) -> None:
    [row] = ask(whole, "export_audit")
    assert (row["n_rows"], row["n_correct"], row["n_revoked"], row["n_unknown"]) == (30, 30, 0, 0)


def test_difficulty_counts_each_problem_once(whole: Store) -> None:
    rows = ask(whole, "difficulty")
    assert sum(int(str(row["n_problems"])) for row in rows) == 6
    assert {row["band"] for row in rows} == {"80 to 100 %"} or len(rows) > 1


def test_copies_are_found_per_problem(whole: Store) -> None:
    assert sum(int(str(row["n_copies"])) for row in ask(whole, "duplicates")) == 6


def test_failures_are_named_and_programs_that_ran_are_right(whole: Store) -> None:
    rows = [row for row in ask(whole, "failure_taxonomy") if row["teacher"] == "small"]
    found = {(row["format"], row["outcome"], row["reason"]): row["n_traces"] for row in rows}
    assert found["pot", "correct", ""] == 6
    assert found["cot", "truncated", ""] == 6 and found["cot", "incorrect", ""] == 6


def test_diversity_counts_the_pairs_that_were_compared(whole: Store) -> None:
    def rows() -> Rows:
        found = ask(whole, "teacher_diversity")
        return [row for row in found if (row["teacher"], row["format"]) == ("small", "cot")]

    assert sum(int(str(row["n_traces"])) for row in rows()) == 30
    assert {row["alike_share"] for row in rows()} == {None}
    filter_store(whole, policy="strict")
    assert sum(int(str(row["n_pairs"])) for row in rows()) == 6 * 10
    for row in rows():
        assert 0 <= float(str(row["mean_similarity"])) <= 1
        assert 0 < float(str(row["distinct4_share"])) <= 1
    assert ask(whole, "repetition_loops", min_share="0")
