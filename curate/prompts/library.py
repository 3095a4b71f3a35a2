"""The template files, read once: what prompts are composed of. In: YAML of this package. Out: values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

from curate.types import Role


@dataclass(frozen=True, slots=True)
class Parts:
    """The pieces of a solver's prompt."""

    system: str
    formats: dict[str, str]
    answer_only: str
    granularity: dict[int, str]
    styles: dict[str, str]
    suffixes: dict[str, str]
    gold: str


@dataclass(frozen=True, slots=True)
class Shot:
    """A worked example in every form."""

    question: str
    answers: dict[str, str]


@lru_cache(maxsize=1)
def read_parts() -> Parts:
    """Read the pieces of the solver's prompts."""
    return Parts(**_read("solver.yaml"))


@lru_cache(maxsize=1)
def read_agents() -> dict[str, str]:
    """Read the users' texts of second models, by role and `verifier_with_gold`."""
    texts: dict[str, str] = _read("agents.yaml")
    return texts


@lru_cache(maxsize=1)
def student_suffix(form: str) -> str:
    """Give the text that tells a student which form to answer in (study B), "" for forms without one."""
    return read_parts().suffixes.get(form, "")


def read_shots() -> tuple[Shot, ...]:
    """Read the worked examples."""
    return tuple(
        Shot(entry["question"], {form: entry[form] for form in ("cot", "pot", "eot")})
        for entry in _read("shots.yaml")
    )


def agent_key(role: Role, *, with_gold: bool) -> str:
    """Name the text of a role."""
    return f"{role}_with_gold" if with_gold and role is Role.VERIFIER else str(role)


def _read(name: str) -> Any:
    text = resources.files("curate.prompts").joinpath(f"templates/{name}").read_text(encoding="utf-8")
    return yaml.safe_load(text)
