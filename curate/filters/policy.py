"""Policies: ordered lists of rules in YAML, three of them shipped (`all`, `verified`, `strict`).

    name: mine
    rules:
      - exact_duplicate                  # a rule with its defaults
      - length: {min_words: 20}          # a rule with parameters of its own

The order decides which rule a drop is counted for first, never what is dropped. Every fault of a file is
named at once. This module reads policies; it decides nothing and knows no store.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import ValidationError

from curate.errors import ConfigError
from curate.filters.rule import Rule
from curate.filters.rules import RULES
from curate.filters.rules.contamination import Contamination
from curate.ids import content_id
from curate.types import Json
from curate.yaml_files import read_yaml

KEPT = "kept"
"""The rule name of the row that says that a policy keeps a trace."""

_FOLDER = Path(__file__).parent / "policies"
_KEYS = ("name", "rules", "description")


@dataclass(frozen=True, slots=True)
class Policy:
    """A name and rules in order."""

    name: str
    rules: tuple[Rule, ...]

    @property
    def policy_id(self) -> str:
        """Identify the name and the ordered rules with their parameters."""
        return content_id("policy", self.name, *(rule.rule_id for rule in self.rules))

    @property
    def needs_near(self) -> bool:
        """Say whether a rule compares the texts of a problem with each other."""
        return any(rule.needs_near for rule in self.rules)

    @property
    def needs_features(self) -> bool:
        """Say whether some rule looks at measures of the text."""
        return any(rule.needs_features for rule in self.rules)

    @property
    def contamination(self) -> Contamination | None:
        """Give the rule that loses the problems of benchmarks, None when the policy has none."""
        return next((rule for rule in self.rules if isinstance(rule, Contamination)), None)

    def against(self, benchmarks: tuple[str, ...]) -> Policy:
        """Name the benchmarks, each with the hash of its items; a policy without the rule gets it first."""
        share = (self.contamination or Contamination()).share
        rule = Contamination(share=share, benchmarks=benchmarks)  # a copy would keep the id it has cached
        others = tuple(rule if isinstance(other, Contamination) else other for other in self.rules)
        return replace(self, rules=others if self.contamination else (rule, *others))

    def rules_json(self) -> tuple[Mapping[str, Json], ...]:
        """Describe the rules for the record: id, name, version, parameters."""
        return tuple(
            {
                "rule_id": rule.rule_id,
                "name": rule.name,
                "version": rule.version,
                "params": rule.model_dump(mode="json"),
            }
            for rule in self.rules
        )


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
    entries = data.get("rules")
    if not isinstance(entries, list) or not entries:
        faults.append("rules: a list of at least one rule is required")
        entries = []
    rules = [rule for i, entry in enumerate(entries) if (rule := _read_rule(i, entry, faults)) is not None]
    for twice in sorted({rule.name for rule in rules if sum(r.name == rule.name for r in rules) > 1}):
        faults.append(f"rules: {twice!r} is listed twice; merge the two")
    if faults:
        raise ConfigError("\n".join(f"{path}: {fault}" for fault in faults), "correct the lines named above")
    return Policy(str(data.get("name") or path.stem), tuple(rules))


def _read_rule(position: int, entry: object, faults: list[str]) -> Rule | None:
    where = f"rules.{position}"
    if isinstance(entry, dict) and len(entry) == 1:
        (name, params), *_ = entry.items()
    else:
        name, params = entry, None
    if not isinstance(name, str) or not isinstance(params, dict | None):
        faults.append(f"{where}: write a rule as `name` or as `name: {{parameter: value}}`")
        return None
    rule = RULES.get(name)
    if rule is None:
        faults.append(f"{where}: unknown rule {name!r}; {_nearest(name, tuple(RULES))}")
        return None
    try:
        return rule.model_validate(params or {})
    except ValidationError as error:
        faults.extend(_describe(f"{where}.{name}", rule, error))
        return None


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
