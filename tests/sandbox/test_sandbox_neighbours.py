"""Hostile programs next to good ones: results come in order, and nobody's is another's."""

from __future__ import annotations

import pytest

from curate.errors import MissingError, UsageError
from curate.sandbox import ExecLimits, execute, execute_many

LIMITS = ExecLimits(timeout_s=1.5, memory_mb=256)
HOSTILE = (
    "import os\nos._exit(0)",
    "import os\nos.abort()",
    "while True:\n    print('x' * 100_000)",
    "x = bytearray(4 << 30)",
    "import math\nmath.sqrt = lambda _: 41\nans = 1",
    "import os\nos.write(3, b'{}' * 50_000)",
    "import ctypes\nctypes.string_at(0)",
)


@pytest.fixture(scope="module")
def mixed() -> list[tuple[int, str, str]]:
    programs = []
    for number in range(40):
        programs.append(f"import math\nans = {number} + math.sqrt(4)")
        programs.append(HOSTILE[number % len(HOSTILE)])
    try:
        results = list(execute_many(programs, workers=2, limits=LIMITS))
    except MissingError as error:
        pytest.skip(str(error))
    return [(number, result.status, result.answer) for number, result in enumerate(results)]


def test_good_programs_between_hostile_ones_give_their_own_answers(mixed: list[tuple[int, str, str]]) -> None:
    good = [row for row in mixed if row[0] % 2 == 0]
    assert good == [(2 * number, "ok", f"{number + 2.0}") for number in range(40)]


def test_hostile_programs_get_a_status_of_their_own_each(mixed: list[tuple[int, str, str]]) -> None:
    statuses = [status for number, status, _ in mixed if number % 2]
    expected = ["protocol", "killed", "output_limit", "memory", "ok", "protocol", "killed"]
    assert statuses == [expected[number % len(expected)] for number in range(40)]


def test_unknown_backend_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="chroot"):
        execute("ans = 1", backend="chroot")
