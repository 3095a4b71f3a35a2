"""On a host that refuses what a backend needs, the next one is used; where none is left, nothing is run."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from curate.sandbox import test_backend as try_backend
from curate.sandbox.inside.syscalls import machine_index

HOST = Path(__file__).parent / "refusing_host.py"
NO_NAMESPACES = "unshare,pivot_root"
NO_LANDLOCK = "landlock_create_ruleset"
RUN_ONE = """
import sys
from curate.errors import MissingError
from curate.sandbox import execute
try:
    result = execute("print('it ran')\\nans = 2 + 2", backend=sys.argv[1] if len(sys.argv) > 1 else None)
    print(result.backend, result.answer)
except MissingError as error:
    print("refused:", error)
"""
pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux") or machine_index() is None,
    reason=f"the program sandbox does not know {platform.system()} on {platform.machine()}",
)


def run_on(refused_calls: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, str(HOST), refused_calls, sys.executable, "-c", RUN_ONE, *arguments],
        capture_output=True, text=True, timeout=120, cwd="/", check=False,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_without_namespaces_landlock_is_used() -> None:
    if not try_backend("landlock").is_safe:
        pytest.skip(f"no Landlock here: {try_backend('landlock').first_fault}")
    assert run_on(NO_NAMESPACES) == "landlock 4\n"


def test_without_either_nothing_is_run_and_the_error_names_both() -> None:
    said = run_on(f"{NO_NAMESPACES},{NO_LANDLOCK}")
    assert said.startswith("refused: ")
    assert "namespaces" in said and "landlock" in said
    assert "it ran" not in said


def test_a_backend_asked_for_by_name_is_not_replaced_by_another() -> None:
    said = run_on(NO_NAMESPACES, "namespaces")
    assert said.startswith("refused: ")
    assert "landlock 4" not in said


def test_a_host_without_filters_runs_nothing() -> None:
    said = run_on("seccomp")
    assert said.startswith("refused: ")
    assert "it ran" not in said
