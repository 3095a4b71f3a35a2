"""Progress outside of a notebook: a plain line now and then in a log, one redrawn line on a terminal."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

import pytest

from curate.progress import ProgressLine, line

SHOWN = """
from curate.progress import ProgressLine
with ProgressLine("verify") as line:
    line.update(3, 10, "2 correct")
    line._surface._progress.refresh()
"""


def test_a_log_gets_a_line_once_the_interval_is_over(capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    with ProgressLine("verify") as bar:
        bar.update(3, 10, "2 correct")
        assert capsys.readouterr().err == ""
    monkeypatch.setattr(line, "PLAIN_INTERVAL_S", 0.0)
    with ProgressLine("verify") as bar:
        bar.update(3, 10, "2 correct")
        bar.update(1234, None)
    assert capsys.readouterr().err == "verify: 3 of 10  2 correct\nverify: 1,234\n"


def test_a_quiet_line_says_nothing(capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "PLAIN_INTERVAL_S", 0.0)
    with ProgressLine("verify", is_quiet=True) as bar:
        bar.update(3, 10)
    assert capsys.readouterr().err == ""


def test_a_terminal_shows_a_bar_and_loses_it_at_the_end() -> None:
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-c", SHOWN], stderr=theirs, env={**os.environ, "COLUMNS": "80", "TERM": "xterm"}
    )
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    os.close(theirs)
    assert done.returncode == 0
    assert "verify" in shown
    assert "3/10" in shown
    assert "2 correct" in shown
    assert shown.rstrip().endswith("\x1b[2K")
