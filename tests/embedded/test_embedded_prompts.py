"""The embedded teacher understands every prompt that ships, whatever the question itself speaks of."""

from __future__ import annotations

from collections.abc import Callable

import orjson
import pytest

from curate.answers import parse_trace
from curate.prompts import agent_template, list_templates, render_prompt
from curate.stages.agents_judging import read_judgement
from curate.stages.agents_repair import read_finding
from curate.teachers.completion import read_completion
from curate.teachers.embedded import EmbeddedProblem, EmbeddedStep, EmbeddedTeacher
from curate.teachers.embedded.wording import read_instruction
from curate.types import Problem, PromptTemplate, Role, Style, TraceFormat, VerdictStatus

TRICKY = EmbeddedProblem(
    "A python program prints 6 equations with 3 symbols each, in 5 words or more. How many symbols is that?",
    "18",
    (EmbeddedStep("Each equation holds three symbols", "symbols printed", "6 * 3", "18"),),
    "lines = 6\nans = lines * 3",
    "lines = 6\nall = lines * 3\nans = all",
)
SOLVERS = [template for template in list_templates() if template.role is Role.SOLVER]


def as_problem(known: EmbeddedProblem) -> Problem:
    return Problem.of(source="test", question=known.question, gold=known.gold, choices=known.choices)


@pytest.fixture
def say(cranes) -> Callable[..., str]:
    teacher = EmbeddedTeacher([cranes, TRICKY])

    def ask(template: PromptTemplate, known: EmbeddedProblem = cranes, sample: int = 0, **extras: str) -> str:
        messages = [
            {"role": message.role, "content": message.content}
            for message in render_prompt(template, as_problem(known), **extras)
        ]
        body = orjson.dumps({"model": "embedded-weak", "messages": messages, "tracemill_faults": 0})
        return read_completion(teacher.answer(body, sample)).text

    return ask


@pytest.mark.parametrize("template", SOLVERS, ids=lambda template: template.name)
def test_every_solvers_prompt_gets_its_form_level_and_style(template, say) -> None:
    wanted = read_instruction(f"{template.system}\n{template.user}")
    assert (wanted.role, wanted.format) == (Role.SOLVER, template.format)
    assert wanted.style is template.style
    if template.style is not Style.ANSWER_ONLY:
        assert wanted.granularity == template.granularity
    for known in (None, TRICKY):
        text = say(template) if known is None else say(template, known)
        parsed = parse_trace(text, template.format)
        found = {
            TraceFormat.COT: parsed.stated_answer,
            TraceFormat.POT: parsed.program,
            TraceFormat.EOT: parsed.equations,
        }[template.format]
        assert found, text


def test_every_agents_prompt_is_taken_for_its_role() -> None:
    for template in list_templates():
        filled = template.user.replace("{{n_words}}", "60")
        assert read_instruction(f"{template.system}\n{filled}").role is template.role, template.name


@pytest.mark.parametrize("with_gold", [True, False])
def test_verifier_judges_the_stated_answer_and_seldom_errs(say, with_gold) -> None:
    template = agent_template(Role.VERIFIER, with_gold=with_gold)
    right = [read_judgement(say(template, sample=n, answer="72"))[0] for n in range(60)]
    wrong = [read_judgement(say(template, sample=n, answer="71"))[0] for n in range(60)]
    assert right.count(VerdictStatus.CORRECT) > 50
    assert wrong.count(VerdictStatus.INCORRECT) > 50
    assert VerdictStatus.UNDECIDED in right + wrong


def test_critic_names_the_first_wrong_step_or_none(say) -> None:
    template = agent_template(Role.CRITIC)
    wrong = "Half of 48 is taken.\n48 / 2 = 25\n48 + 25 = 73\nThe answer is 73"
    assert read_finding(say(template, reasoning=wrong)) == "Step 2: 48 / 2 is 24, not 25."
    assert read_finding(say(template, reasoning="48 / 2 = 24\n48 + 24 = 72\nThe answer is 72")) is None
    assert read_finding(say(template, reasoning="48 / 2 = 24\nThe answer is 24")) is not None
    program = "```python\napril = 49\nmay = april / 2\nans = april + may\n```"
    assert "april = 49" in (read_finding(say(template, reasoning=program)) or "")


@pytest.mark.parametrize(
    ("attempt", "format"),
    [
        ("48 / 2 = 25. The answer is 73", TraceFormat.COT),
        ("```python\napril = 48\nans = april +\n```", TraceFormat.POT),
        ("april = 48\ntotal = april + may\nans = total", TraceFormat.EOT),
    ],
)
def test_repair_keeps_the_form_and_mostly_succeeds(say, attempt, format, cranes) -> None:
    template = agent_template(Role.REPAIR)
    said = [say(template, sample=n, reasoning=attempt, feedback="it is wrong") for n in range(30)]
    parsed = [parse_trace(text, format) for text in said]
    if format is TraceFormat.COT:
        good = [one.stated_answer == "72" for one in parsed]
    else:
        known = cranes.program if format is TraceFormat.POT else cranes.equations
        good = [known in (one.program or "") + (one.equations or "") for one in parsed]
    assert 10 < sum(good) <= 30


def test_compressor_shortens_keeps_the_answer_and_sometimes_fails(say) -> None:
    template = agent_template(Role.COMPRESSOR)
    parent = say(next(t for t in SOLVERS if t.name == "cot-6"))
    said = {n_words: say(template, reasoning=parent, n_words=str(n_words)) for n_words in (120, 60, 30)}
    lengths = [len(text.split()) for text in said.values()]
    assert lengths == sorted(lengths, reverse=True)
    assert len(parent.split()) > lengths[0] > lengths[-1]
    assert all(parse_trace(text, TraceFormat.COT).stated_answer == "72" for text in said.values())
    tries = [say(template, sample=n, reasoning=parent, n_words="60") for n in range(80)]
    assert parent in tries
    assert any("990" in text or "10" in text for text in tries)
