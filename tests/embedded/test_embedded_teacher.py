"""The embedded teacher: deterministic, honest about what it is, and wrong on purpose in all ways it knows."""

from __future__ import annotations

import ast
from collections import Counter

import orjson
import pytest

from curate.answers import parse_trace
from curate.teachers.embedded import EmbeddedTeacher
from curate.teachers.embedded.models import MODEL_NAMES, WEIGHTS, Fault
from curate.types import FinishReason, ParseState, TraceFormat
from curate.verify import solve_many

POT, EOT = "Write a python program.", "Write a system of equations."


def test_same_request_gives_the_same_bytes_and_another_sample_others(teacher) -> None:
    body = orjson.dumps({"model": "embedded", "messages": [{"role": "user", "content": "x"}]})
    assert teacher.answer(body, 3) == teacher.answer(body, 3)
    assert teacher.answer(body) == EmbeddedTeacher([]).answer(body)
    assert teacher.answer(body, 0) != teacher.answer(body, 1)


def test_correct_samples_of_one_prompt_do_not_all_read_alike(complete) -> None:
    texts = {complete("Reason at level 4.", sample).text for sample in range(12)}
    assert len(texts) > 4
    assert {parse_trace(text, TraceFormat.COT).stated_answer for text in texts} == {"72"}


def test_every_completion_says_that_this_is_no_language_model(teacher) -> None:
    for model in MODEL_NAMES:
        body = {"model": model, "messages": [{"role": "user", "content": "What is love?"}]}
        answer = orjson.loads(teacher.answer(orjson.dumps(body)))
        assert "not a language model" in answer["model"]
        assert "not-a-language-model" in answer["system_fingerprint"]


def test_unknown_problem_gets_an_honest_sentence(complete) -> None:
    said = complete(question="How many angels dance on a pin?")
    assert "none of them" in said.text
    assert said.finish_reason is FinishReason.STOP


def test_problem_is_found_whatever_its_dressing_and_examples_do_not_mislead(complete, cranes, paint) -> None:
    dressed = complete(question="Question:\n  " + cranes.question.upper().replace(" ", "\n"))
    assert "72" in dressed.text
    example = complete(f"Example: {paint.question} The answer is B.")
    assert parse_trace(example.text, TraceFormat.COT).stated_answer == "72"


@pytest.mark.parametrize("style", ["", "Use sub-questions.", "Restate the question.", "Use symbols."])
def test_words_rise_with_the_level(complete, style) -> None:
    lengths = [len(complete(f"Granularity {level}. {style}").text.split()) for level in range(1, 7)]
    assert lengths == sorted(set(lengths))


def test_styles_differ_from_plain_at_the_same_level(complete) -> None:
    texts = {complete(f"Level 3. {style}").text for style in ("", "Sub-questions.", "Rephrase.", "Symbolic.")}
    assert len(texts) == 4
    assert complete("Give only the answer.").text == "The answer is 72."


def test_true_answers_are_right_in_every_form(complete) -> None:
    parsed = parse_trace(complete(POT).text, TraceFormat.POT)
    assert parsed.program is not None
    ast.parse(parsed.program)
    equations = parse_trace(complete(EOT).text, TraceFormat.EOT).equations
    assert equations is not None
    assert "total = april + may" in equations


def test_wrong_arithmetic_is_carried_through_to_a_wrong_answer(complete) -> None:
    for sample in range(8):
        text = complete("", sample, tracemill_faults={"wrong_arithmetic": 1}).text
        assert parse_trace(text, TraceFormat.COT).stated_answer != "72"
        assert "48 / 2 = 24" not in text or "48 + 24 = 72" not in text


def test_right_answer_may_come_by_a_wrong_step(complete) -> None:
    text = complete(tracemill_faults={"right_by_wrong_steps": 1}).text
    assert parse_trace(text, TraceFormat.COT).stated_answer == "72"
    assert "48 / 2 = 24" not in text or "48 + 24 = 72" not in text


def test_leaked_answer_speaks_of_the_given_answer(complete) -> None:
    assert "the given answer, 72" in complete(tracemill_faults={"leaked_answer": 1}).text


def test_wrong_choice_is_another_letter(complete, paint) -> None:
    answers = {
        parse_trace(
            complete("", sample, question=paint.question, tracemill_faults={"wrong_answer": 1}).text,
            TraceFormat.COT,
        ).stated_answer
        for sample in range(10)
    }
    assert answers == {"A", "C"}


def test_broken_programs_break_and_hostile_ones_are_only_text(complete) -> None:
    def program(fault: str, sample: int = 0) -> str:
        return (
            complete(POT, sample, tracemill_faults={fault: 1}).text.split("```python\n")[-1].split("\n```")[0]
        )

    for sample in range(4):
        with pytest.raises(SyntaxError):
            compile(program("broken_syntax", sample), "program", "exec")
    assert "simplify_result(" in program("unknown_name")
    assert "while count >= 0" in program("endless_loop")
    assert "open('/etc/passwd')" in program("reads_files")
    assert "urlopen" in program("uses_network")
    assert "os.environ" in program("reads_environment")
    assert "Question: A farmer" in program("run_on")


def test_true_equations_solve_and_damaged_ones_are_refused_each_for_its_reason(complete) -> None:
    faults = ("none", "underdetermined", "unsolvable", "reassigned")
    texts = [
        parse_trace(complete(EOT, tracemill_faults={fault: 1}).text, TraceFormat.EOT) for fault in faults
    ]
    solved = [result.solution for result in solve_many([text.equations or "" for text in texts], workers=1)]
    assert (solved[0].status, solved[0].answer) == ("ok", "72")
    assert solved[1].reason == "underdetermined"
    assert [solution.status for solution in solved[1:]] == ["rejected"] * 3


def test_answers_that_are_none_come_as_vendors_give_them(complete) -> None:
    def state(fault: str, **body: object) -> ParseState:
        said = complete(tracemill_faults={fault: 1}, **body)
        return parse_trace(said.text, TraceFormat.COT, said.finish_reason).state

    assert state("refusal") is ParseState.REFUSED
    assert state("api_error") is ParseState.API_ERROR
    assert state("empty") is ParseState.EMPTY
    assert state("truncation") is ParseState.TRUNCATED
    cut = complete(tracemill_faults={"unclosed_thinking": 1}, model="embedded-think")
    assert (cut.text, cut.is_reasoning_open) == ("", True)


def test_reasoning_comes_in_the_field_in_tags_or_not_at_all_by_model(complete) -> None:
    assert complete(model="embedded-reasoner").reasoning_source == "reasoning_content"
    sources = Counter(complete("", n, model="embedded-think").reasoning_source for n in range(40))
    assert sources["tags"] > sources[""] > 0
    assert complete(model="embedded").reasoning == ""


def test_share_of_faults_follows_the_model_and_the_request(complete, teacher) -> None:
    def right(model: str, **body: object) -> float:
        said = [complete("", n, model=model, **body).text for n in range(200)]
        return sum(parse_trace(text, TraceFormat.COT).stated_answer == "72" for text in said) / 200

    assert (
        right("embedded-weak", tracemill_faults=None) < right("embedded-strong", tracemill_faults=None) - 0.2
    )
    assert right("embedded", tracemill_faults=1) < 0.3
    assert right("embedded", tracemill_faults=0) == 1.0


def test_every_kind_of_fault_is_met_among_many_samples(complete) -> None:
    for instruction, format in (("", TraceFormat.COT), (POT, TraceFormat.POT), (EOT, TraceFormat.EOT)):
        texts = {complete(instruction, n, tracemill_faults=1).text for n in range(120)}
        assert len(texts) > len(WEIGHTS[format])


def test_max_tokens_and_stop_cut_the_answer_and_reasoning_uses_tokens_up_first(complete) -> None:
    cut = complete("Level 6.", max_tokens=10)
    assert (cut.finish_reason, cut.usage.n_tokens_out) == (FinishReason.LENGTH, 10)
    thought = complete(max_tokens=10, model="embedded-reasoner")
    assert (thought.text, thought.finish_reason) == ("", FinishReason.LENGTH)
    assert "answer" not in complete(stop=["answer"]).text


def test_usage_is_characters_over_four(complete) -> None:
    said = complete(model="embedded-reasoner")
    assert said.usage.n_tokens_out == -(-len(said.text) // 4) + -(-len(said.reasoning) // 4)
    assert said.usage.n_tokens_reasoning > 0
    assert said.usage.n_tokens_in > 20


def test_several_choices_are_given_when_asked_for(teacher) -> None:
    body = {"model": "embedded", "n": 3, "messages": [{"role": "user", "content": "?"}]}
    answer = orjson.loads(teacher.answer(orjson.dumps(body)))
    assert [choice["index"] for choice in answer["choices"]] == [0, 1, 2]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'{"messages": 7}', b'{"messages": [3, {"content": [4]}]}']
)
def test_odd_bodies_are_answered_and_never_raise(teacher, body) -> None:
    assert isinstance(orjson.loads(teacher.answer(body)), dict)


def test_fault_names_that_nobody_knows_count_for_nothing(complete) -> None:
    assert complete(tracemill_faults={"gremlins": 1, "none": 1}).text.endswith("72.")
    assert Fault.NONE.value == "none"
