"""Read a policy: one that ships, by its name, or any from its YAML file. Every fault of a file is named
at once.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from curate.errors import ConfigError
from curate.filters.policy import Policy
from curate.filters.rule import Rule
from curate.filters.rules import RULES
from curate.filters.selection import STEPS
from curate.filters.tokens import TokenRule
from curate.yaml_files import read_yaml

_FOLDER = Path(__file__).parent / "policies"
_KEYS = ("name", "rules", "select", "description")
R = TypeVar("R", bound=Rule)


def preset_names() -> tuple[str, ...]:
    """List the shipped policies."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


def read_policy(name_or_path: str | Path) -> Policy:
    """Read a shipped policy by its name, or any policy from its file.

    Raises: ConfigError: for a name that is neither, and for a file with faults: all of them, each with what
        was meant.
    """
    if str(name_or_path) in preset_names():
        return _read(_FOLDER / f"{name_or_path}.yaml")
    path = Path(name_or_path)
    if not path.exists() and path.suffix not in {".yaml", ".yml"}:
        meant = _nearest(str(name_or_path), preset_names())
        raise ConfigError(
            f"there is no policy {str(name_or_path)!r}; {meant}",
            f"use one of {', '.join(preset_names())}, or the path of a policy file",
        )
    return _read(path)


def _read(path: Path) -> Policy:
    data = read_yaml(path)
    if not isinstance(data, dict):
        raise ConfigError(f"{path}: expected the keys `name:` and `rules:`", "see the preset `verified`")
    faults = [f"{key}: unknown key; {_nearest(str(key), _KEYS)}" for key in data if key not in _KEYS]
    if not isinstance(data.get("rules"), list) or not data["rules"]:
        faults.append("rules: a list of at least one rule is required")
    if not isinstance(data.get("select"), list | None):
        faults.append("select: a list of steps is expected")
    rules = _read_entries("rules", data.get("rules"), RULES, faults)
    steps = _read_entries("select", data.get("select"), STEPS, faults)
    for twice in sorted({rule.name for rule in rules if sum(r.name == rule.name for r in rules) > 1}):
        faults.append(f"rules: {twice!r} is listed twice; merge the two")
    if sum(step.name == "order" for step in steps) > 1:
        faults.append("select: 'order' is listed twice; one order can stand")
    tokenizers = {
        rule.tokenizer for rule in (*rules, *steps) if isinstance(rule, TokenRule) and rule.wants_tokens
    }
    if len(tokenizers) > 1:
        faults.append("tokenizer: rules and steps count tokens in different ways; use one")
    if faults:
        raise ConfigError("\n".join(f"{path}: {fault}" for fault in faults), "correct the lines named above")
    return Policy(str(data.get("name") or path.stem), tuple(rules), tuple(steps))


def _read_entries(section: str, entries: object, known: Mapping[str, type[R]], faults: list[str]) -> list[R]:
    found = []
    for position, entry in enumerate(entries if isinstance(entries, list) else ()):
        rule = _read_rule(f"{section}.{position}", entry, known, faults)
        if rule is not None:
            found.append(rule)
    return found


def _read_rule(where: str, entry: object, known: Mapping[str, type[R]], faults: list[str]) -> R | None:
    if isinstance(entry, dict) and len(entry) == 1:
        (name, params), *_ = entry.items()
    else:
        name, params = entry, None
    if not isinstance(name, str) or not isinstance(params, dict | None):
        faults.append(f"{where}: write a rule as `name` or as `name: {{parameter: value}}`")
        return None
    rule = known.get(name)
    if rule is None:
        what = "rule" if known is RULES else "step"
        faults.append(f"{where}: unknown {what} {name!r}; {_elsewhere(name, known)}")
        return None
    try:
        return rule.model_validate(params or {})
    except ValidationError as error:
        faults.extend(_describe(f"{where}.{name}", rule, error))
        return None


def _elsewhere(name: str, known: Mapping[str, type[R]]) -> str:
    """Say what was meant: a name that belongs to the other section, or the nearest of this one."""
    if name in STEPS:
        return "it is a step of selection; put it under `select:`"
    if name in RULES:
        return "it is a rule; put it under `rules:`"
    return _nearest(name, tuple(known))


def _describe(where: str, rule: type[Rule], error: ValidationError) -> list[str]:
    lines = []
    for fault in error.errors():
        key = ".".join(str(part) for part in fault["loc"])
        if fault["type"] == "extra_forbidden":
            lines.append(f"{where}.{key}: unknown parameter; {_nearest(key, tuple(rule.model_fields))}")
        elif not key:
            lines.append(f"{where}: {fault['msg'].removeprefix('Value error, ')}")
        else:
            lines.append(f"{where}.{key}: {fault['msg']}, got {fault['input']!r}")
    return lines


def _nearest(word: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    if near:
        return f"did you mean `{near[0]}`?"
    return f"known are {', '.join(known)}" if known else "this rule has no parameters"
