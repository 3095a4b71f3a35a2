"""The run files of the four studies, and a tiny version of each that runs here, without a key or a network.

In: a preset's name. Out: the text of a run file, and for the tiny version two files of problems of our own.
The tiny version keeps forms, prompts, agents, policy and training of the preset, and changes who answers
(the embedded teacher), who learns (a student made from a config) and how much of everything there is.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import orjson
import yaml

from curate.errors import UsageError

PRESETS = ("shu2025", "zhu2024", "chen2025", "baral2026")
_N_TRAIN, _N_TEST = 10, 3
_TEST = "own_test=problems/test.jsonl"
_NUMERICS = {"shu2025": "nf4-bf16-sdpa", "baral2026": "nf4-bf16-sdpa", "chen2025": "fp32-sdpa"}
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
        "max_steps": 4,
        "eval_steps": 2,
        "batch_size": 4,
        "accumulation": 1,
    }
    if name in _NUMERICS:
        run["finetune"]["numerics"] = _NUMERICS[name]
    if name == "zhu2024":
        # an untrained encoder-decoder writes nothing at all, which is refused as a measurement
        run["finetune"] |= {"max_steps": 40, "eval_steps": 40, "learning_rate": 0.003}
        run["evaluate"]["base"] = False
    if name == "baral2026":
        run["finetune"]["seeds"] = [0, 1]
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


def _write(path: Path, rows: Sequence[dict[str, object]]) -> None:
    path.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))
