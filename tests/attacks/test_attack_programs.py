"""Every attack of every class is stopped, and the program after it notices nothing.

Fast: the backend that the self-test chooses, as whoever runs the tests. Slow: both backends, as that user and
as an ordinary one. What counts as stopped stands at the head of each program and in harness/attack_runs.py.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PROGRAMS = Path(__file__).parent / "programs"
CLASSES = sorted(folder.name for folder in PROGRAMS.iterdir())
NAMES = sorted(f"{path.parent.name}/{path.stem}" for path in PROGRAMS.glob("*/*.txt"))
USERS = ("root", "user") if os.getuid() == 0 else ("user",)
Run = Callable[[str, bool], Any]


@pytest.mark.parametrize("name", NAMES)
def test_attack_is_stopped_under_the_chosen_backend(suite_run: Run, name: str) -> None:
    assert suite_run("default", False).of(name) == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", CLASSES)
@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("backend", ["namespaces", "landlock"])
def test_class_of_attacks_is_stopped(suite_run: Run, backend: str, user: str, kind: str) -> None:
    run = suite_run(backend, user == "user")
    if run.cannot:
        pytest.skip(run.cannot)
    of_kind = {name: faults for name, faults in run.faults.items() if name.startswith(f"{kind}/")}
    assert of_kind, f"no attack of the class {kind} was run"
    assert {name: faults for name, faults in of_kind.items() if faults} == {}


def test_every_class_of_the_threat_model_has_attacks() -> None:
    expected = {
        "file_reads", "file_writes", "environment", "parent_proc", "network", "processes", "memory", "time",
        "signals", "output", "forged", "state", "crashes", "odd_source", "kernel",
    }  # fmt: skip
    assert set(CLASSES) == expected
    assert all(sum(name.startswith(f"{kind}/") for name in NAMES) >= 8 for kind in CLASSES)
    assert len(NAMES) >= 200
