"""What a model answers becomes figures: forms, votes, budgets, samples, resuming, and clear refusals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from curate.errors import ConfigError, InputError
from curate.evaluation_section import EvaluateSection
from evaluate import Candidate, run_evaluation
from evaluate.types import Ask
from tests.evaluate.conftest import FakeBackend, candidate, gold_of, number_of


def test_accuracy_comes_with_its_exact_interval(section: EvaluateSection) -> None:
    def say(ask: Ask) -> str:
        return f"So it is. The answer is {gold_of(ask) if number_of(ask) < 4 else 0}"

    result = run_evaluation(section, candidates=[candidate(FakeBackend(say))])
    cell = result.models[0].suite("own").cell("cot")
    assert (cell.right, cell.n, cell.accuracy) == (4, 10, 0.4)
    assert [round(bound, 3) for bound in cell.interval] == [0.122, 0.738]


def test_failure_of_form_is_seen_beside_the_strict_figure(section: EvaluateSection) -> None:
    result = run_evaluation(
        section, candidates=[candidate(FakeBackend(lambda ask: f"It makes {gold_of(ask)}"))]
    )
    cell = result.models[0].suite("own").cell("cot")
    assert (cell.accuracy, cell.no_answer, cell.lenient) == (0, 1, 1)


def test_forms_are_scored_by_sandbox_and_solver_and_put_together(section: EvaluateSection) -> None:
    texts = {
        "cot": lambda ask: f"The answer is {number_of(ask) + 9}",
        "pot": lambda ask: (
            f"```python\nans = {number_of(ask)} + 10\n```" if number_of(ask) % 2 else "I do not know"
        ),
        "eot": lambda ask: f"x = {number_of(ask)} + 10\nans = x",
    }
    asked = section.model_copy(update={"forms": ("cot", "pot", "eot"), "fall_back": ("pot", "cot", "eot")})
    result = run_evaluation(asked, candidates=[candidate(FakeBackend(lambda ask: texts[ask.form](ask)))])
    shares = {cell.view: cell.accuracy for cell in result.models[0].suite("own").cells}
    assert shares["cot"] == 0
    assert shares["eot"] == 1
    assert shares["any"] == 1
    # pot answers every second problem; where it does not, the fall-back goes to cot, which is wrong
    assert shares["fall-back"] == shares["pot"] == 0.5
    # two of three agree on half of the problems; one to one the first of the order (cot) wins
    assert shares["vote"] == 0.5


def test_undecided_is_shown_and_not_called_wrong(section: EvaluateSection) -> None:
    asked = section.model_copy(update={"forms": ("eot",)})
    loose = "x + y = 3\nans = x"
    result = run_evaluation(asked, candidates=[candidate(FakeBackend(lambda ask: loose))])
    cell = result.models[0].suite("own").cell("eot")
    assert (cell.right, cell.open_share) == (0, 1)
    assert {score.status for score in result.scores["fake"]} == {"undecided"}


def test_budgets_reuse_the_answers_and_force_only_what_was_cut(section: EvaluateSection) -> None:
    def say(ask: Ask) -> str:
        if ask.prefix:
            return f" {gold_of(ask)}\nand so on"
        return "x" * (10 * number_of(ask)) + f" The answer is {gold_of(ask)}"

    backend = FakeBackend(say)
    asked = section.model_copy(update={"budgets": (50,), "force_answer": True})
    result = run_evaluation(asked, candidates=[candidate(backend)])
    suite = result.models[0].suite("own")
    assert suite.cell("cot").accuracy == 1
    # 17 characters state the answer, so the first four problems end within 50
    assert suite.cell("cot", 50).accuracy == 0.4
    assert suite.cell("cot", 50, is_forced=True).accuracy == 1
    assert backend.n_asked == 10 + 6


def test_several_samples_give_average_pass_and_majority_over_problems(section: EvaluateSection) -> None:
    def say(ask: Ask) -> str:
        right = ask.sample < (3 if number_of(ask) < 5 else 1)
        return f"The answer is {gold_of(ask) if right else ask.sample}"

    asked = section.model_copy(update={"samples": 4, "temperature": 1.0})
    result = run_evaluation(asked, candidates=[candidate(FakeBackend(say))])
    figures = {figure.name: figure for figure in result.models[0].suite("own").cell("cot").samples}
    assert figures["avg@4"].value == 0.5
    assert figures["pass@4"].value == 1
    assert figures["pass@2"].value == pytest.approx((1 + 0.5) / 2)
    # five problems have a right majority; in the others every value has one vote, right with chance 1/4
    assert figures["maj@4"].value == pytest.approx((5 + 5 * 0.25) / 10)


def test_groups_follow_level_and_year(section: EvaluateSection) -> None:
    def say(ask: Ask) -> str:
        return f"The answer is {gold_of(ask) if number_of(ask) < 5 else 0}"

    groups = run_evaluation(section, candidates=[candidate(FakeBackend(say))]).models[0].suite("own").groups
    by_name = {cell.group: (cell.right, cell.n) for cell in groups}
    assert by_name["year=2024"] == (5, 5)
    assert by_name["year=2025"] == (0, 5)
    assert by_name["level=1"] == (3, 5)


def test_stopped_evaluation_goes_on_and_ends_in_the_same_bytes(
    section: EvaluateSection, tmp_path: Path
) -> None:
    def say(ask: Ask) -> str:
        return f"The answer is {gold_of(ask)}"

    whole = section.model_copy(update={"out": tmp_path / "whole"})
    run_evaluation(whole, candidates=[candidate(FakeBackend(say))])
    with pytest.raises(KeyboardInterrupt):
        run_evaluation(section, candidates=[candidate(FakeBackend(say, stop_after=4))])
    with (section.out / "predictions.jsonl").open("ab") as file:
        file.write(b'{"key": "torn')
    again = FakeBackend(say)
    run_evaluation(section, candidates=[candidate(again)])
    assert again.n_asked == 6
    for name in ("scores.jsonl", "items.jsonl"):
        assert (section.out / name).read_bytes() == (whole.out / name).read_bytes()
    results = [json.loads((out / "result.json").read_text()) for out in (section.out, whole.out)]
    for result in results:
        result["settings"].pop("out")
    assert results[0] == results[1]


def test_cross_check_stands_beside_our_verdict(section: EvaluateSection) -> None:
    asked = section.model_copy(update={"cross_check": True})
    result = run_evaluation(
        asked, candidates=[candidate(FakeBackend(lambda ask: f"The answer is {gold_of(ask)}"))]
    )
    assert {score.cross for score in result.scores["fake"]} == {"correct"}
    assert "contradicts our verdict on 0" in result.notes[0]


def test_model_that_says_nothing_is_one_clear_sentence(section: EvaluateSection) -> None:
    with pytest.raises(InputError, match="10 empty answers"):
        run_evaluation(section, candidates=[candidate(FakeBackend(lambda ask: "  "))])


def test_model_that_never_stops_is_noted(section: EvaluateSection) -> None:
    result = run_evaluation(section, candidates=[candidate(FakeBackend(lambda ask: "on and " * 100))])
    assert "never stops" in result.notes[0]
    assert result.models[0].suite("own").cell("cot").cut == 1


def test_benchmark_without_answers_is_refused(section: EvaluateSection, tmp_path: Path) -> None:
    path = tmp_path / "bare.jsonl"
    path.write_text('{"question": "Q?", "answer": "1"}\n{"question": "R?"}\n', encoding="utf-8")
    bare = section.model_copy(update={"benchmarks": (str(path),)})
    with pytest.raises(InputError, match="1 of 2 problems have no answer, the first is number 2"):
        run_evaluation(bare, candidates=[candidate(FakeBackend(lambda ask: "1"))])


def test_forms_that_the_prompt_cannot_tell_apart_are_refused(section: EvaluateSection) -> None:
    asked = section.model_copy(update={"forms": ("cot", "pot")})
    from dataclasses import replace

    bare = replace(candidate(FakeBackend(lambda ask: "1")), mode="question")
    with pytest.raises(ConfigError, match="says none of them"):
        run_evaluation(asked, candidates=[bare])


def test_greedy_samples_are_refused() -> None:
    with pytest.raises(ValueError, match="all the same"):
        EvaluateSection(samples=4)


def test_seeds_give_mean_and_deviation(section: EvaluateSection) -> None:
    from dataclasses import replace

    from evaluate.seeds import over_seeds

    def seed(number: int, most: int) -> Candidate:
        def say(ask: Ask) -> str:
            return f"The answer is {gold_of(ask) if number_of(ask) < most else 0}"

        fake = FakeBackend(say, name=f"seed-{number}")
        return replace(candidate(fake, fake.name), seed=number)

    result = run_evaluation(section, candidates=[seed(0, 4), seed(1, 6)])
    [figure] = over_seeds(result.models)
    assert (figure.n_seeds, figure.mean, round(figure.deviation, 4)) == (2, 0.5, 0.1414)
