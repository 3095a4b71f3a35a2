"""Rows as token ids with a mask, and what was left out on the way.

In: rows and the student's tokenizer and template. Out: `Encoding`: rows that fit, each with its number of
prompt tokens, and the rows dropped by reason. A row longer than the limit is dropped, never cut: a trace cut
before its answer teaches a student never to stop.
Prompt and completion are tokenised apart and joined, so the prompt's tokens are exactly those of evaluation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from curate.errors import GateError, InputError
from finetune.data.exports import TrainingRow
from finetune.data.templates import StudentTemplate

IGNORED = -100
"""The label that the loss passes over, torch's convention."""


@dataclass(frozen=True, slots=True)
class EncodedRow:
    """Token ids of prompt and completion, (tokens,); the first `n_prompt` carry no loss."""

    input_ids: list[int]
    n_prompt: int
    row: TrainingRow
    rejected_ids: list[int] | None = None
    """Prompt and rejected completion, where the row is a preference pair."""

    @property
    def labels(self) -> list[int]:
        """Give the ids with the prompt masked, (tokens,)."""
        return [IGNORED] * self.n_prompt + self.input_ids[self.n_prompt :]


@dataclass(frozen=True, slots=True)
class Encoding:
    """What can be trained on, and what was dropped: trace ids by reason."""

    rows: tuple[EncodedRow, ...]
    dropped: dict[str, list[str]] = field(default_factory=dict)
    max_length: int = 0
    longest: int = 0
    """Tokens of the longest row, dropped ones included."""


def encode_rows(
    rows: Sequence[TrainingRow],
    tokenizer: Any,
    template: StudentTemplate,
    *,
    max_length: int,
    on_long: str = "drop",
) -> Encoding:
    """Encode rows in their order.

    Raises:
        GateError: for a row over the limit when `on_long` is `fail`, or when no row has an answer.
        InputError: when no row is left to train on.
    """
    kept: list[EncodedRow] = []
    dropped: dict[str, list[str]] = {}
    longest = 0
    for row in rows:
        encoded = encode_row(row, tokenizer, template)
        n_tokens = max(len(encoded.input_ids), len(encoded.rejected_ids or ()))
        longest = max(longest, n_tokens)
        if n_tokens > max_length:
            if on_long == "fail":
                raise GateError(
                    f"trace {row.trace_id} has {n_tokens} tokens, max_length is {max_length}",
                    "raise finetune.max_length, filter by length, or set finetune.on_long: drop",
                )
            dropped.setdefault("too_long", []).append(row.trace_id)
        elif not row.answer.strip():
            # white space and the end token: nothing to learn but silence
            dropped.setdefault("no_completion", []).append(row.trace_id)
        else:
            kept.append(encoded)
    if rows and "too_long" not in dropped and not kept:
        raise GateError(
            f"none of {len(rows)} rows has an answer, so every label would be masked and nothing learned",
            "look at the export's rows; answers must not be empty",
        )
    if rows and not kept:
        raise InputError(
            f"none of {len(rows)} rows fits in {max_length} tokens (the longest has {longest})",
            "raise finetune.max_length, or export shorter traces",
        )
    return Encoding(tuple(kept), dropped, max_length, longest)


def encode_row(row: TrainingRow, tokenizer: Any, template: StudentTemplate) -> EncodedRow:
    """Encode one row; the completion ends with the end token that the template gives it."""
    rendered = template.render(row.prompt, row.answer)
    prompt_ids = encode_prompt(rendered.prompt, tokenizer, template)
    completion_ids = tokenizer(rendered.completion, add_special_tokens=False)["input_ids"]
    rejected_ids = None
    if row.rejected is not None:
        rejected = template.render(row.prompt, row.rejected).completion
        rejected_ids = prompt_ids + tokenizer(rejected, add_special_tokens=False)["input_ids"]
    return EncodedRow(prompt_ids + completion_ids, len(prompt_ids), row, rejected_ids)


def encode_prompt(text: str, tokenizer: Any, template: StudentTemplate) -> list[int]:
    """Encode what stands before the answer; an end token that a tokenizer adds by itself is taken off."""
    ids: list[int] = tokenizer(text, add_special_tokens=template.adds_special_tokens)["input_ids"]
    if template.adds_special_tokens and ids and ids[-1] == tokenizer.eos_token_id:
        return ids[:-1]
    return ids
