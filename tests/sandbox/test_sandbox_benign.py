"""Good programs keep working in the sandbox, with exact answers, and bad habits get plain exceptions.

Fast: the backend that the self-test chooses; slow: the other one too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

TABLES = Path(__file__).parent / "benign"
NAMES = [
    (path.stem, name)
    for path in sorted(TABLES.glob("*.txt"))
    for name in re.findall(r"^=== (\S+)$", path.read_text("utf-8"), flags=re.MULTILINE)
]
Get = Callable[[str, str, str | None], Any]


@pytest.mark.parametrize(("topic", "name"), NAMES)
def test_benign_program_gives_its_answer(benign_result: Get, topic: str, name: str) -> None:
    check(*benign_result(topic, name, None))


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["namespaces", "landlock"])
@pytest.mark.parametrize(("topic", "name"), NAMES)
def test_benign_program_gives_its_answer_under(
    benign_result: Get, topic: str, name: str, backend: str
) -> None:
    check(*benign_result(topic, name, backend))


def test_there_are_enough_benign_programs() -> None:
    assert len(NAMES) >= 200
    assert len(set(NAMES)) == len(NAMES)


def check(program: Any, result: Any) -> None:
    expected = program.expected
    assert result.status == expected.get("status", "ok"), result.error
    if "answer" in expected:
        assert result.answer == expected["answer"]
    if "answer_length" in expected:
        assert len(result.answer) == int(expected["answer_length"])
    if "from" in expected:
        assert result.answer_from == expected["from"]
    if "error" in expected:
        assert result.error.partition(":")[0].split(" ")[0] in expected["error"].split()
    if "stderr" in expected:
        assert expected["stderr"] in result.stderr
    conflicts = [f"{other.answer_from} {other.answer}" for other in result.conflicts]
    if "conflict" in expected:
        assert expected["conflict"] in conflicts
