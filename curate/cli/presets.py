"""The run files of the four studies and the grid of one; of each a tiny version without key and network.

In: a preset's name. Out: the text of a run file, and for the tiny version two files of problems of our own.
The tiny version keeps forms, prompts, agents, policy and training of the preset, and changes who answers
(the embedded teacher), who learns (a student made from a config) and how much of everything there is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import orjson
import yaml

from curate.errors import UsageError

SWEEP = "chen2025-sweep"
STUDIES = ("shu2025", "zhu2024", "chen2025", "baral2026")
PRESETS = (*STUDIES, SWEEP)
_N_TRAIN, _N_TEST = 10, 3
_TEST = "own_test=problems/test.jsonl"
_NUMERICS = {
    "shu2025": "nf4-bf16-sdpa",
    "baral2026": "fp32-sdpa",
    "chen2025": "fp32-sdpa",
    SWEEP: "fp32-sdpa",
}
"""Named, because probing the ladder takes longer than all of a tiny run."""


def preset_text(name: str) -> str:
    """Give the run file of a preset.

    Raises:
        UsageError: when there is none of that name.
    """
    if name not in PRESETS:
        raise UsageError(f"there is no preset {name!r}", f"presets are {', '.join(PRESETS)}")
    path = resources.files("curate.cli").joinpath(f"files/presets/{name}.yaml")
    return path.read_text(encoding="utf-8")


def tiny_text(name: str) -> str:
    """Give the tiny version of a preset."""
    run: dict[str, Any] = yaml.safe_load(preset_text(name))
    if name == SWEEP:
        run["sweep"] |= {"granularity": [1, 6], "student": ["tiny"]}
    run["problems"] = [{"source": "problems/train.jsonl"}]
    run["teachers"] = [
        {"alias": teacher["alias"], "model": "embedded", "base_url": "embedded", "price": teacher["price"],
         "sampling": {"max_tokens": 1024}}
        for teacher in run["teachers"]
    ]  # fmt: skip
    run["verify"] = {"program_timeout_s": 1}
    run["filter"]["decontaminate"] = [_TEST]
    run["finetune"] |= {
        "student": "tiny",
        # enough that the student writes text at all: one that is silent is refused as a measurement
        "learning_rate": 0.003,
        "max_steps": 30,
        "eval_steps": 30,
        "batch_size": 4,
        "accumulation": 1,
    }
    if name in _NUMERICS:
        run["finetune"]["numerics"] = _NUMERICS[name]
    if name == "shu2025":
        run["finetune"] |= {"max_steps": 12, "eval_steps": 12}  # 4-bit steps take long on a CPU
    if name == "zhu2024":
        run["finetune"] |= {"max_steps": 40, "eval_steps": 40}
        run["evaluate"]["base"] = False  # an untrained encoder-decoder is silent
    if name == "baral2026":
        # the 4-bit base is tried by shu2025; twice would be most of the time
        run["finetune"] |= {"seeds": [0, 1], "method": "lora"}
    run["evaluate"] |= {"benchmarks": [_TEST], "max_tokens": 32}
    if "budgets" in run["evaluate"]:
        run["evaluate"]["budgets"] = [8, 16]
    return (
        f"# The whole path of the preset {name} in seconds: problems of our own, an embedded teacher,\n"
        "# a tiny student. What it scores means nothing; `tracemill init --preset "
        f"{name}` writes the real one.\n\n" + yaml.safe_dump(run, sort_keys=False, width=100)
    )


def write_tiny_problems(folder: Path) -> None:
    """Write problems to train on and others to measure, from our own collection."""
    from curate.sources import builtin_problems

    rows = [
        {"origin_id": problem.origin_id, "question": problem.question, "gold": problem.gold,
         "choices": list(problem.choices), "level": problem.level, "subject": problem.subject}
        for problem in (one.problem for one in builtin_problems())
        if not problem.choices
    ]  # fmt: skip
    target = folder / "problems"
    target.mkdir(parents=True, exist_ok=True)
    _write(target / "train.jsonl", rows[:_N_TRAIN])
    _write(target / "test.jsonl", rows[_N_TRAIN : _N_TRAIN + _N_TEST])


def _write(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    path.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))
