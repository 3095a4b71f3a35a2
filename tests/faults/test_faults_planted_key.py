"""A key is planted in the environment and looked for everywhere: files, words, command lines, children."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from curate.stages.embedding import answer_embedded
from curate.teachers.embedded import EmbeddedServer, HttpFaults, ServerConfig

KEY = "sk-planted-5d41402abc4b2a76b9719d911017c592"
RUN = """
store: store/
problems: [{{source: builtin, limit: 12}}]
teachers:
  - {{alias: a, model: embedded, base_url: "{url}", api_key_env: PLANTED_KEY, transport: {transport}}}
prompts: [{{format: cot}}, {{format: pot}}]
export: [{{format: messages, out: corpus/}}, {{format: hf, out: hf/}}]
"""
AFTERWARDS = (
    ("status", "--store", "store"),
    ("report", "--store", "store", "--out", "report.html"),
    ("doctor", "tracemill.yaml"),
    ("sql", "SELECT * FROM runs", "--store", "store"),
    ("--debug", "generate", "absent.yaml"),
)


def _command_lines() -> list[bytes]:
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                found.append((folder / "cmdline").read_bytes())
            except OSError:
                continue  # it ended
    return found


def _sandboxes_environments() -> list[bytes]:
    """Give the environments of the fork servers, which run programs of models."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                if b"zygote" in (folder / "cmdline").read_bytes():
                    found.append((folder / "environ").read_bytes())
            except OSError:
                continue
    return found


def _is_running(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(timeout=0.05)
    except subprocess.TimeoutExpired:
        return True
    return False


@pytest.mark.parametrize("transport", ["chat", "openai"])
def test_a_planted_key_is_found_nowhere(tmp_path: Path, transport: str) -> None:
    environment = {**os.environ, "PLANTED_KEY": KEY, "COLUMNS": "80"}
    words: list[bytes] = []
    n_sandboxes = 0
    with EmbeddedServer(answer_embedded, ServerConfig(faults=HttpFaults(server_error=0.1))) as server:
        (tmp_path / "tracemill.yaml").write_text(RUN.format(url=server.base_url, transport=transport))
        command = [sys.executable, "-m", "tracemill", "run", "tracemill.yaml"]
        running = subprocess.Popen(
            command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        while _is_running(running):
            assert not [line for line in _command_lines() if KEY.encode() in line]
            environments = _sandboxes_environments()
            assert not [names for names in environments if KEY.encode() in names]
            n_sandboxes += len(environments)
        assert running.stdout is not None
        words.append(running.stdout.read())
        running.stdout.close()
        assert running.returncode == 0, words
        for arguments in AFTERWARDS:
            done = subprocess.run(
                [sys.executable, "-m", "tracemill", *arguments],
                cwd=tmp_path, env=environment, capture_output=True, check=False,
            )  # fmt: skip
            words += [done.stdout, done.stderr]
    assert not [text for text in words if KEY.encode() in text]
    holders = [path for path in tmp_path.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]
    assert holders == []
    assert (tmp_path / "report.html").is_file()
    assert n_sandboxes > 0, "no sandbox was met, so nothing was looked at"
