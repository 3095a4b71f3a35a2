"""Each mistake gives one clear sentence with its remedy and the documented exit code, and loses nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from curate.stages.embedding import answer_embedded
from curate.teachers.embedded import EmbeddedServer, ServerConfig

RUN = """
store: store/
problems: [{{source: builtin, limit: 2}}]
teachers:
  - {{alias: a, model: {model}, base_url: "{url}"{more}}}
prompts: [{{format: cot}}]
"""


def write_run(folder: Path, *, url: str, model: str = "embedded-weak", more: str = "") -> None:
    (folder / "tracemill.yaml").write_text(RUN.format(url=url, model=model, more=more), encoding="utf-8")


def assert_clear(result: subprocess.CompletedProcess[str], code: int, *said: str) -> None:
    assert result.returncode == code, result.stderr
    assert "Traceback" not in result.stderr
    for words in said:
        assert words in result.stderr


def test_a_missing_key_names_the_variable(tracemill, tmp_path: Path) -> None:
    write_run(tmp_path, url="http://127.0.0.1:9/v1", more=", api_key_env: NO_SUCH_KEY")
    assert_clear(tracemill("generate", "tracemill.yaml"), 3, "NO_SUCH_KEY is not set", "export NO_SUCH_KEY")


def test_an_unreachable_host_is_found_before_anything_is_asked(tracemill, tmp_path: Path) -> None:
    write_run(tmp_path, url="http://127.0.0.1:9/v1")
    assert_clear(tracemill("generate", "tracemill.yaml"), 3, "does not answer", "check base_url")


def test_a_wrong_key_stops_the_teacher_with_one_message(tracemill, tmp_path: Path) -> None:
    with EmbeddedServer(answer_embedded, ServerConfig(api_key="right")) as server:
        write_run(tmp_path, url=server.base_url, more=", api_key_env: TEACHER_KEY")
        result = tracemill("generate", "tracemill.yaml", env={"TEACHER_KEY": "wrong-one"})
    assert_clear(result, 4, "401", "incomplete")
    everything = (
        result.stdout
        + result.stderr
        + "".join(path.read_text(errors="replace") for path in (tmp_path / "store" / "journal").iterdir())
    )
    assert "wrong-one" not in everything


def test_an_unknown_model_is_named(tracemill, tmp_path: Path) -> None:
    with EmbeddedServer(answer_embedded) as server:
        write_run(tmp_path, url=server.base_url, model="no-such-model")
        assert_clear(tracemill("generate", "tracemill.yaml"), 4, "no-such-model")


def test_a_yaml_typo_and_a_negative_price_are_named_together(tracemill, tmp_path: Path) -> None:
    write_run(tmp_path, url="embedded", more=", price: {{input: -1, output: 1}}, wieght: 2".format())
    result = tracemill("run", "tracemill.yaml")
    assert_clear(
        result, 2, "teachers.0.price.input", "teachers.0.wieght: unknown key; did you mean `weight`?"
    )


def test_two_teachers_with_one_alias_are_refused(tracemill, tmp_path: Path) -> None:
    write_run(tmp_path, url="embedded")
    with (tmp_path / "tracemill.yaml").open("a") as file:
        file.write("")
    text = (
        (tmp_path / "tracemill.yaml")
        .read_text()
        .replace("prompts:", '  - {alias: a, model: embedded, base_url: "embedded"}\nprompts:')
    )
    (tmp_path / "tracemill.yaml").write_text(text)
    assert_clear(tracemill("estimate", "tracemill.yaml"), 2, "the alias 'a' is used twice")


def test_an_empty_problem_file_is_said_to_be_empty(tracemill, tmp_path: Path) -> None:
    (tmp_path / "problems.jsonl").write_text("")
    write_run(tmp_path, url="embedded")
    text = (tmp_path / "tracemill.yaml").read_text().replace("source: builtin", "source: problems.jsonl")
    (tmp_path / "tracemill.yaml").write_text(text)
    assert_clear(tracemill("generate", "tracemill.yaml"), 2, "problems.jsonl")


def test_a_store_that_is_none_is_refused_with_the_remedy(tracemill, tmp_path: Path) -> None:
    for command in (["status"], ["verify"], ["filter"], ["sql", "SELECT 1"]):
        assert_clear(tracemill(*command, "--store", str(tmp_path / "none")), 2, "remedy:")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_store_is_refused(tracemill, tmp_path: Path) -> None:
    write_run(tmp_path, url="embedded")
    assert tracemill("generate", "tracemill.yaml").returncode == 0
    for path in (tmp_path / "store", tmp_path / "store" / "journal"):
        path.chmod(0o500)
    assert_clear(tracemill("generate", "tracemill.yaml"), 2, "remedy:")


def test_a_store_of_a_newer_version_is_refused(tracemill, tmp_path: Path) -> None:
    write_run(tmp_path, url="embedded")
    assert tracemill("generate", "tracemill.yaml").returncode == 0
    marker = tmp_path / "store" / "store.json"
    found = json.loads(marker.read_text())
    found = {key: 999 if isinstance(value, int) else value for key, value in found.items()}
    marker.write_text(json.dumps(found))
    assert_clear(tracemill("status", "--store", "store"), 2, "newer")


def test_a_full_disk_stops_the_run_before_it_spends_more(tracemill, tmp_path: Path) -> None:
    write_run(tmp_path, url="embedded")
    limited = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))\n"
        "import tracemill; sys.exit(tracemill.main(['generate', 'tracemill.yaml']))"
    )
    result = subprocess.run(
        [sys.executable, "-c", limited], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert_clear(result, 4, "remedy:")
    assert tracemill("generate", "tracemill.yaml").returncode == 0


def test_sql_that_writes_is_refused(tracemill, tmp_path: Path) -> None:
    write_run(tmp_path, url="embedded")
    tracemill("generate", "tracemill.yaml")
    assert_clear(tracemill("sql", "DELETE FROM traces", "--store", "store"), 2, "does not only read")
    assert_clear(tracemill("sql", "SELEC 1", "--store", "store"), 2, "SQL:")
    assert_clear(tracemill("query", "accept_rat", "--store", "store"), 2, "did you mean accept_rate")


def test_a_missing_import_file_is_named(tracemill) -> None:
    assert_clear(tracemill("import", "nothing.jsonl", "--store", "store"), 2, "nothing.jsonl")


def test_an_export_into_a_folder_that_is_not_empty_is_refused(tracemill, tmp_path: Path) -> None:
    write_run(tmp_path, url="embedded")
    assert tracemill("run", "tracemill.yaml").returncode == 0
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("keep")
    result = tracemill("export", "--store", "store", "--out", "full")
    assert_clear(result, 2, "remedy:")
    assert (tmp_path / "full" / "mine.txt").read_text() == "keep"
