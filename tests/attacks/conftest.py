"""Runs the attack harness once for each combination of backend and user, and keeps what it found."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent
HARNESS, AS_USER = HERE / "harness", HERE / "harness" / "as_user.py"
CANNOT = 3


@dataclass(frozen=True)
class SuiteRun:
    """What one run of the harness said: faults by attack, or why this machine cannot do it."""

    faults: dict[str, list[str]] = field(default_factory=dict)
    cannot: str = ""

    def of(self, name: str) -> list[str]:
        """Give the faults of an attack; skips what this machine cannot run or the attack is not for."""
        if self.cannot:
            pytest.skip(self.cannot)
        if name not in self.faults:
            pytest.skip(f"{name} is for another processor")
        return self.faults[name]


@cache
def run_suite(backend: str, as_user: bool) -> SuiteRun:
    """Run every attack in a process of its own, as who runs the tests or as an ordinary user."""
    command = [sys.executable, str(HARNESS), "--backend", backend]
    if as_user and os.getuid() == 0:
        command = [sys.executable, str(AS_USER), *command]
    canary = f"CANARY-{secrets.token_hex(8)}"
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=300, cwd="/", check=False,
        env=os.environ | {"TRACEMILL_CANARY_KEY": canary, "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode == CANNOT:
        return SuiteRun(cannot=rows[0]["cannot"] if rows else done.stderr.strip())
    assert done.returncode == 0, done.stderr[-2000:]
    return SuiteRun({row["name"]: row["faults"] for row in rows})


@pytest.fixture(scope="session")
def suite_run():
    """Give the function that runs the suite once for each combination."""
    return run_suite
