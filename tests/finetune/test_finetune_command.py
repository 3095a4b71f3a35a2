"""`tracemill finetune train` from a file to weights, curve, card and manifest; and what it refuses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tracemill", "finetune", *arguments]
    environment = {**os.environ, "XDG_CACHE_HOME": str(Path(tempfile.gettempdir()) / "tracemill-tests")}
    return subprocess.run(command, capture_output=True, text=True, timeout=300, env=environment)


def _file(tmp_path: Path, export: Path, /, **keys: object) -> Path:
    section = {"preset": "laptop", "export": str(export), "out": str(tmp_path / "student"), **keys}
    path = tmp_path / "train.yaml"
    path.write_text(json.dumps({"finetune": section}), encoding="utf-8")
    return path


@pytest.mark.slow
def test_a_file_becomes_a_student_with_card_curve_and_manifest(
    export: Path, student: Path, tmp_path: Path
) -> None:
    file = _file(
        tmp_path, export, student=str(student), max_steps=4, eval_steps=2, batch_size=4, seeds=[0, 1]
    )
    done = _run("train", str(file))
    assert done.returncode == 0, done.stderr
    assert "deviation over seeds" in done.stderr
    out = tmp_path / "student"
    manifest = json.loads((out / "manifest.json").read_text())
    assert [result["seed"] for result in manifest["results"]] == [0, 1]
    assert manifest["origins"]["max_steps"] == "yours"
    assert manifest["data"]["coverage"]["n_ended"] == manifest["data"]["coverage"]["n_rows"]
    assert (out / "seed-1" / "loss.png").stat().st_size > 5_000
    assert "CC0-1.0" in (out / "README.md").read_text()
    again = _run("train", str(file))
    assert again.returncode == 0
    other = _run("train", str(_file(tmp_path, export, student=str(student), max_steps=5, eval_steps=2)))
    assert other.returncode == 2
    assert "another export" in other.stderr or "other settings" in other.stderr


@pytest.mark.slow
def test_what_was_not_checked_ends_with_exit_code_5(unchecked: Path, student: Path, tmp_path: Path) -> None:
    done = _run("train", str(_file(tmp_path, unchecked, student=str(student))))
    assert done.returncode == 5
    assert "remedy: filter with `verified`" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("keys", "code", "said"),
    [
        ({"preset": "shu2026"}, 2, "shu2025"),
        ({"student": "no-such-folder/model"}, 3, "as a hub id it cannot be had"),
        ({"objective": "dpo"}, 2, "format: dpo"),
        ({"lerning_rate": 1}, 2, "learning_rate"),
        ({"max_length": 8}, 2, "none of"),
        ({"export": "nowhere"}, 2, "nowhere"),
    ],
)
def test_bad_sections_are_one_sentence_with_a_remedy(
    export: Path,
    student: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    keys: dict[str, object],
    code: int,
    said: str,
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")  # no hub is asked, also where there is one
    done = _run("train", str(_file(tmp_path, export, **{"student": str(student), **keys})))
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_merge_keeps_the_closer_base_and_reads_back_equal(
    export: Path, student: Path, tmp_path: Path
) -> None:
    file = _file(
        tmp_path, export, student=str(student), method="qlora", numerics="nf4-bf16-sdpa", max_steps=6,
        eval_steps=3, batch_size=4, learning_rate=0.01,
    )  # fmt: skip
    assert _run("train", str(file)).returncode == 0
    done = _run("merge", str(file), "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    by_name = {one["into"]: one for one in report["candidates"]}
    assert report["kept"] == min(by_name, key=lambda name: by_name[name]["kl"])
    assert by_name["dequantised"]["kl"] < 1e-3
    assert report["reload_gap"] == 0.0
    assert report["is_answer_same"]
    assert "| 0 | dequantised base | fp32 |" in (tmp_path / "student" / "README.md").read_text()
    assert (tmp_path / "student" / "seed-0" / "merged" / "model.safetensors").is_file()
    as_bf16 = _run("merge", str(file), "--dtype", "bf16", "--into", "dequantised", "--json")
    assert as_bf16.returncode == 0, as_bf16.stderr
    rounded = json.loads(as_bf16.stdout)
    assert rounded["reload_gap"] == 0.0
    assert rounded["candidates"][0]["kl"] < 0.01
    config = json.loads((tmp_path / "student" / "seed-0" / "merged" / "config.json").read_text())
    assert config["dtype"] == "bfloat16"
    refused = _run("merge", str(file), "--max-kl", "0")
    assert refused.returncode == 5
    assert _run("merge", str(file), "--seed", "7").returncode == 2
