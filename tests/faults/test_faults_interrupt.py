"""A run stopped by a signal ends with 4 and goes on where it stopped; nothing is bought twice."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from curate.stages.embedding import answer_embedded
from curate.store import Store
from curate.teachers.embedded import EmbeddedServer, HttpFaults, ServerConfig

RUN = """
store: store/
problems: [{{source: builtin, limit: 20}}]
teachers:
  - {{alias: a, model: embedded, base_url: "{url}", limits: {{concurrency: 4}}}}
prompts: [{{format: cot}}]
"""


def start(folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tracemill", "generate", "tracemill.yaml"]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_drains_and_the_same_command_goes_on(tmp_path: Path, number: int) -> None:
    with EmbeddedServer(answer_embedded, ServerConfig(faults=HttpFaults(latency_s=0.2))) as server:
        (tmp_path / "tracemill.yaml").write_text(RUN.format(url=server.base_url))
        running = start(tmp_path)
        while server.tally.n_requests < 6:
            assert running.poll() is None, running.communicate()
        running.send_signal(number)
        _, words = running.communicate(timeout=60)
        assert running.returncode == 4, words
        assert "stopping: waiting for what is on the wire" in words
        assert "the same command goes on from here" in words
        assert Store.open(tmp_path / "store").totals().n_maybe_billed == 0
        again = start(tmp_path)
        _, words = again.communicate(timeout=60)
        assert again.returncode == 0, words
        assert server.tally.n_billed == 20
        assert server.tally.n_billed_again == 0


def test_a_second_signal_stops_at_once_and_what_was_on_the_wire_is_listed(tmp_path: Path) -> None:
    with EmbeddedServer(answer_embedded, ServerConfig(faults=HttpFaults(latency_s=8.0))) as server:
        (tmp_path / "tracemill.yaml").write_text(RUN.format(url=server.base_url))
        running = start(tmp_path)
        while server.tally.n_requests < 5:  # the list of models, and four requests
            assert running.poll() is None, running.communicate()
        running.send_signal(signal.SIGINT)
        assert running.stderr is not None
        while "stopping" not in running.stderr.readline():
            assert running.poll() is None
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=20)
        assert running.returncode == 130
    assert 1 <= Store.open(tmp_path / "store").totals().n_maybe_billed <= 4
