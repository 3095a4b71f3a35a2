"""A folder goes to the hub only when asked, whole, and private; a hub on loopback stands for the real one."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from curate.errors import GateError, UsageError
from curate.export import ExportRow, ManifestBase, write_export
from curate.export.push import check_repo, push_folder
from curate.types import TraceFormat

PUSH = """
import sys
from pathlib import Path
from curate.export.push import push_folder
print(push_folder(Path(sys.argv[1]), "me/corpus"))
"""


class Hub(BaseHTTPRequestHandler):
    """Answers the calls of an upload and remembers what it was sent."""

    seen: list[tuple[str, dict[str, object]]]
    files: dict[str, bytes]
    status = 200

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.status != 200:
            return self._say({"error": "no"}, self.status)
        if self.path.endswith("/repos/create"):
            self.seen.append(("create", json.loads(body)))
            return self._say({"url": f"http://{self.headers['Host']}/datasets/me/corpus"})
        if "/preupload/" in self.path:
            names = [entry["path"] for entry in json.loads(body)["files"]]
            files = [{"path": n, "uploadMode": "regular", "shouldIgnore": False} for n in names]
            return self._say({"files": files})
        if self.path.endswith("/validate-yaml"):
            return self._say({"errors": [], "warnings": []})
        for line in map(json.loads, body.splitlines()):
            if line["key"] == "file":
                self.files[line["value"]["path"]] = base64.b64decode(line["value"]["content"])
        url = f"http://{self.headers['Host']}/datasets/me/corpus/commit/{'0' * 40}"
        return self._say({"commitUrl": url, "commitOid": "0" * 40, "success": True})

    def do_GET(self) -> None:
        self._say({"sha": "0" * 40, "id": "me/corpus", "siblings": [], "tags": []})

    def _say(self, answer: dict[str, object], status: int = 200) -> None:
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def hub() -> Iterator[tuple[type[Hub], str]]:
    kind = type("OneHub", (Hub,), {"seen": [], "files": {}})
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield kind, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = [
        ExportRow(f"t{n}", f"p{n}", f"How much is {n} + 1?", f"The answer is {n}.", TraceFormat.COT, "ours")
        for n in range(40)
    ]
    base = ManifestBase("inputs", "policy", "verified")
    write_export(rows, format="hf", out=tmp_path / "hf", seed=0, manifest_base=base)
    write_export(rows, format="messages", out=tmp_path / "messages", seed=0, manifest_base=base)
    return tmp_path / "hf"


def push(folder: Path, endpoint: str, **more: str) -> subprocess.CompletedProcess[str]:
    env = {
        **os.environ,
        "HF_ENDPOINT": endpoint,
        "HF_HUB_DISABLE_XET": "1",
        "HOME": str(folder.parent),
        **more,
    }
    return subprocess.run(
        [sys.executable, "-c", PUSH, str(folder)], env=env, capture_output=True, text=True, check=False
    )


def test_the_whole_folder_arrives_private(folder: Path, hub: tuple[type[Hub], str]) -> None:
    kind, endpoint = hub
    done = push(folder, endpoint, HF_TOKEN="hf_test")
    assert done.returncode == 0, done.stderr[-2000:]
    assert "me/corpus" in done.stdout
    assert [(name, body["visibility"]) for name, body in kind.seen] == [("create", "private")]
    wanted = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    assert kind.files == wanted


def test_a_hub_that_refuses_the_token_or_fails_is_told_apart(
    folder: Path, hub: tuple[type[Hub], str]
) -> None:
    kind, endpoint = hub
    kind.status = 401
    assert "MissingError: the hub refuses" in push(folder, endpoint, HF_TOKEN="hf_test").stderr
    assert "MissingError: the hub takes no data without a token" in push(folder, endpoint, HF_TOKEN="").stderr


def test_only_a_whole_data_set_folder_is_pushed(folder: Path) -> None:
    with pytest.raises(UsageError, match="only the format hf"):
        push_folder(folder.parent / "messages", "me/corpus")
    (folder / "README.md").write_text("changed")
    with pytest.raises(GateError, match=r"README\.md"):
        push_folder(folder, "me/corpus")


@pytest.mark.parametrize("repo", ["corpus", "a/b/c", "/b", "a/", "a b/c", "../etc/passwd", "a/..b"])
def test_a_name_that_the_hub_would_refuse_is_refused_at_once(repo: str) -> None:
    with pytest.raises(UsageError, match="names no data set"):
        check_repo(repo)
