"""Find the known problem that a prompt is about: its normalised question stands in the text."""

from __future__ import annotations

from collections.abc import Iterable

from curate.ids import normalise_text
from curate.teachers.embedded.problems import EmbeddedProblem

_MOST_REMEMBERED = 4096


class ProblemIndex:
    """Problems by their normalised questions. The last in a text wins, because examples stand before it."""

    def __init__(self, problems: Iterable[EmbeddedProblem]) -> None:
        self._known = [(normalise_text(problem.question), problem) for problem in problems]
        self._remembered: dict[str, EmbeddedProblem | None] = {}

    def find(self, text: str) -> EmbeddedProblem | None:
        """Give the problem, None when the text holds no known question."""
        if text not in self._remembered:
            if len(self._remembered) >= _MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[text] = self._search(normalise_text(text))
        return self._remembered[text]

    def _search(self, text: str) -> EmbeddedProblem | None:
        best: tuple[int, int] = (-1, 0)
        found = None
        for question, problem in self._known:
            start = text.rfind(question)
            if start >= 0 and (start + len(question), len(question)) > best:
                best, found = (start + len(question), len(question)), problem
        return found
