"""Policies: ordered lists of rules in YAML, and the selection that follows them.

    name: mine
    rules:
      - exact_duplicate                  # a rule with its defaults
      - length: {min_words: 20}          # a rule with parameters of its own
    select:                              # after the rules, one step after the other
      - diversity_cap: {per: [problem], most: 4}

The order of rules decides which rule a drop is counted for first, never what is dropped; the order of
selection decides both. This module says what a policy is; `policy_files` reads one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from curate.filters.rule import Need, Rule
from curate.filters.rules.contamination import Contamination
from curate.filters.rules.duplicate_problem import DuplicateProblem
from curate.filters.rules.length import Length
from curate.filters.scores import ScoreFile
from curate.filters.selection import Step
from curate.filters.tokens import TokenRule
from curate.ids import content_id
from curate.types import Json

KEPT = "kept"
"""The rule name of the row that says that a policy keeps a trace."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A name, rules in order, and steps of selection in order."""

    name: str
    rules: tuple[Rule, ...]
    select: tuple[Step, ...] = ()

    @property
    def policy_id(self) -> str:
        """Identify the name and the ordered rules and steps with their parameters."""
        steps = ("select", *(step.rule_id for step in self.select)) if self.select else ()
        return content_id("policy", self.name, *(rule.rule_id for rule in self.rules), *steps)

    @property
    def all_rules(self) -> tuple[Rule, ...]:
        """Give rules and steps in the order in which they are applied."""
        return (*self.rules, *self.select)

    def needs(self, need: Need) -> bool:
        """Say whether some rule or step looks at this."""
        if need == "tokens":
            return self.token_count is not None
        if need == "ranks":
            return any(isinstance(rule, Length) and rule.wants_ranks for rule in self.rules)
        return any(need in rule.needs for rule in self.all_rules)

    @property
    def copy_similarity(self) -> float:
        """Give the similarity from which problems are copies of each other."""
        found = [rule.min_similarity for rule in self.rules if isinstance(rule, DuplicateProblem)]
        return found[0] if found else 1.0

    @property
    def token_count(self) -> TokenRule | None:
        """Give the way that tokens are counted; None when no rule has a bound in tokens."""
        found = [rule for rule in self.all_rules if isinstance(rule, TokenRule) and rule.wants_tokens]
        return found[0] if found else None

    @property
    def score_files(self) -> tuple[ScoreFile, ...]:
        """Give the numbers from elsewhere that rules ask for."""
        found = (getattr(rule, "score_file", None) for rule in self.rules)
        return tuple(file for file in found if isinstance(file, ScoreFile))

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
        """Describe rules and steps for the record: id, name, version, parameters."""
        return tuple(
            {
                "rule_id": rule.rule_id,
                "name": rule.name,
                "version": rule.version,
                "params": rule.model_dump(mode="json"),
            }
            for rule in self.all_rules
        )
