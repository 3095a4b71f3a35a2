"""What a check can say at once: a verdict, or a plan of the work that another process must do first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from curate.sandbox.result import ProgramResult
from curate.types import Json, Verdict, VerdictStatus
from curate.verify.task import Reply, Task
from curate.verify.versions import VERIFIER_VERSION


@dataclass(frozen=True, slots=True)
class ProgramRun:
    """A program for the sandbox; `not_on` is the server that must not run it, 0 for any."""

    source: str
    not_on: int = 0


@dataclass(frozen=True, slots=True)
class SymbolPlan:
    """Work for a symbolic worker; `key` names it for the cache, `finish` says what its reply means."""

    task: Task
    key: tuple[str, ...]
    finish: Callable[[Reply], Outcome]


@dataclass(frozen=True, slots=True)
class ProgramPlan:
    """A program to run; `key` names it for the cache, `finish` says what its result means."""

    run: ProgramRun
    key: tuple[str, ...]
    finish: Callable[[ProgramResult], Outcome]


Outcome = Verdict | SymbolPlan | ProgramPlan


@dataclass(frozen=True, slots=True)
class VerdictMaker:
    """Makes the verdicts of one check of one trace.

    `base` is in the detail of each and wins over what a step adds; `path`, where set, is what decided;
    `spent_ms` is CPU time that earlier steps took.
    """

    trace_id: str
    verifier: str
    base: dict[str, Json] = field(default_factory=dict)
    path: str = ""
    spent_ms: float = 0.0
    version: str = VERIFIER_VERSION

    def __call__(
        self,
        status: VerdictStatus,
        reason: str,
        decided_by: str = "",
        detail: dict[str, Json] | None = None,
        cpu_ms: float = 0.0,
    ) -> Verdict:
        """Make a verdict; `reason` is from the closed set of the check, `decided_by` names its path."""
        joined = {**(detail or {}), **self.base}
        decided_by = self.path or decided_by
        spent_ms = self.spent_ms + cpu_ms
        return Verdict(
            self.trace_id, self.verifier, self.version, status, reason, decided_by, joined, spent_ms
        )
