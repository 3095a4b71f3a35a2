"""Rule gold_suspect: sound traces of several origins agree on a value that is not the gold.

A flag: it drops nothing, because either side may be wrong; it is there to be looked at. What counts as
agreement is the view `gold_suspects_v`: at least two sound traces and three in five, from two formats or
teachers or three samples, and more than agree with the gold.
"""

from __future__ import annotations

from typing import ClassVar

from curate.filters.facts import TraceFacts
from curate.filters.rule import Finding, Grain, Need, TraceRule


class GoldSuspect(TraceRule):
    """Flag all traces of a problem whose gold may be wrong."""

    name: ClassVar[str] = "gold_suspect"
    grain: ClassVar[Grain] = "problem"
    needs: ClassVar[frozenset[Need]] = frozenset({"suspects"})
    is_flag: ClassVar[bool] = True

    def decide(self, trace: TraceFacts) -> Finding | None:
        """Give both values and how strong the agreement is."""
        suspect = trace.suspect
        if suspect is None:
            return None
        return Finding(
            round(suspect.agreement, 6),
            0.6,
            {"gold": suspect.gold, "agreed": suspect.agreed, "n_agree": suspect.n_agree},
        )
