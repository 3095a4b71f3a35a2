"""Find the known problem that a prompt is about: its normalised question stands in the text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from curate.ids import normalise_text
from curate.teachers.embedded.problems import EmbeddedProblem

_MOST_REMEMBERED = 4096
_HEAD = 16
"""Characters by which questions are looked up: with thousands of them, trying each in turn would take most of
a run's time."""


class ProblemIndex:
    """Problems by their normalised questions. The last in a text wins, because examples stand before it."""

    def __init__(self, problems: Iterable[EmbeddedProblem]) -> None:
        self._by_head: dict[str, list[tuple[str, EmbeddedProblem]]] = {}
        self._short: list[tuple[str, EmbeddedProblem]] = []
        for problem in problems:
            question = normalise_text(problem.question)
            group = self._by_head.setdefault(question[:_HEAD], []) if len(question) >= _HEAD else self._short
            group.append((question, problem))
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
        for start, question, problem in self._places(text):
            if (start + len(question), len(question)) > best:
                best, found = (start + len(question), len(question)), problem
        return found

    def _places(self, text: str) -> Iterator[tuple[int, str, EmbeddedProblem]]:
        """Give every place where a known question stands."""
        for question, problem in self._short:
            if (start := text.rfind(question)) >= 0:
                yield start, question, problem
        for start in range(len(text) - _HEAD + 1):
            for question, problem in self._by_head.get(text[start : start + _HEAD], ()):
                if text.startswith(question, start):
                    yield start, question, problem
