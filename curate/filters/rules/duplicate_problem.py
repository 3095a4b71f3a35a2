"""Rule duplicate_problem: the question stands in the store under another id, word for word or nearly.

Unit: Jaccard similarity of 5-word windows of the questions with their options, default 0.7, over all
problems. Two questions with different numbers are two problems, however alike they are: augmented sets
change the numbers and with them the answer. Of a cluster the problem with the most correct traces stays,
then one with a gold, then the smaller id.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from curate.filters.facts import TraceFacts
from curate.filters.rule import Finding, Grain, Need, TraceRule


class DuplicateProblem(TraceRule):
    """Drop all traces of the copies of a problem."""

    name: ClassVar[str] = "duplicate_problem"
    grain: ClassVar[Grain] = "problem"
    needs: ClassVar[frozenset[Need]] = frozenset({"copies"})

    min_similarity: float = Field(0.7, ge=0.5, le=1, description="share of 5-word windows in common")

    def decide(self, trace: TraceFacts) -> Finding | None:
        """Name the problem that stays."""
        question = trace.question
        if question is None or not question.copy_of:
            return None
        return Finding(
            round(question.similarity, 6),
            self.min_similarity,
            {"kept": question.copy_of, "cluster_size": question.n_copies},
        )
