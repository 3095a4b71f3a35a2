"""The embedded teacher, wired to the problems that ship: it knows all of them, in every form."""

from __future__ import annotations

import orjson
import pytest

from curate.answers import compare_answers, parse_trace
from curate.prompts import list_templates, render_prompt
from curate.sources import builtin_problems
from curate.stages.embedding import answer_embedded, make_transport
from curate.teachers.completion import read_completion
from curate.types import Problem, PromptTemplate, Role, Sampling, Teacher, TraceFormat
from curate.verify import solve_many

TEMPLATES = {template.name: template for template in list_templates() if template.role is Role.SOLVER}
PROBLEMS = [builtin.problem for builtin in builtin_problems()]


def say(template: PromptTemplate, problem: Problem, sample: int = 0, **body: object) -> str:
    messages = [{"role": m.role, "content": m.content} for m in render_prompt(template, problem)]
    asked = {"model": "embedded", "tracemill_faults": 0, **body, "messages": messages}
    return read_completion(answer_embedded(orjson.dumps(asked), sample)).text


@pytest.mark.parametrize(
    "name", ["cot", "cot-1", "cot-6", "cot-3-sub-questions", "cot-3-symbolic", "cot-answer-only"]
)
def test_true_words_state_the_gold_of_every_problem(name) -> None:
    for problem in PROBLEMS:
        stated = parse_trace(say(TEMPLATES[name], problem), TraceFormat.COT).stated_answer
        found = compare_answers(gold=problem.gold or "", answer=stated or "", choices=problem.choices)
        assert found.status == "equal", (problem.question, stated)


def test_true_equations_solve_to_the_gold_of_every_problem() -> None:
    texts = [parse_trace(say(TEMPLATES["eot"], problem), TraceFormat.EOT).equations for problem in PROBLEMS]
    solved = solve_many([text or "" for text in texts], workers=1)
    for problem, text, result in zip(PROBLEMS, texts, solved, strict=True):
        answer = result.solution.answer or ""
        found = compare_answers(gold=problem.gold or "", answer=answer, choices=problem.choices)
        assert found.status == "equal", (problem.question, text, result.solution)


def test_true_programs_are_found_for_every_problem() -> None:
    for problem in PROBLEMS:
        program = parse_trace(say(TEMPLATES["pot"], problem), TraceFormat.POT).program
        assert program is not None
        compile(program, "program", "exec")


def test_mean_words_rise_with_the_level_over_all_problems() -> None:
    means = [
        sum(len(say(TEMPLATES[f"cot-{level}"], problem).split()) for problem in PROBLEMS)
        for level in range(1, 7)
    ]
    assert means == sorted(set(means))


def test_weak_model_solves_fewer_than_the_strong_one_so_that_a_cascade_has_a_point() -> None:
    def solved(model: str) -> int:
        return sum(
            compare_answers(
                gold=problem.gold or "",
                answer=parse_trace(
                    say(TEMPLATES["cot"], problem, model=model, tracemill_faults=None), TraceFormat.COT
                ).stated_answer
                or "",
                choices=problem.choices,
            ).status
            == "equal"
            for problem in PROBLEMS
        )

    assert solved("embedded-weak") < 0.8 * solved("embedded-strong")


def test_transport_of_an_embedded_teacher_knows_the_problems_without_key_or_network() -> None:
    teacher = Teacher.of(
        alias="e", model="embedded", base_url="embedded", sampling=Sampling(), transport="embedded"
    )
    transport = make_transport(teacher, {})
    assert type(transport).__name__ == "EmbeddedTransport"
