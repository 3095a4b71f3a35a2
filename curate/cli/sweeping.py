"""A sweep file as cells: granularity x form x style x teacher x student x seed, one run file for each.

In: a YAML file with `sweep:` and the sections of a run file that all cells share. Out: `Cell`s. Cells of
equal data (form, level, style, teacher) share a store and an export, so that nothing is asked twice; a cell
trains all seeds of one student. Levels and styles belong to words: PoT and EoT take none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from curate.config import RunFile, parse_run_file
from curate.errors import ConfigError
from curate.section import Section
from curate.types import Style
from curate.yaml_files import describe_faults, read_yaml

Form = Literal["cot", "pot", "eot"]


class SweepSection(Section):
    """The axes: every combination is a cell."""

    out: Path = Field(Path("sweep"), description="folder of the cells, the table and the picture")
    form: tuple[Form, ...] = Field(("cot",), min_length=1, description="forms of reasoning")
    granularity: tuple[int | None, ...] = Field(
        (None,), min_length=1, description="levels 1 to 6 of CoT; null: unsaid"
    )
    style: tuple[Style, ...] = Field((Style.PLAIN,), min_length=1, description="styles of CoT")
    teacher: tuple[str, ...] | None = Field(
        None, min_length=1, description="aliases of `teachers:`, each alone; null: all of them"
    )
    student: tuple[str, ...] = Field(("tiny",), min_length=1, description="hub ids, folders, or tiny")
    seed: tuple[int, ...] = Field((0,), min_length=1, description="seeds of each training")


class _Axes(Section):
    sweep: SweepSection


@dataclass(frozen=True, slots=True)
class Cell:
    """One combination; `data` names what its training data shares with others."""

    name: str
    data: str
    form: Form
    granularity: int | None
    style: Style
    teacher: str
    student: str
    run: RunFile

    def as_json(self) -> dict[str, str | int | None]:
        """Give the axes, for the table of the sweep."""
        return {
            "name": self.name,
            "form": self.form,
            "granularity": self.granularity,
            "style": self.style.value,
            "teacher": self.teacher,
            "student": self.student,
        }


@dataclass(frozen=True, slots=True)
class Sweep:
    """A whole sweep; `out` is anchored."""

    out: Path
    cells: tuple[Cell, ...]


def is_sweep(file: Path) -> bool:
    """Say whether a file is a sweep and not a single run."""
    data = read_yaml(file)
    return isinstance(data, dict) and "sweep" in data


def read_sweep(file: Path) -> Sweep:
    """Read a sweep file and check every cell of it before anything runs.

    Raises:
        ConfigError: with every fault at once, for axes as for the sections.
    """
    file = file.resolve()  # cells are run files in other folders, so their paths must hold from anywhere
    data = read_yaml(file)
    assert isinstance(data, dict)
    try:
        axes = _Axes.model_validate({"sweep": data["sweep"]}).sweep
    except ValidationError as error:
        raise ConfigError(describe_faults(file, error, _Axes), "correct the keys named above") from None
    shared = {name: value for name, value in data.items() if name != "sweep"}
    for name in ("store", "prompts", "export"):
        if name in shared:
            raise ConfigError(f"{file}: {name}: a sweep makes one for each cell", f"leave `{name}` out")
    for name in ("finetune", "evaluate"):
        if not isinstance(shared.get(name), dict):
            raise ConfigError(f"{file}: a sweep needs `{name}:`", "a cell ends in an accuracy")
    cells = tuple(_cells(file, axes, shared))
    return Sweep(file.parent / axes.out, cells)


def _cells(file: Path, axes: SweepSection, shared: Mapping[str, Any]) -> Iterator[Cell]:
    teachers = {str(entry.get("alias")): entry for entry in shared.get("teachers", ())}
    wanted = axes.teacher or tuple(teachers)
    unknown = [alias for alias in wanted if alias not in teachers]
    if unknown:
        raise ConfigError(
            f"{file}: sweep.teacher: there is no teacher {unknown[0]!r}",
            f"teachers are {', '.join(teachers)}",
        )
    seen = set()
    for form, level, style, alias, student in product(
        axes.form, axes.granularity, axes.style, wanted, axes.student
    ):
        if form != "cot":
            level, style = None, Style.PLAIN
        data = "-".join(
            [
                form,
                *([str(level)] if level else []),
                *([style.value] if style is not Style.PLAIN else []),
                alias,
            ]
        )
        name = f"{data}-{_slug(student)}"
        if name in seen:
            continue
        seen.add(name)
        values = _cell_values(axes, shared, data, name)
        values["teachers"] = [teachers[alias]]
        values["prompts"] = [{"format": form, "granularity": level, "style": style.value}]
        values["finetune"] |= {"student": student, "seeds": list(axes.seed)}
        values["evaluate"] |= {"forms": [form]}
        yield Cell(name, data, form, level, style, alias, student, parse_run_file(values, file))


def _cell_values(axes: SweepSection, shared: Mapping[str, Any], data: str, name: str) -> dict[str, Any]:
    folder = axes.out / "cells" / name
    return {
        **shared,
        "store": str(axes.out / "data" / data / "store"),
        "export": [{"format": "messages", "out": str(axes.out / "data" / data / "corpus")}],
        "finetune": {**shared["finetune"], "out": str(folder / "student")},
        "evaluate": {**shared["evaluate"], "out": str(folder / "evaluation")},
    }


def _slug(name: str) -> str:
    """Give a student's name as part of a file name."""
    return re.sub(r"[^A-Za-z0-9.]+", "-", Path(name).name if name.startswith((".", "/")) else name).strip("-")
