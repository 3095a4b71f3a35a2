"""The real command in a process of its own: what a user types, what a user sees."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

Completed = subprocess.CompletedProcess[str]
RunCommand = Callable[..., Completed]


@pytest.fixture
def tracemill(tmp_path: Path) -> RunCommand:
    """Run `tracemill ...` in a fresh folder with a bare environment; gives exit code, output and words."""

    def run(
        *arguments: str, env: Mapping[str, str] | None = None, stdin: str | None = None, timeout: float = 120
    ) -> Completed:
        bare = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LC_ALL": "C.UTF-8", "COLUMNS": "80"}
        return subprocess.run(
            [sys.executable, "-m", "tracemill", *arguments],
            cwd=tmp_path,
            env={**bare, **(env or {})},
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    return run
