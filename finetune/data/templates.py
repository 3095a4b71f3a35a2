"""How a prompt and an answer become the text that a student sees, at training as at evaluation.

In: prompt and answer. Out: the rendered prompt, and the rendered completion up to and with its end token.
The student's own chat template decides; `plain` and `alpaca` serve base models that have none. Nothing after
the end token is part of the completion: a student must not learn to write what follows its own turn.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from curate.errors import InputError

ALPACA = (
    "Below is an instruction that describes a task. "
    "Write a response that appropriately completes the request.\n\n"
    "### Instruction:\n{prompt}\n\n### Response:\n"
)
"""The wording that students of Stanford Alpaca and LLaMA-Factory's template of that name were trained on."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """Both sides as text; `prompt` is what evaluation sends, byte for byte."""

    prompt: str
    completion: str


class StudentTemplate(Protocol):
    """Renders rows for one student."""

    @property
    def name(self) -> str:
        """Give the name that manifests record."""
        ...

    @property
    def adds_special_tokens(self) -> bool:
        """Say whether the tokenizer still has to add what it puts before a prompt."""
        ...

    def render(self, prompt: str, answer: str) -> Rendered:
        """Render a row; an empty answer gives the prompt to generate from."""
        ...


@dataclass(frozen=True, slots=True)
class PlainTemplate:
    """A fixed frame around the prompt; the answer ends with the tokenizer's end token."""

    name: str
    frame: str
    end: str
    adds_special_tokens: bool = True

    def render(self, prompt: str, answer: str) -> Rendered:
        """Put the prompt in the frame."""
        return Rendered(self.frame.replace("{prompt}", prompt), answer + self.end)


@dataclass(frozen=True, slots=True)
class ChatTemplate:
    """The chat template of a tokenizer."""

    name: str
    tokenizer: Any
    jinja: str | None = None
    adds_special_tokens: bool = False

    def render(self, prompt: str, answer: str) -> Rendered:
        """Render one user turn and one assistant turn.

        Raises:
            InputError: when the template cannot be rendered, drops part of the answer, or writes a prompt
                that its own conversation does not begin with, so that training and evaluation would see
                different text.
        """
        asked = self._apply([{"role": "user", "content": prompt}], add_generation_prompt=True)
        if not answer:
            return Rendered(asked, "")
        turns = [{"role": "user", "content": prompt}, {"role": "assistant", "content": answer}]
        whole = self._apply(turns)
        if not _holds(whole, answer):
            raise InputError(
                f"the chat template {self.name!r} does not write the answer it is given (of "
                f"{answer[:60]!r} it makes {whole[len(asked) :][:60]!r}), so its student would learn less",
                "set finetune.template to plain, alpaca, or a Jinja file that keeps answers whole",
            )
        if not whole.startswith(asked):
            raise InputError(
                f"the chat template {self.name!r} renders a conversation that does not begin with its own "
                f"prompt to answer: {asked[-60:]!r}",
                "set finetune.template to plain, alpaca, or a Jinja file that keeps the two alike",
            )
        return Rendered(asked, self._cut(whole[len(asked) :], answer))

    def writes_end(self) -> bool:
        """Say whether an end token stands behind the answer; where none does, one is added."""
        turns = [{"role": "user", "content": "1"}, {"role": "assistant", "content": "2"}]
        tail = self._apply(turns).rpartition("2")[2]
        return any(token in tail for token in self.tokenizer.all_special_tokens)

    def _apply(self, messages: list[dict[str, str]], **options: Any) -> str:
        from jinja2 import TemplateError

        try:
            text = self.tokenizer.apply_chat_template(
                messages, tokenize=False, chat_template=self.jinja, **options
            )
        except (TemplateError, TypeError, ValueError) as error:
            raise InputError(
                f"the chat template {self.name!r} cannot render a question and its answer: {error}",
                "correct it, or set finetune.template to plain or alpaca",
            ) from None
        return str(text)

    def _cut(self, completion: str, answer: str) -> str:
        """Cut behind the first end token after the answer; where there is none, add the tokenizer's."""
        tail_at = completion.rfind(answer.strip()[-40:])
        start = max(tail_at, 0) + len(answer.strip()[-40:])
        ends = [
            (completion.find(token, start), token)
            for token in self.tokenizer.all_special_tokens
            if completion.find(token, start) >= 0
        ]
        if not ends:
            return completion.rstrip("\n") + str(self.tokenizer.eos_token)
        place, token = min(ends)
        return completion[: place + len(token)]


def note_on_end(template: StudentTemplate) -> str:
    """Say that an end token is put behind every answer because the template writes none; else nothing."""
    if not isinstance(template, ChatTemplate) or template.writes_end():
        return ""
    return (
        f"the chat template {template.name!r} ends no turn, so {template.tokenizer.eos_token} is put behind "
        "every answer"
    )


def _holds(whole: str, answer: str) -> bool:
    """Say whether a text holds an answer, white space aside: templates may trim it."""
    return "".join(answer.split()) in "".join(whole.split())


def choose_template(name: str, tokenizer: Any) -> StudentTemplate:
    """Find the template that a setting names: auto, plain, alpaca, or a Jinja file.

    Raises:
        InputError: when the tokenizer has no end token, so that no student could learn to stop.
    """
    if tokenizer.eos_token is None:
        raise InputError(
            "the student's tokenizer has no end token, so its student would never learn to stop",
            "set eos_token in its tokenizer_config.json",
        )
    if name.endswith(".jinja"):
        return ChatTemplate(Path(name).name, tokenizer, Path(name).read_text(encoding="utf-8"))
    if name == "auto" and tokenizer.chat_template:
        return ChatTemplate("own", tokenizer)
    if name == "alpaca":
        return PlainTemplate("alpaca", ALPACA, tokenizer.eos_token)
    return PlainTemplate("plain", "{prompt}\n", tokenizer.eos_token)
