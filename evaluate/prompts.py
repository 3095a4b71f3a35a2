"""What a model is asked: the question as exports train it, with a form's text, or a teacher's whole prompt.

In: a problem, a form and the mode. Out: chat messages. How a model's template writes them as text is for the
backend. A student must be asked as it was trained, so `auto` is settled by the training's own record.
"""

from __future__ import annotations

from typing import Literal

from curate.curation_sections import PromptSection
from curate.errors import ConfigError
from curate.evaluation_section import EvaluateSection, Form
from curate.ids import canonical_json, content_id
from curate.prompts import question_text, render_prompt, select_template, student_suffix
from curate.types import Message, Problem, PromptTemplate, Style

Mode = Literal["question", "task", "instruct"]


def require_told_apart(mode: Mode, forms: tuple[Form, ...]) -> None:
    """See that the prompt says which form is wanted.

    Raises:
        ConfigError: when several forms would be asked with the same words.
    """
    if mode == "question" and len(forms) > 1:
        raise ConfigError(
            f"evaluate.forms asks for {', '.join(forms)}, and the prompt `question` says none of them",
            "train and evaluate with `prompt: task`, which appends each form's text, or ask for one form",
        )


def messages_for(problem: Problem, form: Form, mode: Mode, section: EvaluateSection) -> tuple[Message, ...]:
    """Give the messages for one problem."""
    if mode == "instruct":
        return render_prompt(instruct_template(form, section), problem)
    text = question_text(problem)
    suffix = student_suffix(form) if mode == "task" else ""
    return (Message("user", f"{text}\n{suffix}" if suffix else text),)


def instruct_template(form: Form, section: EvaluateSection) -> PromptTemplate:
    """Compose the prompt that a teacher would get."""
    is_bare = form == "answer-only"
    return select_template(
        PromptSection(
            format="cot" if is_bare else form,
            granularity=None if is_bare else section.granularity,
            style=Style.ANSWER_ONLY if is_bare else section.style,
            shots=section.shots,
        )
    )


def prompt_id(form: Form, mode: Mode, section: EvaluateSection) -> str:
    """Identify the words around a problem, so that runs on different ones are not compared."""
    if mode == "instruct":
        return instruct_template(form, section).template_id
    suffix = student_suffix(form) if mode == "task" else ""
    return content_id("template", canonical_json([mode, suffix]))
