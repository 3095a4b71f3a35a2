"""`tracemill exec`: one line out for each line in, in order, whatever the lines hold."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

FRONT_DOOR = Path(__file__).resolve().parents[2] / "tracemill.py"
KEYS = {"id", "status", "answer", "answer_from", "stdout", "error", "seconds", "backend"}


def run_exec(lines: list[bytes], *options: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, str(FRONT_DOOR), "exec", *options]
    return subprocess.run(
        command, input=b"\n".join(lines) + b"\n", capture_output=True, timeout=60, check=False
    )


def test_each_line_gets_one_line_in_order() -> None:
    lines = [
        b'{"id": 1, "program": "def solution():\\n    return 6 * 7"}',
        b"no json",
        b'{"id": "b", "program": "```python\\nprint(3)\\n```\\nSo it is 3."}',
        b'{"id": 3, "program": "ans = 1 / 0"}',
        b'{"id": 4, "program": 5}',
        b'{"id": 5, "program": "x = \\"\\ud800\\"; ans = 2"}',
        b'{"id": 6, "program": "ans = 1\\u0000"}',
        b'{"id": 7, "program": ""}',
        b'{"id": 8, "program": "while True: pass"}',
    ]
    done = run_exec(lines, "--timeout", "1", "--workers", "2")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0 and all(set(row) >= KEYS for row in rows)
    found = [(row["id"], row["status"], row["answer"]) for row in rows]
    assert found == [
        (1, "ok", "42"), (None, "error", ""), ("b", "ok", "3"), (3, "error", ""), (4, "error", ""),
        (5, "error", ""), (6, "error", ""), (7, "no_answer", ""), (8, "timeout", ""),
    ]  # fmt: skip
    assert {row["backend"] for row in rows} <= {"namespaces", "landlock"}


def test_unsafe_mode_warns_and_marks_every_record() -> None:
    done = run_exec([b'{"id": 1, "program": "ans = 2 + 2"}'], "--unsafe-no-sandbox")
    assert json.loads(done.stdout)["backend"] == "unsafe" and b"without a sandbox" in done.stderr


def test_an_unknown_backend_is_a_wrong_command_line() -> None:
    done = run_exec([], "--backend", "magic")
    assert done.returncode == 2 and b"no sandbox backend" in done.stderr
