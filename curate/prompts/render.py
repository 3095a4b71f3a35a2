"""Put a problem into a template: as data, in one pass, so that braces and marks inside a question survive."""

from __future__ import annotations

import re

from curate.errors import UsageError
from curate.ids import normalise_text
from curate.types import Message, Problem, PromptTemplate

_MARK = re.compile(r"\{\{(question|gold|answer|reasoning|feedback|n_words)\}\}")


def render_prompt(template: PromptTemplate, problem: Problem, **extras: str) -> tuple[Message, ...]:
    r"""Give the messages for one problem; `extras` fill the other marks of an agent's template.

    Raises:
        UsageError: when the template has a mark that nothing fills.
    """
    values = {"question": question_text(problem), "gold": problem.gold or "", **extras}

    def fill(mark: re.Match[str]) -> str:
        name = mark[1]
        if name not in values:
            raise UsageError(
                f"the prompt {template.name!r} needs {name}", f"pass {name}=... to render_prompt"
            )
        return values[name]

    messages = [Message("system", template.system)] if template.system else []
    for question, answer in template.shots:
        if normalise_text(question) == normalise_text(problem.question):
            continue
        asked = template.user.replace("{{question}}", question)
        messages += [Message("user", asked), Message("assistant", answer)]
    return (*messages, Message("user", _MARK.sub(fill, template.user)))


def question_text(problem: Problem) -> str:
    """Write the question with its options, a letter in brackets before each."""
    options = [f"({chr(ord('A') + i)}) {choice}" for i, choice in enumerate(problem.choices)]
    return "\n".join([problem.question, *options])
