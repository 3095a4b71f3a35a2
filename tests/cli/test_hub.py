"""A model that is not to be had is said at once: one request, no retries, no lines of a library."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from curate.cli.hub import require_model
from curate.errors import MissingError

NOBODY = "http://127.0.0.1:9"


@contextmanager
def hub(status: int, wait: threading.Event | None = None) -> Iterator[str]:
    """Serve a hub that answers everything with a status, once `wait` is set."""

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            if wait is not None:
                wait.wait(30)
            self.send_response(status)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")  # set, so that it is put back
    monkeypatch.setenv("HF_ENDPOINT", NOBODY)


def test_a_folder_needs_no_hub(tmp_path: Path) -> None:
    require_model(str(tmp_path))
    assert os.environ["HF_HUB_OFFLINE"] == "0"


@pytest.mark.parametrize("name", ["/nowhere/model", "./model", "a/b/c", "~/model", ""])
def test_what_is_neither_folder_nor_id_is_not_asked_for(name: str) -> None:
    with pytest.raises(MissingError, match="no id of a model hub"):
        require_model(name)


@pytest.mark.parametrize("status", [200, 401, 404])
def test_a_hub_that_answers_is_left_to_its_library(status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with hub(status) as endpoint:
        monkeypatch.setenv("HF_ENDPOINT", endpoint)
        require_model("nobody/nothing")
    assert os.environ["HF_HUB_OFFLINE"] == "0"


@pytest.mark.parametrize("status", [429, 503])
def test_a_hub_that_is_busy_is_named_with_its_status(status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with hub(status) as endpoint:
        monkeypatch.setenv("HF_ENDPOINT", endpoint)
        with pytest.raises(MissingError, match=f"answers {status}"):
            require_model("nobody/nothing")


def test_a_hub_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()
    with hub(200, release) as endpoint:
        monkeypatch.setenv("HF_ENDPOINT", endpoint)
        begun = time.monotonic()
        try:
            with pytest.raises(MissingError, match="does not answer"):
                require_model("nobody/nothing", timeout_s=0.2)
        finally:
            release.set()
        assert time.monotonic() - begun < 5


@pytest.mark.parametrize("endpoint", [NOBODY, "nonsense"])
def test_without_a_hub_all_that_follows_stays_offline(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", endpoint)
    with pytest.raises(MissingError, match="does not answer") as caught:
        require_model("nobody/nothing")
    assert "--local-dir" in caught.value.hint
    assert os.environ["HF_HUB_OFFLINE"] == "1"


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="training is not installed")
def test_the_command_says_it_in_one_sentence(tracemill, tmp_path: Path) -> None:
    (tmp_path / "train.yaml").write_text("finetune: {export: corpus/, student: nobody/nothing}\n")
    for command in (("train", "train.yaml"), ("preflight", "nobody/nothing")):
        done = tracemill("finetune", *command, env={"HF_ENDPOINT": NOBODY})
        assert done.returncode == 3
        assert [line.partition(":")[0] for line in done.stderr.splitlines()] == ["error", "remedy"]


def test_a_cached_model_is_used_without_a_hub(tmp_path: Path) -> None:
    model = tmp_path / "models--nobody--cached"
    for folder, name, text in (("snapshots/abc", "config.json", "{}"), ("refs", "main", "abc")):
        (model / folder).mkdir(parents=True)
        (model / folder / name).write_text(text)
    program = "from curate.cli.hub import require_model; require_model('nobody/cached')"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "HF_HUB_CACHE": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "nobody/cached is taken from its cache" in done.stderr
