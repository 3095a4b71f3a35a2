"""Filtering a store: every trace is decided, nothing is deleted, nothing is written twice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from curate.errors import ConfigError, InputError, MissingError, UsageError
from curate.stages.filter_tally import FilterProgress, RuleCount
from curate.stages.filtering import BLOCK, filter_store
from curate.stages.verification import verify_store
from curate.store import Store
from curate.store.records import DecisionsRecord, MarkRecord, ProblemRecord, TraceRecord
from curate.types import Decision, ImportedTrace, Problem, TraceFormat

N_TRACES = 61


def count(store: Store, query: str) -> object:
    with store.read() as reader:
        return reader.rows(query)[0][0]


def write_benchmark(path: Path, *questions: str) -> Path:
    rows = [
        {"id": str(n), "source": "b", "question": question, "answer": "1"}
        for n, question in enumerate(questions)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def journal_size(store: Store) -> int:
    return sum(path.stat().st_size for path in (store.path / "journal").iterdir())


@pytest.mark.parametrize("policy", ["all", "verified", "strict"])
def test_kept_and_dropped_are_all_in_the_report_and_in_sql(corpus: Store, policy: str) -> None:
    report = filter_store(corpus, policy=policy)
    assert report.n_traces == N_TRACES == count(corpus, "SELECT count(*) FROM traces")
    assert report.n_kept + sum(rule.n_dropped_first for rule in report.rules) == N_TRACES
    assert sum(form.n_traces for form in report.formats) == N_TRACES
    assert count(corpus, "SELECT count(*) FROM trace_decisions") == N_TRACES
    assert count(corpus, "SELECT count(*) FROM trace_decisions WHERE NOT is_dropped") == report.n_kept


def test_each_rule_tells_what_it_drops_first_and_alone(corpus: Store) -> None:
    rules = {rule.rule: rule for rule in filter_store(corpus, policy="verified").rules}
    assert rules["exact_duplicate"] == RuleCount("exact_duplicate", 6, 6, 6)
    assert rules["with_gold"].n_dropped_alone == 6
    assert rules["wrong_answer"].n_dropped == 7
    assert rules["undecided"].n_dropped == 0
    assert rules["truncated"] == RuleCount("truncated", 6, 6, 0), "they state no answer either"


def test_what_verified_keeps_is_correct_and_made_without_the_gold(corpus: Store) -> None:
    filter_store(corpus, policy="verified")
    bad = "SELECT count(*) FROM traces_v WHERE NOT is_dropped AND (status <> 'correct' OR with_gold)"
    assert count(corpus, bad) == 0


def test_a_copy_is_dropped_with_the_id_of_the_one_that_stays(corpus: Store) -> None:
    filter_store(corpus, policy="all")
    with corpus.read() as reader:
        rows = reader.rows(
            "SELECT c.norm_hash = k.norm_hash, c.problem_id = k.problem_id, k.origin FROM decisions AS d "
            "JOIN traces AS c ON c.trace_id = d.trace_id "
            "JOIN traces AS k ON k.trace_id = d.evidence_json ->> '$.kept' WHERE d.rule = 'exact_duplicate'"
        )
    assert rows == [(True, True, "generated")] * 6


def test_nothing_is_deleted(corpus: Store) -> None:
    before = count(corpus, "SELECT count(*) FROM texts")
    filter_store(corpus, policy="strict")
    assert count(corpus, "SELECT count(*) FROM texts") == before


def test_the_same_policy_on_an_unchanged_store_writes_nothing(corpus: Store) -> None:
    first = filter_store(corpus, policy="verified")
    size = journal_size(corpus)
    again = filter_store(corpus, policy="verified")
    assert first.is_new and not again.is_new
    assert (again.rules, again.formats, again.run_id) == (first.rules, first.formats, first.run_id)
    assert journal_size(corpus) == size
    assert filter_store(corpus, policy="all").is_new


def test_new_verdicts_make_a_new_pass_and_the_view_shows_the_last(corpus: Store, tmp_path: Path) -> None:
    store = Store.open(tmp_path / "fresh", create=True)
    for path in (corpus.path / "journal").iterdir():
        text = path.read_bytes()
        if b'"kind":"verdicts"' not in text:
            (store.path / "journal" / path.name).write_bytes(text)
    assert filter_store(store, policy="verified").n_kept == 0
    verify_store(store, workers=1)
    report = filter_store(store, policy="verified")
    assert report.is_new and report.n_kept == 30
    assert count(store, "SELECT count(*) FROM trace_decisions") == N_TRACES
    assert count(store, "SELECT count(*) FROM passes") == 2


def test_rebuilding_gives_the_same_decisions(corpus: Store) -> None:
    filter_store(corpus, policy="strict")
    query = "SELECT trace_id, is_dropped, first_rule FROM trace_decisions ORDER BY ALL"
    with corpus.read() as reader:
        before = reader.rows(query)
    corpus.rebuild()
    with corpus.read() as reader:
        assert reader.rows(query) == before


def test_a_benchmark_drops_all_traces_of_its_problems_with_evidence(corpus: Store, tmp_path: Path) -> None:
    question = "Olga knits 30 scarves in winter and sells 15 at the fair. How many scarves are left to her?"
    path = write_benchmark(tmp_path / "bench.jsonl", question)
    report = filter_store(corpus, policy="all", decontaminate=[f"mine={path}"])
    assert report.benchmarks[0].startswith("mine@")
    [rule] = [rule for rule in report.rules if rule.rule == "contamination"]
    assert rule.n_dropped == 10
    with corpus.read() as reader:
        [(n, items, benchmark)] = reader.rows(
            "SELECT count(DISTINCT t.problem_id), count(DISTINCT d.evidence_json ->> '$.item'), "
            "any_value(d.evidence_json ->> '$.benchmark') FROM decisions AS d "
            "JOIN traces AS t USING (trace_id) WHERE d.rule = 'contamination'"
        )
    assert (n, items, benchmark) == (1, 1, "mine")


def test_another_content_of_a_benchmark_is_another_policy(corpus: Store, tmp_path: Path) -> None:
    path = write_benchmark(tmp_path / "bench.jsonl", "How many stones are there on the long beach?")
    first = filter_store(corpus, policy="all", decontaminate=[str(path)])
    write_benchmark(path, "How many stones are there on the short beach?")
    second = filter_store(corpus, policy="all", decontaminate=[str(path)])
    assert first.policy_id != second.policy_id and second.is_new
    assert first.benchmarks[0].split("@")[0] == "bench"


@pytest.mark.parametrize(
    ("entry", "error", "message"),
    [
        ("aime_1983_2021", MissingError, "on no hub"),
        ("gsm8k_tst", UsageError, "did you mean gsm8k_test"),
        ("nowhere/x.jsonl", MissingError, "no file nowhere/x.jsonl"),
        ("mine=nowhere.jsonl", MissingError, "no file nowhere.jsonl"),
    ],
)
def test_a_benchmark_without_a_file_is_a_missing_prerequisite(
    corpus: Store, entry: str, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        filter_store(corpus, policy="all", decontaminate=[entry])
    assert count(corpus, "SELECT count(*) FROM passes") == 0


@pytest.mark.parametrize(
    "text", ["", '{"id": "1", "source": "b", "question": "  ", "answer": "1"}\n', "{torn\n"]
)
def test_a_benchmark_that_cannot_be_compared_whole_stops_the_filter(
    corpus: Store, tmp_path: Path, text: str
) -> None:
    path = tmp_path / "bench.jsonl"
    path.write_text(text)
    with pytest.raises(InputError, match="decontaminate"):
        filter_store(corpus, policy="all", decontaminate=[str(path)])


def test_one_name_for_two_benchmarks_is_refused(corpus: Store, tmp_path: Path) -> None:
    path = write_benchmark(tmp_path / "bench.jsonl", "Which stone is the heaviest one?")
    with pytest.raises(UsageError, match="twice"):
        filter_store(corpus, policy="all", decontaminate=[str(path), f"bench={path}"])


def test_an_unknown_policy_writes_nothing(corpus: Store) -> None:
    size = journal_size(corpus)
    with pytest.raises(ConfigError):
        filter_store(corpus, policy="verifed")
    assert journal_size(corpus) == size


def test_an_empty_store_has_a_complete_pass(empty: Store) -> None:
    report = filter_store(empty, policy="strict")
    assert (report.n_traces, report.n_kept, report.is_new) == (0, 0, True)
    assert not filter_store(empty, policy="strict").is_new


def test_progress_ends_at_the_total(corpus: Store) -> None:
    told: list[FilterProgress] = []
    report = filter_store(corpus, policy="verified", on_progress=told.append)
    assert told[-1] == FilterProgress(N_TRACES, N_TRACES, report.n_kept)


def test_a_policy_of_ones_own(corpus: Store, tmp_path: Path) -> None:
    path = tmp_path / "short.yaml"
    path.write_text("name: short\nrules:\n  - length: {max_words: 6}\n")
    report = filter_store(corpus, policy=path)
    assert report.policy == "short" and 0 < report.n_kept < N_TRACES
    assert count(corpus, "SELECT count(*) FROM decisions WHERE is_dropped AND value <= threshold") == 0


def test_a_filter_that_was_killed_leaves_the_pass_before_it_in_force(corpus: Store) -> None:
    whole = filter_store(corpus, policy="verified")
    run_id = "20991231T000000Z-000000"
    with corpus.read() as reader:
        [(trace_id,)] = reader.rows("SELECT min(trace_id) FROM traces")
    torn = Decision(str(trace_id), "b2-rule", "refusal", True)
    with corpus.write_journal(run_id) as journal:
        journal.append(DecisionsRecord(whole.policy_id, run_id, 1.0, (torn,)))
    assert count(corpus, "SELECT count(*) FROM trace_decisions") == N_TRACES
    assert count(corpus, "SELECT count(*) FROM trace_decisions WHERE NOT is_dropped") == whole.n_kept
    assert not filter_store(corpus, policy="verified").is_new


def test_more_decisions_than_one_record_holds_make_one_pass(empty: Store) -> None:
    run_id = "20261101T000000Z-000001"
    problem = Problem.of(source="s", question="How many?", gold="1")
    with empty.write_journal(run_id) as journal:
        journal.append(ProblemRecord(problem))
        for number in range(2 * BLOCK + 1):
            trace = ImportedTrace.of(
                problem_id=problem.problem_id, source="s", teacher="t", format=TraceFormat.COT,
                text=f"Text {number}.",
            )  # fmt: skip
            journal.append(TraceRecord(trace, run_id))
    report = filter_store(empty, policy="all")
    assert report.n_kept == 2 * BLOCK + 1
    assert count(empty, "SELECT count(*) FROM trace_decisions") == report.n_traces
    assert count(empty, "SELECT count(*) FROM passes") == 1


def test_a_mark_changes_the_next_pass_survives_a_rebuild_and_can_be_taken_back(corpus: Store) -> None:
    before = filter_store(corpus, policy="verified")
    kept = str(count(corpus, "SELECT min(trace_id) FROM traces_v WHERE NOT is_dropped"))
    with corpus.write_journal("20261102T000000Z-000002") as journal:
        journal.append(MarkRecord(kept, 5.0, "reject", "off the point"))
    corpus.rebuild()
    after = filter_store(corpus, policy="verified")
    assert after.is_new and after.n_kept == before.n_kept - 1
    evidence = f"SELECT evidence_json FROM decisions WHERE trace_id = '{kept}' AND rule = 'human_mark'"
    assert json.loads(str(count(corpus, evidence)))["comment"] == "off the point"
    with corpus.write_journal("20261103T000000Z-000003") as journal:
        journal.append(MarkRecord(kept, 6.0, "none"))
    assert filter_store(corpus, policy="verified").n_kept == before.n_kept
    assert corpus.check() == []
