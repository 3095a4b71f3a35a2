"""The embedded teacher answers problems of the user's own once it is told their solutions."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from curate.config import read_run_file
from curate.errors import ConfigError, InputError
from curate.stages.embedding import embedded_teacher
from curate.teachers.embedded import EmbeddedTeacher
from curate.teachers.embedded.problems import EmbeddedProblem

QUESTION = "Tibor has 17 whistles and finds 5 more. How many whistles has he?"
ROW = {
    "question": QUESTION,
    "gold": "22",
    "steps": [{"text": "He adds.", "name": "whistles", "expression": "17 + 5", "value": "22"}],
    "program": "ans = 17 + 5",
    "equations": "whistles = 17 + 5\nans = whistles",
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "own.jsonl"
    path.write_bytes(orjson.dumps(ROW) + b"\n")
    return path


def _ask(teacher: EmbeddedTeacher, question: str) -> str:
    body = {"model": "embedded", "messages": [{"role": "user", "content": question}], "tracemill_faults": 0}
    return str(orjson.loads(teacher.answer(orjson.dumps(body)))["choices"][0]["message"]["content"])


def test_a_problem_of_the_users_own_is_answered_once_its_file_is_named(file: Path) -> None:
    assert "none of them" in _ask(embedded_teacher(), QUESTION)
    assert "The answer is 22." in _ask(embedded_teacher((str(file),)), QUESTION)


def test_the_file_is_taken_from_the_run_files_folder(file: Path) -> None:
    run = file.parent / "tracemill.yaml"
    run.write_text(
        "store: s/\nproblems: [{source: own.jsonl}]\n"
        "teachers: [{alias: t, model: embedded, base_url: embedded, knows: [own.jsonl]}]\n"
    )
    assert read_run_file(run).teachers[0].teacher().knows == (str(file),)


def test_a_model_elsewhere_is_told_no_solutions(file: Path) -> None:
    run = file.parent / "tracemill.yaml"
    run.write_text(
        "store: s/\nproblems: [{source: own.jsonl}]\n"
        "teachers: [{alias: t, model: m, base_url: 'http://127.0.0.1:9/v1', knows: [own.jsonl]}]\n"
    )
    with pytest.raises(ConfigError, match="only `base_url: embedded`"):
        read_run_file(run)


def test_a_line_without_a_solution_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bare.jsonl"
    path.write_text('{"question": "?", "gold": "1"}\n')
    with pytest.raises(InputError, match="line 1"):
        embedded_teacher((str(path),))


def test_the_last_of_thousands_of_questions_in_a_text_is_the_one_that_is_answered() -> None:
    known = [
        EmbeddedProblem(f"Tibor has {n} whistles and finds 1 more. How many?", str(n + 1), (), "", "")
        for n in range(3000)
    ]
    teacher = EmbeddedTeacher([EmbeddedProblem("And 1?", "1", (), "", ""), *known])
    asked = f"Example: {known[7].question} Now: {known[2999].question}"
    assert "The answer is 3000." in _ask(teacher, asked)
    assert "The answer is 1." in _ask(teacher, f"{known[7].question} And 1?")
