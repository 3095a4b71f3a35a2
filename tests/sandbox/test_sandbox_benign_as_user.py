"""Good programs keep working for an ordinary user too; from root, the tests start themselves as one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
AS_USER = HERE.parent / "attacks" / "harness" / "as_user.py"
CANNOT = 3


@pytest.mark.slow
@pytest.mark.skipif(os.getuid() != 0, reason="the other tests already run as an ordinary user")
def test_benign_programs_give_their_answers_for_an_ordinary_user() -> None:
    done = subprocess.run(
        [sys.executable, str(AS_USER), sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q",
         str(HERE / "test_sandbox_benign.py"), "-m", "slow"],
        capture_output=True, text=True, timeout=300, cwd="/", check=False,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    if done.returncode == CANNOT and "root cannot" in done.stderr:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert "100%" in done.stdout
