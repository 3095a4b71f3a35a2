"""What a student is: the folder of a training, a model's folder, an adapter's folder, or a hub id.

In: a name and the wishes of the section. Out: `Student`s, one per seed, with base, adapter, template, prompt
and numerics as the training's `manifest.json` records them (docs/finetune.md). Nothing is loaded here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from curate.errors import InputError, MissingError, UsageError
from curate.evaluation_section import EvaluateSection
from evaluate.prompts import Mode

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Student:
    """One set of weights. `weights` says in words what is loaded; `rung` may be `auto`."""

    label: str
    base: str
    adapter: Path | None
    rung: str
    template: str
    mode: Mode
    weights: str
    training: Path | None = None
    seed: int | None = None
    data: Mapping[str, Any] | None = None
    """What the manifest says of the training data."""


def find_students(name: str, section: EvaluateSection) -> tuple[Student, ...]:
    """Find the students that a name means; a training gives one per seed, with the base first where asked.

    Raises:
        MissingError: for a folder with no student in it.
        InputError: for a manifest that cannot be read.
        UsageError: for a seed that was not trained.
    """
    folder = Path(name)
    if (folder / MANIFEST).is_file():
        return _of_training(folder, section, None)
    if folder.name.startswith("seed-") and (folder.parent / MANIFEST).is_file():
        return _of_training(folder.parent, section, int(folder.name.removeprefix("seed-")))
    if (folder / "adapter_config.json").is_file():
        base = _read_json(folder / "adapter_config.json").get("base_model_name_or_path")
        found = _plain(folder.name, str(base), section)
        return (replace(found, adapter=folder, weights="base and adapter"),)
    if folder.is_dir() and not (folder / "config.json").is_file():
        raise MissingError(
            f"{folder} holds no student: neither {MANIFEST} of a training, nor config.json, nor an adapter",
            "name what finetune.out names, a model's folder or a hub id; a training writes its manifest last",
        )
    if not folder.is_dir() and (folder.is_absolute() or name.startswith(".")):
        raise MissingError(f"there is no student {name}", "train one with `tracemill finetune train FILE`")
    return (_plain(folder.name if folder.is_dir() else name, name, section),)


def _plain(label: str, base: str, section: EvaluateSection) -> Student:
    mode: Mode = "instruct" if section.prompt == "auto" else section.prompt
    return Student(label, base, None, section.numerics, section.template or "auto", mode, "model as it is")


def _of_training(folder: Path, section: EvaluateSection, only: int | None) -> tuple[Student, ...]:
    manifest = _read_json(folder / MANIFEST)
    try:
        settings: Mapping[str, Any] = manifest["settings"]
        rung = str(manifest["numerics"]["rung"])
        trained = [int(result["seed"]) for result in manifest["results"]]
        name, objective = str(settings["student"]), str(settings["objective"])
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"{folder / MANIFEST} is no manifest of a training: {error!r}", "train again into a new folder"
        ) from None
    base = str(folder / "base") if name == "tiny" else name
    if section.prompt != "auto":
        mode: Mode = section.prompt
    else:
        has_text = settings.get("task_text", objective == "seq2seq")
        mode = "task" if has_text else "question"
    template = section.template or str(settings.get("template") or "auto")
    common = Student("base", base, None, section.numerics, template, mode, "before training", folder)
    common = replace(common, data=manifest.get("data"))
    wanted = (only,) if only is not None else section.seeds or tuple(trained)
    for seed in wanted:
        if seed not in trained:
            raise UsageError(
                f"{folder} has no finished seed {seed}", f"seeds are {', '.join(map(str, trained))}"
            )
    students = [_seed(folder, seed, common, rung, section) for seed in wanted]
    return (common, *students) if section.base else tuple(students)


def _seed(folder: Path, seed: int, common: Student, rung: str, section: EvaluateSection) -> Student:
    """Choose the weights of one seed: merged, or base and adapter, or all weights."""
    place = folder / f"seed-{seed}"
    student = replace(common, label=f"seed-{seed}", seed=seed)
    merged, adapter, model = place / "merged", place / "adapter", place / "model"
    if (model / "config.json").is_file():
        return replace(student, base=str(model), weights="all weights trained", rung=_or(section, rung))
    if section.weights != "adapter" and (merged / "config.json").is_file():
        return replace(student, base=str(merged), weights="merged")
    if section.weights == "merged":
        raise MissingError(f"{place} has no merged model", "run `tracemill finetune merge FILE`")
    if not (adapter / "adapter_config.json").is_file():
        raise MissingError(
            f"{place} holds neither a model nor an adapter", "train it: `tracemill finetune train FILE`"
        )
    # an adapter was trained on its base as the rung rounds it, so the rung of the training is the default
    return replace(student, adapter=adapter, weights="base and adapter", rung=_or(section, rung))


def _or(section: EvaluateSection, rung: str) -> str:
    return rung if section.numerics == "auto" else section.numerics


def _read_json(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read: {error}", "train again, or name another folder") from None
    if not isinstance(values, dict):
        raise InputError(f"{path} holds no object", "train again, or name another folder")
    return values
