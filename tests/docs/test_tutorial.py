"""The tutorial is true: its commands run in order in an empty folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial.md"


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", TUTORIAL.read_text(encoding="utf-8"), re.DOTALL)


def test_every_command_of_the_tutorial_works(tmp_path: Path) -> None:
    binaries = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = {"PATH": binaries, "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}
    commands = [
        line[2:] for block in blocks("console") for line in block.splitlines() if line.startswith("$ ")
    ]
    assert len(commands) > 15
    for command in commands:
        done = subprocess.run(
            ["bash", "-c", command], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    for code in blocks("python"):
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "report.html").stat().st_size > 10_000
    assert (tmp_path / "corpus" / "manifest.json").exists()
    assert (tmp_path / "mine-corpus" / "manifest.json").exists()


@pytest.mark.parametrize("name", re.findall(r"\]\(([^)#]+?\.md)\)", TUTORIAL.read_text(encoding="utf-8")))
def test_links_of_the_tutorial_lead_somewhere(name: str) -> None:
    assert (TUTORIAL.parent / name).exists()
