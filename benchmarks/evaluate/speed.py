"""Tokens per CPU second of a local student: one by one, plain batches, ours; and what scoring costs beside it.

    python -m benchmarks.evaluate.speed [--write docs/results/evaluate.md]

In: nothing. A student of 0.9 million parameters is made and taught to count, so that its answers end by
themselves and are of very different lengths (3 to about 150 tokens), as traces are. All arms answer the same
prompts in one process, greedily, one thread, the same batch size; texts must be equal. On a GPU the same command
also measures continuous batching against ours.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from curate.types import FinishReason, Problem
from evaluate.local.loading import Loaded, load_student
from evaluate.local.students import Student
from evaluate.local.writing import Row, write_answers
from evaluate.scoring import score_readings
from evaluate.types import Item, Reading, SamplingRule
from finetune.tiny import TinyShape, make_tiny_student

N_PROMPTS, BATCH, MAX_TOKENS, STEPS = 128, 32, 192, 220
WORDS = "Think of each number in turn and say it aloud before the next one. "


@dataclass(frozen=True)
class Arm:
    """One way to answer all prompts."""

    name: str
    n_prompts: int
    n_tokens: int
    cpu_s: float
    texts: tuple[str, ...]

    @property
    def rate(self) -> float:
        """Tokens per CPU second."""
        return self.n_tokens / self.cpu_s


def prompt_of(number: int, draw: random.Random) -> str:
    """Ask to count to a number, in prompts of uneven length."""
    return f"{WORDS * draw.randrange(4)}Count to {number}."


def answer_of(number: int) -> str:
    return " ".join(map(str, range(1, number + 1))) + f". The answer is {number}"


def draw_number(draw: random.Random) -> int:
    """Most answers are short and a few long, as lengths of traces are."""
    return min(50, 1 + int(draw.expovariate(1 / 12)))


def teach(folder: Path) -> float:
    """Make the student and teach it to count; gives the last loss."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    draw = random.Random(0)
    texts = [prompt_of(n, draw) + answer_of(n) for n in range(1, 51)]
    make_tiny_student(folder, texts, shape=TinyShape(max_length=1024))
    torch.set_num_threads(1)
    model, tokenizer = AutoModelForCausalLM.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)
    optimiser = torch.optim.AdamW(model.parameters(), lr=2e-3)
    loss = 0.0
    for step in range(STEPS):
        rows = [draw_number(draw) for _ in range(16)]
        pairs = [
            (tokenizer(prompt_of(n, draw))["input_ids"], tokenizer(answer_of(n))["input_ids"]) for n in rows
        ]
        width = max(len(a) + len(b) for a, b in pairs) + 1
        ids, labels = [], []
        for prompt, answer in pairs:
            full = [*prompt, *answer, tokenizer.eos_token_id]
            fill = width - len(full)
            ids.append(full + [tokenizer.pad_token_id] * fill)
            labels.append([-100] * len(prompt) + full[len(prompt) :] + [-100] * fill)
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 * min(1, step / 20) * (1 - step / STEPS)
        out = model(input_ids=torch.tensor(ids), labels=torch.tensor(labels))
        out.loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad()
        loss = float(out.loss.detach())
    model.save_pretrained(folder)
    return loss


def plain(loaded: Loaded, prompts: Sequence[list[int]], size: int) -> list[list[int]]:
    """Answer in batches in the order given, by `generate` alone."""
    import torch

    found: list[list[int]] = []
    for start in range(0, len(prompts), size):
        batch = prompts[start : start + size]
        width = max(map(len, batch))
        pad = loaded.tokenizer.pad_token_id
        ids = torch.tensor([[pad] * (width - len(p)) + p for p in batch], device=loaded.model.device)
        mask = torch.tensor(
            [[0] * (width - len(p)) + [1] * len(p) for p in batch], device=loaded.model.device
        )
        with torch.inference_mode():
            out = loaded.model.generate(
                input_ids=ids, attention_mask=mask, max_new_tokens=MAX_TOKENS, do_sample=False,
                eos_token_id=list(loaded.end_ids), pad_token_id=pad,
            )  # fmt: skip
        for tokens in out[:, width:].tolist():
            ends = [place for place, token in enumerate(tokens) if token in loaded.end_ids]
            found.append(tokens[: ends[0]] if ends else tokens)
    return found


def ours(loaded: Loaded, prompts: Sequence[list[int]]) -> list[list[int]]:
    """Answer as an evaluation does."""
    rows = [Row(number, tuple(prompt), MAX_TOKENS, number) for number, prompt in enumerate(prompts)]
    rule = SamplingRule(max_tokens=MAX_TOKENS)
    write_answers(loaded, rows, rule, batch_size=BATCH, on_done=lambda row: None)
    return [row.written for row in rows]


def continuous(loaded: Loaded, prompts: Sequence[list[int]]) -> list[list[int]]:
    """Answer by transformers' continuous batching."""
    from evaluate.local.continuous import write_continuously

    rows = [Row(number, tuple(prompt), MAX_TOKENS, number) for number, prompt in enumerate(prompts)]
    write_continuously(loaded, rows, SamplingRule(max_tokens=MAX_TOKENS), on_done=lambda row: None)
    return [row.written for row in rows]


def measure(
    loaded: Loaded, name: str, prompts: Sequence[list[int]], way: Callable[..., list[list[int]]]
) -> Arm:
    started = time.process_time()
    tokens = way(loaded, prompts)
    cpu_s = time.process_time() - started
    texts = tuple(loaded.tokenizer.decode(one, skip_special_tokens=True) for one in tokens)
    return Arm(name, len(prompts), sum(map(len, tokens)) + len(tokens), cpu_s, texts)


def time_scoring(texts: Sequence[str], numbers: Sequence[int]) -> float:
    """Give the CPU seconds of scoring all answers in this process."""
    readings = []
    for place, (text, number) in enumerate(zip(texts, numbers, strict=True)):
        problem = Problem.of(source="count", question=f"{place}", gold=str(number))
        readings.append(
            Reading(str(place), Item(str(place), "count", problem), "cot", 0, text, 0, FinishReason.STOP)
        )
    started = time.process_time()
    right = sum(score.is_right for score in score_readings(readings, workers=1))
    if not right:
        raise SystemExit("the student learned nothing, so the benchmark says nothing")
    return time.process_time() - started


def render() -> str:
    import torch

    with tempfile.TemporaryDirectory() as folder:
        loss = teach(Path(folder))
        loaded = load_student(Student("count", folder, None, "auto", "plain", "question", ""), None)
    draw = random.Random(7)
    numbers = [draw_number(draw) for _ in range(N_PROMPTS)]
    prompts = [loaded.tokenizer(prompt_of(number, draw))["input_ids"] for number in numbers]
    few = prompts[: N_PROMPTS // 4]
    arms = [
        measure(
            loaded, "one by one (`generate`), the first quarter", few, lambda student, p: plain(student, p, 1)
        ),
        measure(
            loaded,
            f"plain batches of {BATCH} (`generate`), in the order given",
            prompts,
            lambda student, p: plain(student, p, BATCH),
        ),
        measure(loaded, f"ours: batches of {BATCH}, sorted, made anew as answers end", prompts, ours),
    ]
    is_gpu = torch.cuda.is_available()
    if is_gpu:
        arms.append(measure(loaded, "continuous batching (`generate_batch`)", prompts, continuous))
    alone, batched, own = arms[:3]
    same = sum(a == b for a, b in zip(batched.texts, own.texts, strict=True))
    same_alone = sum(a == b for a, b in zip(alone.texts, own.texts, strict=False))
    scoring = time_scoring(own.texts, numbers)
    lengths = sorted(len(text.split()) for text in own.texts)
    lines = [
        "# How fast local students answer",
        "",
        f"Measured {datetime.now(UTC):%d %B %Y} on a {'GPU' if is_gpu else 'CPU, one thread'}, torch "
        f"{torch.__version__}, by `python -m benchmarks.evaluate.speed --write docs/results/evaluate.md`.",
        "",
        f"{N_PROMPTS} prompts of {min(map(len, prompts))} to {max(map(len, prompts))} tokens to a student of 0.9 "
        f"million parameters that was taught to count (last loss {loss:.3f}), greedy, at most {MAX_TOKENS} new "
        f"tokens; answers of {lengths[0]} to {lengths[-1]} words, median {lengths[len(lengths) // 2]}. All arms in "
        "one process.",
        "",
        "| way | prompts | tokens | CPU s | tokens per CPU s | against one by one | against plain batches |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for arm in arms:
        lines.append(
            f"| {arm.name} | {arm.n_prompts} | {arm.n_tokens:,} | {arm.cpu_s:.1f} | {arm.rate:,.0f} "
            f"| {arm.rate / alone.rate:.1f} | {arm.rate / batched.rate:.2f} |"
        )
    lines += [
        "",
        f"Texts equal to plain batches: {same} of {N_PROMPTS}; to one by one: {same_alone} of {len(few)}.",
        f"Scoring the {N_PROMPTS} answers took {scoring:.2f} CPU s, {100 * scoring / own.cpu_s:.1f} % of writing them.",
    ]
    if not is_gpu:
        lines += [
            "",
            "Continuous batching on a GPU was not measured: this machine has none. The same command measures it "
            "there.",
        ]
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", type=Path, help="page to write")
    chosen = parser.parse_args()
    page: Any = render()
    if chosen.write:
        chosen.write.write_text(page, encoding="utf-8")
    sys.stdout.write(page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
