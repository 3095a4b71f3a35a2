"""The embedded teacher itself: bytes of a request in, bytes of a completion out.

A pure function of the body, the sample index and the problems it was given. It knows nothing else, computes
nothing but small sums, and says so: in the fingerprint of every answer, and in words when it does not know.
"""

from __future__ import annotations

from collections.abc import Iterable

import orjson

from curate.teachers.embedded.agents import answer_agent
from curate.teachers.embedded.asked import Asked, read_body
from curate.teachers.embedded.completion_json import Spoken, limit, write_completion
from curate.teachers.embedded.draws import Draws
from curate.teachers.embedded.index import ProblemIndex
from curate.teachers.embedded.problems import EmbeddedProblem
from curate.teachers.embedded.solver import answer_solver
from curate.teachers.embedded.wording import read_instruction
from curate.types import Role

UNKNOWN = (
    "I am tracemill's embedded teacher, not a language model. I only know the problems that ship with "
    "tracemill, and this is none of them, so I cannot solve it."
)


class EmbeddedTeacher:
    """Answers requests about the problems it was given."""

    def __init__(self, problems: Iterable[EmbeddedProblem] = ()) -> None:
        self._index = ProblemIndex(problems)

    def answer(self, body: bytes, sample_index: int = 0) -> bytes:
        """Give a chat completion.

        The same body and index always give the same bytes. A caller in this process passes the index of the
        sample; the HTTP server, whose requests carry no index, passes the number of answers it has already
        given to that very body.
        """
        try:
            asked = read_body(body)
        except (orjson.JSONDecodeError, TypeError) as error:
            return orjson.dumps(
                {"error": {"message": f"not a chat request: {error}", "code": "invalid_json"}}
            )
        answers = []
        for choice in range(asked.n_choices):
            draws = Draws(body, sample_index * asked.n_choices + choice)
            spoken = self._speak(asked, draws)
            answers.append(limit(spoken, max_tokens=asked.max_tokens, stop=asked.stop))
        return write_completion(asked.model, asked.n_chars, answers, b"%d:%b" % (sample_index, body))

    def _speak(self, asked: Asked, draws: Draws) -> Spoken:
        problem = self._index.find(asked.user)
        if problem is None:
            return Spoken(UNKNOWN)
        wanted = read_instruction(f"{asked.system}\n{asked.user.replace(problem.question, ' ')}")
        if wanted.role is Role.SOLVER:
            return answer_solver(asked, wanted, problem, draws)
        return answer_agent(asked, wanted, problem, draws)
