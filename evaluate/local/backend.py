"""A local student behind the seam: loaded when it is first asked, and let go with the backend."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from curate.errors import IncompleteError, InputError, MissingError, UsageError
from curate.evaluation_section import EvaluateSection
from curate.stages.stop import StopLevel, StopSignal
from curate.types import FinishReason, Json, Message
from evaluate.backend import OnAnswer
from evaluate.local.loading import Loaded, load_student
from evaluate.local.students import Student
from evaluate.local.templates import PromptWriter, choose_writer
from evaluate.local.writing import Row, write_answers
from evaluate.types import Answer, Ask, SamplingRule


class LocalBackend:
    """One student by transformers. `cpu_s` and `n_tokens` add up what its answers took."""

    def __init__(
        self, student: Student, section: EvaluateSection, rule: SamplingRule, stop: StopSignal
    ) -> None:
        """Load the student; see `load_student` for what that can raise."""
        self.student = student
        self._section, self._rule, self._stop = section, rule, stop
        self._loaded: Loaded = load_student(student, section.threads)
        self._writer: PromptWriter = choose_writer(student.template, self._loaded.tokenizer, section.thinking)
        self.cpu_s = 0.0
        self.n_tokens = 0

    @property
    def identity(self) -> Mapping[str, Json]:
        """Give what decides its answers."""
        return {
            "kind": "local",
            "weights_id": self._loaded.weights_id,
            "numerics": self._loaded.rung,
            "template": self._writer.name,
            "template_id": self._writer.template_id,
            "thinking": self._section.thinking,
        }

    @property
    def batching(self) -> str:
        """Give the way of batching that is used: `sorted` or `continuous`."""
        wanted = self._section.batching
        if wanted != "auto":
            return wanted
        is_gpu = self._loaded.model.device.type == "cuda"
        return (
            "continuous"
            if is_gpu and not self._loaded.is_seq2seq and self.student.adapter is None
            else "sorted"
        )

    def render(self, messages: Sequence[Message]) -> str:
        """Write messages as the student's template does."""
        return self._writer.write(messages)

    def answer(self, asks: Sequence[Ask], on_answer: OnAnswer) -> None:
        """Answer all asks.

        Raises:
            InputError: for a prompt that does not fit the student's context.
            MissingError: when memory runs out.
            IncompleteError: when it was stopped.
        """
        if not asks:
            return
        rows = [self._row(number, ask) for number, ask in enumerate(asks)]
        started = time.process_time()

        def on_done(row: Row) -> None:
            self.n_tokens += len(row.written)
            on_answer(self._answer(asks[row.number], row))

        try:
            self._write(rows, on_done)
        except MemoryError:
            raise self._too_big() from None
        except RuntimeError as error:
            if "memory" not in str(error).lower():
                raise
            raise self._too_big() from None
        self.cpu_s += time.process_time() - started

    def _write(self, rows: list[Row], on_done: Any) -> None:
        if self.batching == "continuous":
            if self._loaded.is_seq2seq:
                raise UsageError(
                    "continuous batching is for decoders, and this student is an encoder-decoder",
                    "set evaluate.batching to sorted",
                )
            from evaluate.local.continuous import write_continuously

            write_continuously(self._loaded, rows, self._rule, on_done=on_done)
        else:
            write_answers(
                self._loaded,
                rows,
                self._rule,
                batch_size=self._section.batch_size,
                on_done=on_done,
                check=self._check_stop,
            )

    def _check_stop(self) -> None:
        if self._stop.level is StopLevel.AT_ONCE:
            raise KeyboardInterrupt
        if self._stop.level is not StopLevel.RUN:
            raise IncompleteError(
                "the evaluation was stopped", "run the same command again; no answer is written twice"
            )

    def cut(self, answer: Answer, n_tokens: int) -> tuple[str, tuple[int, ...]]:
        """Give the beginning of an answer, as text and as tokens."""
        ids = answer.token_ids[:n_tokens]
        return self._text(ids), ids

    def encode(self, text: str) -> tuple[int, ...]:
        """Give the tokens of a text without those that begin a text of its own."""
        return tuple(self._loaded.tokenizer(text, add_special_tokens=False)["input_ids"])

    def _row(self, number: int, ask: Ask) -> Row:
        tokens = tuple(
            self._loaded.tokenizer(ask.prompt, add_special_tokens=self._adds_special_tokens)["input_ids"]
        )
        context = self._loaded.context
        needed = len(tokens) + len(ask.prefix) + ask.max_tokens
        if context is not None and needed > context:
            raise InputError(
                f"{ask.item.benchmark}: a prompt of {len(tokens) + len(ask.prefix)} tokens and an answer of "
                f"{ask.max_tokens} do not fit the student's context of {context}",
                f"set evaluate.max_tokens to {max(1, context - len(tokens) - len(ask.prefix))} or less, or "
                "use fewer shots",
            )
        return Row(number, tokens, ask.max_tokens, _seed(ask.key), ask.prefix)

    @property
    def _adds_special_tokens(self) -> bool:
        return self._writer.adds_special_tokens or self._loaded.is_seq2seq

    def _answer(self, ask: Ask, row: Row) -> Answer:
        reason = FinishReason.STOP if row.is_ended else FinishReason.LENGTH
        ids = tuple(row.written)
        return Answer(ask.key, self._text((*ask.prefix, *ids)), len(ask.prefix) + len(ids), reason, ids)

    def _text(self, ids: Sequence[int]) -> str:
        return str(self._loaded.tokenizer.decode(list(ids), skip_special_tokens=True))

    def _too_big(self) -> MissingError:
        return MissingError(
            f"memory ran out while {self._section.batch_size} answers were written at once",
            "set evaluate.batch_size or max_tokens lower; what is answered is kept",
        )


def _seed(key: str) -> int:
    """Give a number of 62 bits from a key, which holds the seed of the section."""
    return int(key.removeprefix("b2-")[:15], 16)
