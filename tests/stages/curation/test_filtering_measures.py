"""Texts are measured once, pairs and copies are stored, selection decides in the store, stories are told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from curate.curation_sections import ExportSection
from curate.errors import InputError, MissingError, UsageError
from curate.stages.explaining import explain_trace
from curate.stages.exporting import export_store
from curate.stages.filtering import filter_store
from curate.store import Store


def rows(store: Store, query: str) -> list[tuple[object, ...]]:
    with store.read() as reader:
        return reader.rows(query)


def measured(store: Store) -> int:
    return len(rows(store, "SELECT run_id FROM runs WHERE command = 'measure'"))


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_text_is_measured_once_and_other_thresholds_read_no_text(corpus: Store, tmp_path: Path) -> None:
    filter_store(corpus, policy="strict")
    assert rows(corpus, "SELECT count(*) FROM features ANTI JOIN traces USING (trace_id)") == [(0,)]
    assert rows(corpus, "SELECT count(*) FROM traces ANTI JOIN features USING (trace_id)") == [(0,)]
    assert measured(corpus) == 1
    policy = write(
        tmp_path, "rules: [repetition: {max_repeat4_share: 0.1}, near_duplicate: {min_similarity: 0.9}]"
    )
    filter_store(corpus, policy=policy)
    assert measured(corpus) == 1


def test_pairs_and_clusters_stand_in_tables_and_survive_a_rebuild(corpus: Store) -> None:
    filter_store(corpus, policy="strict")
    query = "SELECT cluster_id, trace_id, is_kept, similarity, n_members FROM clusters ORDER BY ALL"
    before = rows(corpus, query)
    pairs = "SELECT a, b, similarity FROM near_duplicates ORDER BY ALL"
    found = rows(corpus, pairs)
    assert before and found
    corpus.rebuild()
    assert rows(corpus, query) == before and rows(corpus, pairs) == found
    assert (
        rows(corpus, "SELECT cluster_id FROM clusters GROUP BY ALL HAVING count(*) FILTER (is_kept) <> 1")
        == []
    )


def test_selection_decides_in_the_store_and_orders_the_export(corpus: Store, tmp_path: Path) -> None:
    policy = write(
        tmp_path,
        "name: mine\nrules: [exact_duplicate, wrong_answer, undecided, no_answer, check_error]\nselect:\n"
        " - diversity_cap: {per: [problem], most: 2}\n - order: {by: short_first}\n",
    )
    report = filter_store(corpus, policy=policy)
    caps = {rule.rule: rule for rule in report.rules}["diversity_cap"]
    assert report.n_kept == 12 and caps.n_dropped == caps.n_dropped_alone > 0
    assert report.n_kept + sum(rule.n_dropped_first for rule in report.rules) == report.n_traces
    section = ExportSection.model_validate({"format": "messages", "out": tmp_path / "out", "seed": 3})
    first = export_store(corpus, section, policy)
    order = [
        json.loads(line)["trace_id"] for line in (tmp_path / "out/lineage.jsonl").read_text().splitlines()
    ]
    words = dict(rows(corpus, "SELECT trace_id, n_words FROM traces"))
    assert len(order) == 12
    assert [words[one] for one in order] == sorted(words[one] for one in order)
    again = ExportSection.model_validate({"format": "messages", "out": tmp_path / "again", "seed": 3})
    assert export_store(corpus, again, policy).sha256 == first.sha256


def test_names_of_benchmarks_are_found_in_a_folder_and_aime_means_all_years(
    corpus: Store, tmp_path: Path
) -> None:
    question = "Olga knits 12 scarves in winter and sells 5 at the fair. How many scarves are left to her?"
    for name, asked in (
        ("aime_1983_2021", question),
        ("aime_2022_2024", "Find x if twice x is eight."),
        ("aime_2025", "Find y if y is one."),
    ):
        line = json.dumps({"id": "1", "source": name, "question": asked, "answer": "7"})
        (tmp_path / f"{name}.jsonl").write_text(line + "\n")
    report = filter_store(corpus, policy="all", decontaminate=["aime"], benchmarks_dir=tmp_path)
    assert [label.split("@")[0] for label in report.benchmarks] == [
        "aime_1983_2021", "aime_2022_2024", "aime_2025",
    ]  # fmt: skip
    assert {rule.rule: rule.n_dropped for rule in report.rules}["contamination"] > 0


def test_a_folder_of_benchmarks_that_is_not_there_is_missing(corpus: Store, tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="folder of benchmarks"):
        filter_store(corpus, policy="all", decontaminate=["aime"], benchmarks_dir=tmp_path / "nowhere")


def test_numbers_from_a_file_drop_traces_and_another_file_is_another_pass(
    corpus: Store, tmp_path: Path
) -> None:
    [(trace_id,)] = rows(corpus, "SELECT min(trace_id) FROM traces")
    scores = tmp_path / "scores.jsonl"
    scores.write_text(json.dumps({"trace_id": trace_id, "ppl": 40}) + "\n")
    policy = write(tmp_path, f"rules:\n - external_score: {{column: ppl, file: {scores}, max: 30}}\n")
    assert filter_store(corpus, policy=policy).n_dropped == 1
    scores.write_text(json.dumps({"trace_id": trace_id, "ppl": 4}) + "\n")
    report = filter_store(corpus, policy=policy)
    assert report.is_new and report.n_dropped == 0


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        (None, MissingError, "no file"),
        ('{"trace_id": "x"}\n', InputError, "line 1: no number ppl"),
        ('{"ppl": 3}\n', InputError, "line 1: no id"),
        ('{"trace_id": "x", "ppl": 3}\n', InputError, "none of its 1 ids"),
    ],
)
def test_numbers_that_cannot_be_read_stop_the_filter(
    corpus: Store, tmp_path: Path, text: str | None, error: type[Exception], message: str
) -> None:
    path = tmp_path / "scores.jsonl"
    if text is not None:
        path.write_text(text)
    policy = write(tmp_path, f"rules:\n - external_score: {{column: ppl, file: {path}, max: 30}}\n")
    with pytest.raises(error, match=message):
        filter_store(corpus, policy=policy)


def test_copies_of_a_problem_are_found_over_sources_and_other_numbers_are_other_problems(
    corpus: Store, tmp_path: Path
) -> None:
    from curate.store.records import ProblemRecord, TraceRecord
    from curate.types import ImportedTrace, Problem, TraceFormat

    same = "Olga knits 12 scarves in winter and sells 5 at the fair. How many scarves are left to her?"
    with corpus.write_journal("20261102T000000Z-000002") as journal:
        for question in (same, same.replace("12", "13")):
            problem = Problem.of(source="elsewhere", question=question, gold="7")
            journal.append(ProblemRecord(problem))
            trace = ImportedTrace.of(
                problem_id=problem.problem_id, source="elsewhere", teacher="t", format=TraceFormat.COT,
                text=f"The answer is 7. {question}",
            )  # fmt: skip
            journal.append(TraceRecord(trace, "r"))
    report = filter_store(corpus, policy=write(tmp_path, "rules: [duplicate_problem, boilerplate]"))
    assert {rule.rule: rule.n_dropped for rule in report.rules} == {"duplicate_problem": 1, "boilerplate": 0}


def test_a_story_tells_checks_rules_and_exports(corpus: Store, tmp_path: Path) -> None:
    filter_store(corpus, policy="verified")
    export_store(
        corpus, ExportSection.model_validate({"format": "messages", "out": tmp_path / "out"}), "verified"
    )
    [(kept,), *_] = rows(corpus, "SELECT trace_id FROM trace_decisions WHERE NOT is_dropped ORDER BY 1")
    story = explain_trace(corpus, str(kept)[:20])
    assert story.is_kept and story.exports and not story.first_rule
    assert {rule.says for rule in story.rules} == {"passes"} and story.verdicts
    query = "SELECT trace_id, first_rule FROM trace_decisions WHERE first_rule = 'wrong_answer' LIMIT 1"
    [(dropped, rule)] = rows(corpus, query)
    story = explain_trace(corpus, str(dropped))
    assert story.is_kept is False and story.first_rule == rule and not story.exports
    assert explain_trace(corpus, str(dropped), "strict").is_kept is None


def test_a_trace_nobody_has_is_named(corpus: Store) -> None:
    with pytest.raises(UsageError, match="no trace has the id 'nope'"):
        explain_trace(corpus, "nope")
