"""Let a model write many answers: batches of like length, made anew as answers end.

A batch writes as long as its longest answer. So a batch writes a stretch of tokens, the answers that ended
leave, and the rest is sorted and batched again; the next stretch is twice as long. What is read again costs
little beside what idle rows would.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from evaluate.local.drawing import make_processors
from evaluate.local.loading import Loaded
from evaluate.types import SamplingRule

FIRST_STRETCH = 64


@dataclass(slots=True)
class Row:
    """One answer that is being written, in tokens; `prefix` is what it begins with, whoever wrote that."""

    number: int
    prompt: tuple[int, ...]
    max_tokens: int
    seed: int
    prefix: tuple[int, ...] = ()
    written: list[int] = field(default_factory=list)
    is_ended: bool = False

    @property
    def n_begun(self) -> int:
        """Count the tokens of the answer that stand already."""
        return len(self.prefix) + len(self.written)

    @property
    def n_left(self) -> int:
        """Count the tokens that may still be written."""
        return self.max_tokens - len(self.written)


def write_answers(
    loaded: Loaded,
    rows: Sequence[Row],
    rule: SamplingRule,
    *,
    batch_size: int,
    on_done: Callable[[Row], None],
    check: Callable[[], None] = lambda: None,
    first_stretch: int = FIRST_STRETCH,
) -> None:
    """Write all rows to their end token or their limit; `on_done` gets each as soon as it is complete.

    `check` is called before each batch and may raise to stop.
    """
    open_rows, stretch = list(rows), first_stretch
    while open_rows:
        waiting: list[Row] = []
        for batch in _batches(open_rows, batch_size, loaded.is_seq2seq):
            check()
            _write_stretch(loaded, batch, rule, stretch)
            for row in batch:
                if row.is_ended or row.n_left <= 0:
                    on_done(row)
                else:
                    waiting.append(row)
        open_rows, stretch = waiting, 2 * stretch


def _batches(rows: list[Row], size: int, is_seq2seq: bool) -> Iterator[list[Row]]:
    """Give batches of like length, the longest first: what does not fit into memory fails at once.

    Rows of an encoder-decoder share a batch only when as much of each answer stands, so that no decoder is
    padded: not every one masks padding there.
    """

    def order(row: Row) -> tuple[int, int, tuple[int, ...], int]:
        begun = row.n_begun if is_seq2seq else 0
        return -begun, begun - row.n_begun - len(row.prompt), row.prompt, row.number

    batch: list[Row] = []
    for row in sorted(rows, key=order):
        is_apart = is_seq2seq and batch and batch[0].n_begun != row.n_begun
        if batch and (len(batch) == size or is_apart):
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def _write_stretch(loaded: Loaded, batch: list[Row], rule: SamplingRule, stretch: int) -> None:
    import torch

    inputs = _inputs(loaded, batch)
    n_new = min(stretch, max(row.n_left for row in batch))
    processors = make_processors(rule, [row.seed for row in batch], [row.n_begun for row in batch])
    with torch.inference_mode():
        out = loaded.model.generate(
            **inputs,
            max_new_tokens=n_new,
            do_sample=False,
            num_beams=1,
            eos_token_id=list(loaded.end_ids),
            pad_token_id=loaded.tokenizer.pad_token_id,
            logits_processor=processors,
            **_NEUTRAL,
        )
    start = inputs["decoder_input_ids" if loaded.is_seq2seq else "input_ids"].shape[1]
    for row, tokens in zip(batch, out[:, start:].tolist(), strict=True):
        _take(row, tokens, loaded.end_ids)


_NEUTRAL: dict[str, Any] = {
    "temperature": None,
    "top_p": None,
    "top_k": None,
    "repetition_penalty": 1.0,
    "use_cache": True,
}
"""A model's own generation config must not add sampling that the evaluation does not know of."""


def _take(row: Row, tokens: list[int], end_ids: tuple[int, ...]) -> None:
    for token in tokens[: row.n_left]:
        if token in end_ids:
            row.is_ended = True
            return
        row.written.append(token)


def _inputs(loaded: Loaded, batch: list[Row]) -> dict[str, Any]:
    """Give padded tensors (batch, tokens); decoders are padded on the left, so that new tokens line up."""
    import torch

    pad, device = loaded.tokenizer.pad_token_id, loaded.model.device
    if loaded.is_seq2seq:
        ids, mask = _padded([list(row.prompt) for row in batch], pad, is_left=False)
        start = loaded.model.config.decoder_start_token_id
        begun = torch.tensor([[start, *row.prefix, *row.written] for row in batch])
        inputs = {"input_ids": ids, "attention_mask": mask, "decoder_input_ids": begun}
    else:
        texts = [[*row.prompt, *row.prefix, *row.written] for row in batch]
        ids, mask = _padded(texts, pad, is_left=True)
        inputs = {"input_ids": ids, "attention_mask": mask}
    return {name: tensor.to(device) for name, tensor in inputs.items()}


def _padded(lists: list[list[int]], pad: int, *, is_left: bool) -> tuple[Any, Any]:
    import torch

    width = max(len(tokens) for tokens in lists)
    ids, mask = [], []
    for tokens in lists:
        fill, ones = [pad] * (width - len(tokens)), [1] * len(tokens)
        zeros = [0] * len(fill)
        ids.append(fill + tokens if is_left else tokens + fill)
        mask.append(zeros + ones if is_left else ones + zeros)
    return torch.tensor(ids), torch.tensor(mask)
