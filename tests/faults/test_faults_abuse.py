"""An afternoon of abuse through the real command: damaged files, bad rows, two users, odd terminals.

After each of them the store answers, nothing is lost, and whatever went wrong was said in one sentence.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Completed = subprocess.CompletedProcess[str]
RunCommand = Callable[..., Completed]
PARSED = "SELECT count(*) AS n FROM traces"
N_GOOD, N_BAD = 200, 1000


def _command_in(folder: Path) -> RunCommand:
    """Give a way to run `tracemill ...` in a folder with a bare environment."""

    def run(*arguments: str, **env: str) -> Completed:
        bare = {"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8", "COLUMNS": "80"}
        command = [sys.executable, "-m", "tracemill", *arguments]
        return subprocess.run(
            command,
            cwd=folder,
            env={**bare, **env},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture
def tracemill(tmp_path: Path) -> RunCommand:
    """Run `tracemill ...` in a fresh folder."""
    return _command_in(tmp_path)


def _row(n: int) -> dict[str, str]:
    answer = f"The answer is {n + 1}."
    return {"question": f"What is {n} plus one?", "gold": str(n + 1), "response": answer, "teacher": "t"}


@pytest.fixture(scope="module")
def filled_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with a store of imported traces that was verified and projected."""
    folder = tmp_path_factory.mktemp("filled")
    tracemill = _command_in(folder)
    rows = [_row(n) for n in range(N_GOOD)]
    (folder / "own.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert tracemill("import", "own.jsonl", "--store", "s").returncode == 0
    assert tracemill("verify", "--store", "s").returncode == 0
    assert _count(tracemill, "s") == N_GOOD
    return folder


@pytest.fixture
def filled(filled_once: Path, tmp_path: Path) -> Path:
    """Give a copy of the filled store in the test's own folder."""
    shutil.copytree(filled_once, tmp_path, dirs_exist_ok=True)
    return tmp_path / "s"


def _count(tracemill: RunCommand, store: str, query: str = PARSED) -> int:
    done = tracemill("sql", query, "--store", store, "--format", "json")
    assert done.returncode == 0, done.stderr
    return int(json.loads(done.stdout)[0]["n"])


def test_a_deleted_projection_is_built_again(filled: Path, tracemill: RunCommand) -> None:
    (filled / "traces.duckdb").unlink()
    assert _count(tracemill, "s") == N_GOOD
    assert (
        _count(tracemill, "s", "SELECT count(*) AS n FROM best_verdicts WHERE status = 'correct'") == N_GOOD
    )


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_a_cut_projection_is_built_again(filled: Path, tracemill: RunCommand, share: float) -> None:
    projection = filled / "traces.duckdb"
    tracemill("status", "--store", "s")
    os.truncate(projection, int(projection.stat().st_size * share))
    assert _count(tracemill, "s") == N_GOOD


def test_a_flipped_byte_in_a_segment_costs_one_record_and_is_told(
    filled: Path, tracemill: RunCommand
) -> None:
    segment = max((filled / "journal").glob("*.jsonl"), key=lambda path: path.stat().st_size)
    content = bytearray(segment.read_bytes())
    content[len(content) // 2] ^= 0x15
    segment.write_bytes(content)
    (filled / "traces.duckdb").unlink()
    assert _count(tracemill, "s") >= N_GOOD - 1
    status = tracemill("status", "--store", "s")
    assert status.returncode == 0
    assert "damaged" in (status.stdout + status.stderr).lower()


def test_a_thousand_bad_rows_cost_a_complaint_each_and_no_good_row(
    filled: Path, tracemill: RunCommand, tmp_path: Path
) -> None:
    bad = [
        '{"question": 5}',
        "{torn",
        "[]",
        '"text"',
        "null",
        '{"response": "x"}',
        '{"question": "", "response": ""}',
    ]
    lines = [bad[number % len(bad)] for number in range(N_BAD)]
    good = json.dumps(
        {"question": "What is 2 plus 2?", "gold": "4", "response": "The answer is 4.", "teacher": "t"}
    )
    lines.insert(500, good)
    (tmp_path / "bad.jsonl").write_text("\n".join(lines) + "\n")
    done = tracemill("import", "bad.jsonl", "--store", "s")
    assert done.returncode == 0, done.stderr
    assert len(done.stderr.splitlines()) < 40, "complaints are summed up, not listed one by one"
    assert _count(tracemill, "s") == N_GOOD + 1
    listed = tracemill("query", "import_complaints", "--store", "s", "--format", "json")
    assert sum(int(row["n_lines"]) for row in json.loads(listed.stdout)) == N_BAD


def test_two_users_at_once_end_well_or_are_told_to_wait(
    filled: Path, tmp_path: Path, tracemill: RunCommand
) -> None:
    rows = [
        json.dumps(
            {"question": f"What is {n} plus two?", "gold": str(n + 2), "response": f"{n + 2}", "teacher": "u"}
        )
        for n in range(50)
    ]
    (tmp_path / "two.jsonl").write_text("\n".join(rows) + "\n")
    quiet = subprocess.DEVNULL
    commands = [
        ["import", "two.jsonl", "--store", "s"],
        ["verify", "--store", "s", "--again"],
        ["filter", "--store", "s", "--policy", "all"],
        ["status", "--store", "s"],
        ["query", "accept_rate", "--store", "s"],
    ]
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "tracemill", *c], cwd=tmp_path, stdout=quiet, stderr=subprocess.PIPE
        )
        for c in commands
    ]
    words = [process.communicate(timeout=120)[1].decode() for process in running]
    for command, process, said in zip(commands, running, words, strict=True):
        assert process.returncode in (0, 4), (command, said)
        assert "Traceback" not in said, (command, said)
        assert process.returncode == 0 or "remedy:" in said, (command, said)
    assert tracemill("import", "two.jsonl", "--store", "s").returncode == 0
    assert _count(tracemill, "s") == N_GOOD + 50


def test_no_color_and_locale_c_change_no_data(filled: Path, tracemill: RunCommand) -> None:
    usual = tracemill("query", "accept_rate", "--store", "s", "--format", "json")
    plain = tracemill("query", "accept_rate", "--store", "s", "--format", "json", LC_ALL="C", NO_COLOR="1")
    assert plain.returncode == 0, plain.stderr
    assert plain.stdout == usual.stdout
    table = tracemill(
        "query", "accept_rate", "--store", "s", LC_ALL="C", LANG="C", PYTHONUTF8="0", NO_COLOR="1"
    )
    assert table.returncode == 0, table.stderr


def test_a_store_in_a_folder_that_cannot_be_written_can_be_read(filled: Path, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write anywhere; tests/store tries a read-only store as an ordinary user")
    for path in [filled, *filled.rglob("*")]:
        path.chmod(path.stat().st_mode & ~0o222)
    done = subprocess.run(
        [sys.executable, "-m", "tracemill", "sql", PARSED, "--store", str(filled)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
