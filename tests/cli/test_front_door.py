"""The command itself: help, unknown words, exit codes, clashes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import tracemill as front_door


def test_help_lists_every_command_within_80_columns(tracemill) -> None:
    result = tracemill("--help")
    assert result.returncode == 0
    assert all(f"  {command.name:<10}" in result.stdout for command in front_door.COMMANDS)
    assert max(map(len, result.stdout.splitlines())) <= 80


@pytest.mark.parametrize("command", [entry.name for entry in front_door.COMMANDS])
def test_every_command_has_help(tracemill, command: str) -> None:
    result = tracemill(command, "--help")
    assert result.returncode == 0, result.stderr
    assert "Usage:" in result.stdout


def test_an_unknown_command_names_the_nearest_one(tracemill) -> None:
    result = tracemill("verfy")
    assert result.returncode == 2
    assert "did you mean `tracemill verify`?" in result.stderr


def test_an_unknown_option_is_a_usage_error_in_one_sentence(tracemill) -> None:
    result = tracemill("status", "--stroe", "x")
    assert result.returncode == 2
    assert len(result.stderr.strip().splitlines()) == 2
    assert "Traceback" not in result.stderr


def test_a_foreign_package_of_the_same_name_is_refused_with_the_remedy(tmp_path: Path) -> None:
    foreign = tmp_path / "evaluate"
    foreign.mkdir()
    (foreign / "__init__.py").write_text("")
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "import tracemill; sys.exit(tracemill.main(['doctor']))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 3
    assert "the package `evaluate` comes from" in result.stderr
    assert "pip uninstall evaluate" in result.stderr


def test_a_closed_pipe_is_no_error() -> None:
    result = subprocess.run(
        f"{sys.executable} -m tracemill doctor --json | head -1",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in result.stderr
