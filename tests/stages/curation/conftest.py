"""A small store with every kind of trace: asked, imported, right, wrong, cut off, leaked, copied, hostile."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from curate.stages.verification import verify_store
from curate.store import JournalWriter, Store
from curate.store.records import (
    AnswerRecord,
    ProblemRecord,
    RunRecord,
    SentRecord,
    TeacherRecord,
    TemplateRecord,
    TraceRecord,
)
from curate.teachers.bodies import build_request
from curate.types import (
    ImportedTrace,
    Message,
    Price,
    Problem,
    PromptTemplate,
    Sampling,
    Style,
    Teacher,
    TraceFormat,
    Usage,
)

RUN = "20261101T000000Z-000001"
HOSTILE = "<script>alert('x')</script>\x07\u202eevil</style></details> The answer is 1."
QUESTIONS = [
    ("A boat carries 7 crates of figs to the island and 9 crates back. How many crates does it carry?", "16"),
    ("Olga knits 12 scarves in winter and sells 5 at the fair. How many scarves are left to her?", "7"),
    ("Each of 6 shelves holds 8 jars of plum jam. How many jars stand on the shelves together?", "48"),
    ("A rope of 45 metres is cut into 9 equal pieces. How long is one piece of it in metres?", "5"),
    ("Three friends pick 14, 11 and 10 apples in the garden. How many apples do they have in all?", "35"),
    ("A bus with 40 seats leaves with 31 passengers. How many of its seats stay empty on the way?", "9"),
]


def write_corpus(store: Store) -> None:
    """Write the journal of the corpus: six problems, seven requests for each, and imports."""
    teacher = Teacher.of(
        alias="small", model="m", base_url="http://x/v1", sampling=Sampling(temperature=0.5),
        price=Price(Decimal("1"), Decimal("2")),
    )  # fmt: skip
    plain = template(TraceFormat.COT, with_gold=False)
    leaked = template(TraceFormat.COT, with_gold=True)
    program = template(TraceFormat.POT, with_gold=False)
    equations = template(TraceFormat.EOT, with_gold=False)
    with store.write_journal(RUN) as journal:
        journal.append(RunRecord(RUN, "start", 1.0, "generate"))
        journal.append(TeacherRecord(teacher))
        for made in (plain, leaked, program, equations):
            journal.append(TemplateRecord(made))
        for number, (question, gold) in enumerate(QUESTIONS):
            problem = Problem.of(
                source="ours" if number % 2 else "theirs", question=question, gold=gold,
                licence="MIT" if number % 2 else "", level=str(1 + number % 3),
                choices=(gold, "1000") if number == 5 else (),
            )  # fmt: skip
            journal.append(ProblemRecord(problem))
            asked = Asker(journal, teacher, problem)
            asked.ask(plain, f"We count with care.\n\nThe answer is {gold}.", reasoning="Let me see.")
            asked.ask(plain, f"We count in another way.\n\nThe answer is {gold}.")
            asked.ask(plain, "We guess.\n\nThe answer is 999.")
            asked.ask(plain, f"We count and count {number}", finish_reason="length")
            asked.ask(leaked, f"As given.\n\nThe answer is {gold}.")
            asked.ask(program, f"```python\nans = {gold}\n```")
            asked.ask(equations, f"x = {gold}\nans = x")
            imported(journal, problem, f"WE count in  another way.\n\nThe answer is {gold}.", "a")
            imported(journal, problem, f"From elsewhere. The answer is {gold}.", "b", label=True)
            imported(journal, problem, "I'm sorry, but I cannot help with that.", "c", label=False)
        imported(journal, problem, HOSTILE, "hostile")
        journal.append(RunRecord(RUN, "stop", 9.0, "generate"))


def template(format: TraceFormat, *, with_gold: bool) -> PromptTemplate:
    return PromptTemplate.of(
        name=str(format), format=format, granularity=3, style=Style.PLAIN, system="", user="{{question}}",
        with_gold=with_gold,
    )  # fmt: skip


class Asker:
    """Asks one problem and writes what a run would write."""

    def __init__(self, journal: JournalWriter, teacher: Teacher, problem: Problem) -> None:
        self.journal, self.teacher, self.problem = journal, teacher, problem
        self.count = 0

    def ask(
        self, made: PromptTemplate, text: str, *, reasoning: str = "", finish_reason: str = "stop"
    ) -> None:
        request = build_request(
            self.teacher, [Message("user", self.problem.question)], problem_id=self.problem.problem_id,
            template_id=made.template_id, format=made.format, sample_index=self.count,
        )  # fmt: skip
        self.count += 1
        message = {"role": "assistant", "content": text}
        if reasoning:
            message["reasoning_content"] = reasoning
        body = {"choices": [{"index": 0, "message": message, "finish_reason": finish_reason}], "model": "m"}
        self.journal.append(SentRecord(request, 1, RUN, 2.0, Decimal("0.01")))
        self.journal.append(
            AnswerRecord(
                request.request_id,
                1,
                RUN,
                3.0,
                200,
                json.dumps(body).encode(),
                {},
                120.0,
                Usage(30, 0, 50, 0),
                Decimal("0.002"),
            )
        )


def imported(
    journal: JournalWriter, problem: Problem, text: str, name: str, label: bool | None = None
) -> None:
    trace = ImportedTrace.of(
        problem_id=problem.problem_id, source="web", teacher="gpt", format=TraceFormat.COT, text=text,
        origin_id=f"{name}-{problem.gold}", label=label, label_by="" if label is None else "human",
    )  # fmt: skip
    journal.append(TraceRecord(trace, RUN))


@pytest.fixture(scope="session")
def corpus_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A verified store, made once; tests get copies."""
    path = tmp_path_factory.mktemp("corpus") / "store"
    store = Store.open(path, create=True)
    write_corpus(store)
    verify_store(store, workers=1)
    return path


@pytest.fixture
def corpus(corpus_path: Path, tmp_path: Path) -> Iterator[Store]:
    """A copy of the verified store, to be changed at will."""
    shutil.copytree(corpus_path, tmp_path / "store")
    yield Store.open(tmp_path / "store")


@pytest.fixture
def empty(tmp_path: Path) -> Store:
    """A store without a record."""
    return Store.open(tmp_path / "empty", create=True)
