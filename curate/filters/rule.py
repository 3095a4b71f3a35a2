"""What a rule is: a frozen set of parameters, a name, a version, and a judgement over the traces of one
problem.

The parameters are fields with a default and a sentence each; an unknown one is a fault. A rule that looks at
single traces derives from `TraceRule` and writes `decide`; one that compares a problem's traces derives from
`Rule` and writes `judge`. A rule whose meaning changes gets a higher `version`, hence another id and new
decisions.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from curate.filters.facts import TraceFacts
from curate.ids import canonical_json, content_id
from curate.types import Json

Grain = Literal["trace", "problem", "export"]
Need = Literal[
    "features",
    "near",
    "questions",
    "copies",
    "answers",
    "suspects",
    "slips",
    "boilerplate",
    "tokens",
    "ranks",
    "scores",
]
"""What must be read beyond the plain facts; it is read only for a policy that has a rule that needs it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Why a trace is dropped: the measured value, the threshold it passed, and what a person can check."""

    value: float | None = None
    threshold: float | None = None
    evidence: Mapping[str, Json] = field(default_factory=dict)


class Rule(BaseModel):
    """The base of all rules."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)

    name: ClassVar[str]
    version: ClassVar[str] = "1"
    grain: ClassVar[Grain] = "problem"
    needs: ClassVar[frozenset[Need]] = frozenset()
    is_flag: ClassVar[bool] = False
    """A flag says something of a trace and drops nothing."""

    @cached_property
    def rule_id(self) -> str:
        """Identify name, version and parameters: another threshold is another rule."""
        return content_id("rule", self.name, self.version, canonical_json(self.model_dump(mode="json")))

    def look(self, trace: TraceFacts) -> Finding | None:
        """Give what is measured of any trace and the threshold, for people; None where there is no number."""
        return None

    @abstractmethod
    def judge(self, traces: Sequence[TraceFacts]) -> Iterator[tuple[str, Finding]]:
        """Name the traces of one problem that this rule drops, each with its finding."""


class TraceRule(Rule):
    """A rule that needs one trace at a time."""

    grain: ClassVar[Grain] = "trace"

    @abstractmethod
    def decide(self, trace: TraceFacts) -> Finding | None:
        """Give a finding when the trace is to be dropped, None when this rule has nothing against it."""

    def judge(self, traces: Sequence[TraceFacts]) -> Iterator[tuple[str, Finding]]:
        """Decide each trace by itself."""
        for trace in traces:
            finding = self.decide(trace)
            if finding is not None:
                yield trace.trace_id, finding
