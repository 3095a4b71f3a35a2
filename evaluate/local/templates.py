"""Messages as the text that a student was trained to answer: its chat template, or a plain frame.

The frames and the choice among them are those of finetune's templates (a test holds the two side by side,
byte for byte): a student that is asked in other words than it was trained in is another student.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curate.errors import InputError, UsageError
from curate.ids import content_id
from curate.types import Message

_ALPACA = (
    "Below is an instruction that describes a task. "
    "Write a response that appropriately completes the request.\n\n"
    "### Instruction:\n{prompt}\n\n### Response:\n"
)
_PLAIN = "{prompt}\n"


@dataclass(frozen=True, slots=True)
class PromptWriter:
    """Writes prompts for one student; `frame` is set where no chat template is used."""

    name: str
    tokenizer: Any
    frame: str | None = None
    jinja: str | None = None
    thinking: bool | None = None

    @property
    def adds_special_tokens(self) -> bool:
        """Say whether the tokenizer still has to put its own tokens before the prompt."""
        return self.frame is not None

    @property
    def template_id(self) -> str:
        """Identify the template by its text."""
        return content_id("chat_template", self.frame, self.jinja or str(self.tokenizer.chat_template or ""))

    def write(self, messages: Sequence[Message]) -> str:
        """Give the text of a conversation that waits for an answer.

        Raises:
            InputError: when the template cannot write such a conversation.
        """
        if self.frame is not None:
            # a frame has one place; system text and worked examples go in front of the question
            return self.frame.replace("{prompt}", "\n\n".join(message.content for message in messages))
        turns = [{"role": message.role, "content": message.content} for message in messages]
        options = {} if self.thinking is None else {"enable_thinking": self.thinking}
        try:
            text = self._apply(turns, options)
        except Exception as error:  # noqa: BLE001  templates raise errors of jinja and of their own
            if turns[0]["role"] == "system":
                return self._without_system(turns, options)
            raise self._unfit(error) from None
        return text

    def _without_system(self, turns: list[dict[str, str]], options: dict[str, bool]) -> str:
        """Put the system text before the first question, for templates that know no system turn."""
        system, first, *rest = turns
        joined = {"role": first["role"], "content": f"{system['content']}\n\n{first['content']}"}
        try:
            return self._apply([joined, *rest], options)
        except Exception as error:  # noqa: BLE001  see write
            raise self._unfit(error) from None

    def _apply(self, turns: list[dict[str, str]], options: dict[str, bool]) -> str:
        return str(
            self.tokenizer.apply_chat_template(
                turns, tokenize=False, add_generation_prompt=True, chat_template=self.jinja, **options
            )
        )

    def _unfit(self, error: Exception) -> InputError:
        said = " ".join(str(error).split())[:200]
        return InputError(
            f"the chat template {self.name!r} cannot write a question: {type(error).__name__}: {said}",
            "set evaluate.template to plain, alpaca, or a Jinja file that fits the student",
        )


def choose_writer(name: str, tokenizer: Any, thinking: bool | None = None) -> PromptWriter:
    """Find the writer that a setting names: auto, plain, alpaca, or a Jinja file.

    Raises:
        UsageError: for a file that is not there, or thinking where no chat template could turn it on.
    """
    writer = _choose(name, tokenizer, thinking)
    if thinking is not None and "enable_thinking" not in str(writer.jinja or tokenizer.chat_template or ""):
        raise UsageError(
            f"evaluate.thinking is set, and the template {writer.name!r} has no switch for it",
            "leave `thinking` out, or name a template that reads enable_thinking",
        )
    return writer


def _choose(name: str, tokenizer: Any, thinking: bool | None) -> PromptWriter:
    if name.endswith(".jinja"):
        try:
            jinja = Path(name).read_text(encoding="utf-8")
        except OSError as error:
            raise UsageError(
                f"the template {name} cannot be read: {error.strerror}",
                "auto, plain, alpaca, or a Jinja file",
            ) from None
        return PromptWriter(Path(name).name, tokenizer, jinja=jinja, thinking=thinking)
    if name == "auto" and tokenizer.chat_template:
        return PromptWriter("own", tokenizer, thinking=thinking)
    if name not in ("auto", "plain", "alpaca"):
        raise UsageError(f"there is no template {name!r}", "auto, plain, alpaca, or a Jinja file")
    return PromptWriter(
        *(("alpaca", tokenizer, _ALPACA) if name == "alpaca" else ("plain", tokenizer, _PLAIN))
    )
