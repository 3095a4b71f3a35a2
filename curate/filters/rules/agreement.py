"""Rule agreement: not enough others reach the answer of this trace.

Unit: formats, teachers or traces of the problem that reach one value (self-consistency, Wang et al. 2022,
arXiv 2203.11171). With a gold this asks for more than a right answer: several ways must lead to it. Without a
gold the value that most reach stands in for it, and the evidence says so (`by_majority`); a tie has no
majority. Values are compared as written one way (`curate.filters.values`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Literal

from pydantic import Field

from curate.filters.facts import TraceFacts
from curate.filters.rule import Finding, Grain, Need, Rule


class Agreement(Rule):
    """Drop traces whose answer fewer than `at_least` reach, and outvoted ones where there is no gold."""

    name: ClassVar[str] = "agreement"
    grain: ClassVar[Grain] = "problem"
    needs: ClassVar[frozenset[Need]] = frozenset({"answers"})

    at_least: int = Field(2, ge=2, description="formats, teachers or traces that must reach the answer")
    among: Literal["formats", "teachers", "traces"] = Field("formats", description="what is counted")

    def judge(self, traces: Sequence[TraceFacts]) -> Iterator[tuple[str, Finding]]:
        """Count the voices for each value; copies of one text have one voice."""
        voices: dict[str, set[str]] = {}
        for trace in traces:
            if trace.answer:
                voices.setdefault(trace.answer, set()).add(self._voice(trace))
        most = max((len(found) for found in voices.values()), default=0)
        leaders = [value for value, found in voices.items() if len(found) == most]
        majority = leaders[0] if len(leaders) == 1 else ""
        for trace in traces:
            n_voices = len(voices.get(trace.answer, ()))
            is_outvoted = not trace.has_gold and trace.answer != majority
            if n_voices < self.at_least or is_outvoted:
                yield (
                    trace.trace_id,
                    Finding(
                        n_voices,
                        self.at_least,
                        {
                            "answer": trace.answer,
                            "among": self.among,
                            "majority": majority,
                            "by_majority": not trace.has_gold,
                        },
                    ),
                )

    def _voice(self, trace: TraceFacts) -> str:
        if self.among == "formats":
            return str(trace.format)
        return trace.teacher if self.among == "teachers" else trace.norm_hash or trace.trace_id
