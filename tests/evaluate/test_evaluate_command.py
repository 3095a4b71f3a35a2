"""The commands as a user types them: tables that fit 80 columns, exit codes, one sentence for each fault."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import tracemill

Run = Callable[..., int]


@pytest.fixture
def files(tiny: Path, benchmark: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COLUMNS", "80")
    (tmp_path / "f.yaml").write_text(
        f"store: store\nevaluate: {{student: '{tiny}', benchmarks: [{benchmark.name}], max_tokens: 12, "
        "temperature: 1.0, budgets: [6], workers: 1}}\n".replace("}}", "}")
    )
    return tmp_path


@pytest.mark.slow
def test_run_compare_and_report_follow_each_other(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from curate.store import Store

    Store.open(files / "store", create=True)
    assert tracemill.main(["evaluate", "run", str(files / "f.yaml"), "--groups"]) == 0
    told = capsys.readouterr()
    assert "0/10" in told.out and "0.0-30.8" in told.out and "cot @6" in told.out
    assert "level=1" in told.out
    assert all(len(line) <= 80 for line in told.out.splitlines())
    assert "recorded in the store" in told.err

    text = (files / "f.yaml").read_text()
    (files / "g.yaml").write_text(text.replace("workers: 1", "workers: 1, seed: 5, out: other"))
    assert tracemill.main(["evaluate", "run", str(files / "g.yaml"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["models"][0]["label"] == "tiny"

    one, other = str(files / "evaluation"), str(files / "other")
    assert tracemill.main(["evaluate", "compare", one, other]) == 0
    told = capsys.readouterr()
    assert "not distinguishable" in told.out
    assert "seed differs: 0 and 5" in told.err
    assert tracemill.main(["evaluate", "report", one, other]) == 0
    assert (files / "evaluation" / "report" / "report.html").is_file()
    assert tracemill.main(["query", "student_accuracy", "--store", str(files / "store")]) == 0


@pytest.mark.parametrize(
    ("section", "code", "says"),
    [
        ("student: ./nowhere, benchmarks: [own.jsonl]", 3, "there is no folder ./nowhere"),
        ("student: X, benchmarks: [gsm9k]", 2, "did you mean gsm8k?"),
        ("student: X, benchmarks: [own.jsonl], samples: 3", 2, "all the same"),
        ("studnt: X", 2, "did you mean `student`?"),
        ("benchmarks: [own.jsonl]", 2, "nothing says which model"),
    ],
)
def test_each_fault_is_one_sentence_with_its_exit_code(
    benchmark: Path, capsys: pytest.CaptureFixture[str], section: str, code: int, says: str
) -> None:
    path = benchmark.parent / "bad.yaml"
    path.write_text(f"evaluate: {{{section}}}\n")
    assert tracemill.main(["evaluate", "run", str(path)]) == code
    told = capsys.readouterr().err
    assert says in told
    assert "Traceback" not in told
    assert "remedy:" in told


def test_file_without_the_section_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bare.yaml").write_text("finetune: {preset: laptop}\n")
    assert tracemill.main(["evaluate", "run", str(tmp_path / "bare.yaml")]) == 2
    assert "no section `evaluate:`" in capsys.readouterr().err
