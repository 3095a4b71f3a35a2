"""Rule program_failure: a program or a set of equations that does not run to an answer.

For PoT: no program in the text, an exception, a timeout, no result. For EoT: no block of equations, equations
that do not parse or have no single solution. A program that ran to a wrong result is `wrong_answer`, and one
that was never run is `undecided`. Other formats are not concerned.
"""

from __future__ import annotations

from typing import ClassVar

from curate.filters.facts import TraceFacts
from curate.filters.rule import Finding, TraceRule
from curate.types import ParseState, TraceFormat, VerdictStatus

_FORMATS = frozenset({TraceFormat.POT, TraceFormat.EOT})
_MISSING = frozenset({ParseState.NO_PROGRAM, ParseState.NO_EQUATIONS})
_FAILED = frozenset({VerdictStatus.ERROR, VerdictStatus.TIMEOUT, VerdictStatus.NO_ANSWER})


class ProgramFailure(TraceRule):
    """Drop PoT and EoT traces whose program or equations give nothing."""

    name: ClassVar[str] = "program_failure"

    def decide(self, trace: TraceFacts) -> Finding | None:
        """Look at the parser first: what is not there cannot have failed in a check."""
        if trace.format not in _FORMATS:
            return None
        if trace.parse_state in _MISSING:
            return Finding(evidence={"parse_state": str(trace.parse_state)})
        if trace.status in _FAILED:
            return Finding(evidence={"status": str(trace.status), "reason": trace.reason})
        return None
