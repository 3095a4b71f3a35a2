"""The ladder: signals are named, faults are told, what is remembered is not probed again."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from curate.errors import GateError
from finetune.numerics.hardware import known_trouble
from finetune.numerics.ladder import RungReport, choose_rung, climb, run_probe


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGFPE)", "SIGFPE"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "SIGSEGV"),
        ('print(\'{"fault": "loss holds NaN"}\'); raise SystemExit(9)', "loss holds NaN"),
        ("raise RuntimeError('no kernel image')", "no kernel image"),
        ("raise SystemExit(3)", "exit code 3"),
        ("pass", ""),
    ],
)
def test_what_ended_a_probe_is_named(program: str, said: str) -> None:
    found = run_probe([sys.executable, "-c", program])
    assert said in found
    assert bool(found) == bool(said)


def test_a_crash_of_the_known_kind_names_its_cure() -> None:
    found = run_probe([sys.executable, "-c", "import os, signal; os.kill(os.getpid(), signal.SIGFPE)"])
    assert "nvidia-cublas-cu12 12.4.5.8" in found


@pytest.mark.parametrize(
    ("gpu", "cublas", "is_known"),
    [
        ("NVIDIA H20", "12.1.3.1", True),
        ("NVIDIA H20", "12.4.5.8", False),
        ("NVIDIA H20", "13.0.2.14", False),
        ("NVIDIA H20", "", True),
        ("NVIDIA H200", "12.1.3.1", False),
        ("", "", False),
    ],
)
def test_known_trouble_is_named_before_anything_crashes(gpu: str, cublas: str, is_known: bool) -> None:
    assert bool(known_trouble(gpu, cublas)) == is_known
    assert ("12.4.5.8 or newer" in known_trouble(gpu, cublas)) == is_known


def test_a_probe_that_hangs_is_ended() -> None:
    assert "did not end" in run_probe([sys.executable, "-c", "while True: pass"], timeout_s=0.5)


def test_the_first_rung_that_holds_is_taken_and_never_another_in_silence() -> None:
    reports = [RungReport("bf16-sdpa", False, "SIGFPE"), RungReport("bf16-eager", True)]
    assert choose_rung(reports, ("bf16-sdpa", "bf16-eager")) == "bf16-eager"
    with pytest.raises(GateError, match="bf16-sdpa: SIGFPE"):
        choose_rung(reports, ("bf16-sdpa",))


@pytest.mark.slow
def test_a_tiny_student_holds_on_a_cpu_and_is_remembered(student: Path, tmp_path: Path) -> None:
    wanted = ("nf4-bf16-sdpa", "fp32-sdpa")
    reports = climb(str(student), wanted, cache=tmp_path)
    assert [report.holds for report in reports] == [True, True]
    assert reports[1].kl is not None and reports[1].kl < 1e-6
    [remembered] = tmp_path.iterdir()
    before = remembered.stat().st_mtime_ns
    assert climb(str(student), wanted, cache=tmp_path) == reports
    assert remembered.stat().st_mtime_ns == before


@pytest.mark.slow
def test_a_student_that_cannot_be_loaded_stops_the_ladder(tmp_path: Path) -> None:
    with pytest.raises(GateError, match="even fp32-eager"):
        climb(str(tmp_path / "nothing"), ("fp32-sdpa",), cache=tmp_path / "cache")


@pytest.mark.slow
def test_weights_that_are_not_numbers_are_found(student: Path, tmp_path: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    model = AutoModelForCausalLM.from_pretrained(student)
    with torch.no_grad():
        model.get_input_embeddings().weight[7] = float("nan")
    model.save_pretrained(tmp_path / "broken")
    AutoTokenizer.from_pretrained(student).save_pretrained(tmp_path / "broken")
    with pytest.raises(GateError, match="holds NaN or infinity"):
        climb(str(tmp_path / "broken"), ("fp32-sdpa",), cache=tmp_path / "cache")
