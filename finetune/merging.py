"""Merge an adapter into its base, and measure whether the merged model is the one that was trained.

In: a finished training and held-out rows. Out: `MergeReport` and the merged model in `seed-N/merged/`. A
4-bit student was trained on the rounded weights of its base, so merging into the full-precision base gives
another model; merging into the dequantised 4-bit base gives the trained one (75 times less divergence on a
small student). Both are measured here, the closer one is kept, both figures are said.

Method: QLoRA (Dettmers et al. 2023) for the base; divergence is KL(trained || merged) over the tokens that
carry loss, mean in nats, and the share of them on which both put the same token first.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from curate.errors import GateError, MissingError, UsageError
from finetune.data.encoding import EncodedRow
from finetune.folder import write_whole
from finetune.preparation import Prepared
from finetune.student import Numerics, align_end_token, find_rung, load_model
from finetune.training.loop import RESULT

Into = Literal["auto", "dequantised", "full"]
Dtype = Literal["fp32", "bf16", "fp16"]
_TORCH_NAMES = {"fp32": "float32", "bf16": "bfloat16", "fp16": "float16"}

MAX_KL = 0.01
"""Mean divergence above which a merge is refused; into the wrong base a small student had 0.002."""
MAX_ROWS = 64
MAX_ANSWER = 48
MAX_GAP = 1e-3
MERGED = "merged"
REPORT = "merge.json"


@dataclass(frozen=True, slots=True)
class Divergence:
    """How far a merged model is from the trained one; `kl` in nats per token, `top1` a share of tokens."""

    into: str
    kl: float
    top1: float
    loss: float
    n_tokens: int


@dataclass(frozen=True, slots=True)
class MergeReport:
    """What was merged where, and what it costs."""

    folder: Path
    kept: str
    trained_loss: float
    candidates: tuple[Divergence, ...]
    reload_gap: float
    """Largest difference of a logit between the merged model in memory and as read back."""
    answer: str
    """What the merged model, read back, writes to the first held-out prompt, at most 48 tokens."""
    is_answer_same: bool
    """Whether base and adapter write the same."""
    dtype: Dtype
    """What the weights are written as; the candidates were rounded to it before they were measured."""


def find_seed(out: Path, seed: int | None) -> int:
    """Give the seed whose adapter is to be merged: the wanted one, else the first that was trained.

    Raises:
        UsageError: when nothing was trained there, not with that seed, or all weights were.
    """
    trained = sorted(int(path.parent.name.removeprefix("seed-")) for path in out.glob(f"seed-*/{RESULT}"))
    if not trained:
        raise UsageError(f"{out} holds no finished training", "run `tracemill finetune train FILE` first")
    chosen = trained[0] if seed is None else seed
    if chosen not in trained:
        known = ", ".join(str(one) for one in trained)
        raise UsageError(f"seed {chosen} was not trained in {out}", f"trained seeds: {known}")
    folder = out / f"seed-{chosen}"
    if (folder / "model").is_dir():
        raise UsageError(
            f"the student in {folder} was trained in full, so there is no adapter to merge",
            f"{folder / 'model'} is the model",
        )
    if not (folder / "adapter" / "adapter_config.json").is_file():
        raise UsageError(f"{folder} holds no adapter", "run `tracemill finetune train FILE` again")
    return chosen


def merge_seed(
    prepared: Prepared, seed: int, into: Into = "auto", max_kl: float = MAX_KL, dtype: Dtype = "fp32"
) -> MergeReport:
    """Merge the adapter of one seed, keep the closest merge, and read it back.

    A merge is measured as it is written: rounded to `dtype`, and computed in it.

    Raises:
        MissingError: when the adapter cannot be read.
        GateError: when even the closest merge is further away than `max_kl`, or reads back as another model.
    """
    folder = prepared.out / f"seed-{seed}"
    adapter = folder / "adapter"
    rows = (prepared.validation.rows or prepared.train.rows)[:MAX_ROWS]
    model = _with_adapter(_base(prepared, prepared.numerics), adapter)
    trained, wanted = _logits_of(model, rows), _answer(model, prepared, rows[0])
    del model
    candidates = []
    for name in _wanted(prepared, into):
        merged = _merged(prepared, adapter, name, dtype)
        candidates.append(_measure(name, trained, _logits_of(merged, rows)))
        del merged
        gc.collect()
    best = min(candidates, key=lambda one: one.kl)
    if best.kl > max_kl:
        raise GateError(
            f"the closest merge ({best.into}, {dtype}) is {best.kl:.2g} nats a token from the trained model, "
            f"more than {max_kl}",
            "serve the base with the adapter instead, write --dtype fp32, or raise --max-kl",
        )
    (folder / REPORT).unlink(missing_ok=True)  # it must not speak of weights that are half written
    gap, answer = _save_and_reload(prepared, adapter, (best.into, dtype), folder / MERGED, rows)
    report = MergeReport(
        folder / MERGED,
        best.into,
        _loss(trained),
        tuple(candidates),
        gap,
        answer,
        answer == wanted,
        dtype,
    )
    text = json.dumps({**asdict(report), "folder": report.folder.name}, indent=2) + "\n"
    write_whole(folder / REPORT, text)
    return report


def _wanted(prepared: Prepared, into: Into) -> tuple[str, ...]:
    if into != "auto":
        return (into,)
    return ("dequantised", "full") if prepared.numerics.is_quantised else ("full",)


def _base(prepared: Prepared, numerics: Numerics) -> Any:
    return load_model(prepared.student, numerics)


def _with_adapter(base: Any, adapter: Path) -> Any:
    from peft import PeftModel
    from safetensors import SafetensorError

    try:
        return PeftModel.from_pretrained(base, str(adapter)).eval()
    except (OSError, ValueError, RuntimeError, SafetensorError) as error:
        raise MissingError(
            f"the adapter in {adapter} cannot be loaded: {str(error).strip().splitlines()[0][:200]}",
            f"remove {adapter.parent / RESULT} and train again: it goes on from the last checkpoint",
        ) from None


def _merged(prepared: Prepared, adapter: Path, into: str, dtype: Dtype) -> Any:
    """Merge into one kind of base, in fp32 so that the sum is rounded only once, to the dtype at the end."""
    import torch

    if into == "dequantised":
        base = _base(prepared, find_rung("nf4-bf16-sdpa")).dequantize().float()
    else:
        base = _base(prepared, find_rung("fp32-sdpa"))
    merged = _with_adapter(base, adapter).merge_and_unload(safe_merge=True).eval()
    for parameter in merged.parameters():  # not `merged.to`: positions are computed in fp32, written or not
        parameter.data = parameter.data.to(getattr(torch, _TORCH_NAMES[dtype]))
    return merged


def _logits_of(model: Any, rows: Sequence[EncodedRow]) -> list[tuple[Any, Any]]:
    """Give logits and targets of the learned tokens, (tokens, vocabulary) and (tokens,), row by row."""
    return list(_each(model, rows))


def _each(model: Any, rows: Sequence[EncodedRow]) -> Iterator[tuple[Any, Any]]:
    import torch

    for row in rows:
        ids = torch.tensor([row.input_ids], device=model.device)
        with torch.no_grad():
            logits = model(input_ids=ids).logits[0].float().cpu()
        yield logits[row.n_prompt - 1 : -1], torch.tensor(row.input_ids[row.n_prompt :])


def _measure(name: str, trained: list[tuple[Any, Any]], merged: list[tuple[Any, Any]]) -> Divergence:
    from torch.nn.functional import kl_div, log_softmax

    kl = same = n_tokens = 0.0
    for (ours, _), (theirs, _) in zip(trained, merged, strict=True):
        target, given = log_softmax(ours, -1), log_softmax(theirs, -1)
        kl += float(kl_div(given, target, log_target=True, reduction="sum"))
        same += float((ours.argmax(-1) == theirs.argmax(-1)).sum())
        n_tokens += len(ours)
    return Divergence(name, kl / n_tokens, same / n_tokens, _loss(merged), int(n_tokens))


def _loss(found: list[tuple[Any, Any]]) -> float:
    from torch.nn.functional import cross_entropy

    total = sum(float(cross_entropy(logits, targets, reduction="sum")) for logits, targets in found)
    return total / sum(len(targets) for _, targets in found)


def _answer(model: Any, prepared: Prepared, row: EncodedRow) -> str:
    """Let a model answer the prompt of a row, greedily."""
    import torch

    prompt = torch.tensor([row.input_ids[: row.n_prompt]], device=model.device)
    with torch.no_grad():
        ids = model.generate(
            input_ids=prompt,
            attention_mask=torch.ones_like(prompt),
            max_new_tokens=MAX_ANSWER,
            do_sample=False,
            eos_token_id=row.input_ids[-1],
            pad_token_id=prepared.tokenizer.pad_token_id,
        )
    return str(prepared.tokenizer.decode(ids[0, row.n_prompt :], skip_special_tokens=True))


def _save_and_reload(
    prepared: Prepared, adapter: Path, how: tuple[str, Dtype], out: Path, rows: Sequence[EncodedRow]
) -> tuple[float, str]:
    """Write the merged model, read it back; give the largest gap of a logit on the first row, and an answer.

    Raises:
        GateError: when what was read back is another model.
    """
    import torch
    from transformers import AutoModelForCausalLM

    merged = _merged(prepared, adapter, *how)
    if hasattr(merged.config, "quantization_config"):
        del merged.config.quantization_config
    # servers stop at what this file says; the end token that was trained must be among it
    align_end_token(merged, rows[0].input_ids[-1])
    before = _logits_of(merged, rows[:1])
    merged.save_pretrained(out)
    prepared.tokenizer.save_pretrained(out)
    dtype = getattr(torch, _TORCH_NAMES[how[1]])
    back = AutoModelForCausalLM.from_pretrained(out, dtype=dtype).to(merged.device).eval()
    gap = float((before[0][0] - _logits_of(back, rows[:1])[0][0]).abs().max())
    if not gap <= MAX_GAP:
        raise GateError(
            f"the merged model read back from {out} differs by {gap:.3g} in a logit from the one written",
            "look for a full disk or other weights in that folder, and merge again",
        )
    return gap, _answer(back, prepared, rows[0])
