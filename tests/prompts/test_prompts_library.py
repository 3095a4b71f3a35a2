"""Prompts: ids are content, problems are data, and what is asked for can be read back."""

from __future__ import annotations

from pathlib import Path

import pytest

from curate.curation_sections import PromptSection
from curate.errors import ConfigError
from curate.prompts import agent_template, list_templates, render_prompt, select_template
from curate.teachers.embedded.wording import read_instruction, read_n_words
from curate.types import Problem, Role, Style

PLAIN = Problem.of(source="s", question="What is \\frac{1}{2} of {{gold}} and {0}?", gold="7")
EXTRAS = {"answer": "1", "reasoning": "r", "feedback": "f", "n_words": "50"}


def words(template, problem: Problem = PLAIN) -> str:
    return "\n".join(message.content for message in render_prompt(template, problem, **EXTRAS))


def test_every_template_has_its_own_id_and_name() -> None:
    templates = list_templates()
    assert len({t.template_id for t in templates}) == len({t.name for t in templates}) == len(templates)
    assert {t.granularity for t in templates if t.format == "cot"} == {None, 1, 2, 3, 4, 5, 6}
    assert {t.style for t in templates} == set(Style)


@pytest.mark.parametrize("template", list_templates(), ids=lambda t: t.name)
def test_the_words_say_what_is_asked_for(template) -> None:
    text = words(template)
    wanted = read_instruction(text)
    assert wanted.role is template.role
    if template.role is Role.SOLVER:
        assert wanted.format is template.format
        assert wanted.granularity == template.granularity
        assert wanted.style is template.style
    if template.role is Role.COMPRESSOR:
        assert read_n_words(text) == 50


@pytest.mark.parametrize("template", list_templates(), ids=lambda t: t.name)
def test_braces_and_marks_inside_a_question_survive(template) -> None:
    assert PLAIN.question in words(template)


def test_the_gold_is_shown_only_where_it_was_asked_for() -> None:
    for template in list_templates():
        assert ("7" in words(template)) == template.with_gold


def test_options_are_listed_with_their_letters() -> None:
    problem = Problem.of(source="s", question="Which?", gold="B", choices=("one", "two"))
    assert "Which?\n(A) one\n(B) two" in words(select_template(PromptSection(format="cot")), problem)


def test_shots_are_worked_examples_and_skip_the_problem_itself() -> None:
    template = select_template(PromptSection(format="eot", shots=2))
    assert len(render_prompt(template, PLAIN)) == 1 + 2 * 2 + 1
    own = Problem.of(source="s", question=template.shots[0][0].upper(), gold="30")
    assert len(render_prompt(template, own)) == 1 + 2 + 1


def test_the_suffix_of_study_b_ends_the_question() -> None:
    messages = render_prompt(select_template(PromptSection(format="eot", suffix=True)), PLAIN)
    assert messages[-1].content.endswith("\nSystem of linear equations: (Do not simplify)")


def test_a_changed_word_is_another_template_and_a_changed_name_is_not(tmp_path: Path) -> None:
    def own(name: str, text: str) -> str:
        path = tmp_path / f"{name}.yaml"
        path.write_text(text)
        return select_template(PromptSection(format="cot", template=str(path))).template_id

    assert own("a", "user: 'Solve: {{question}}'") == own("b", "user: 'Solve: {{question}}'\nname: mine")
    assert own("a", "user: 'Solve: {{question}}'") != own("a", "user: 'Do: {{question}}'")


def test_a_template_without_the_question_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    path.write_text("user: hello\nsistem: x")
    with pytest.raises(ConfigError) as caught:
        select_template(PromptSection(format="cot", template=str(path)))
    assert "must hold {{question}}" in caught.value.message
    assert "did you mean `system`?" in caught.value.message


def test_only_a_verifier_may_see_the_gold() -> None:
    assert agent_template(Role.VERIFIER, with_gold=True).with_gold
    assert not agent_template(Role.CRITIC, with_gold=True).with_gold
