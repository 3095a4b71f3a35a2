"""Shards, copies of a store and one process give the same verdicts."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from curate.errors import UsageError
from curate.sandbox import ExecLimits
from curate.stages.scale import engine_of
from curate.stages.sharding import Shard, parse_shard
from curate.stages.verification import verify_store
from curate.store import Store
from curate.store.records import ProblemRecord, RunRecord, TraceRecord
from curate.types import ImportedTrace, Problem, TraceFormat
from curate.verify import ProgramSettings

N_PROBLEMS = 24
TABLE = (
    "SELECT trace_id, verifier, verifier_version, status, reason, decided_by, detail_json FROM verdicts "
    "ORDER BY ALL"
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Make a store of problems with a right, a wrong, a program and an equation trace each."""
    store = Store.open(tmp_path / "store", create=True)
    with store.write_journal("20260101T000000Z-aaaaaa") as journal:
        journal.append(RunRecord("20260101T000000Z-aaaaaa", "start", 1.0, "import"))
        for number in range(N_PROBLEMS):
            gold = str(number + 7)
            problem = Problem.of(source="own", question=f"What is {number} plus seven?", gold=gold)
            journal.append(ProblemRecord(problem))
            texts = {
                TraceFormat.COT: [f"{number} + 7 = {gold}. The answer is {gold}.", "The answer is 3/4."],
                TraceFormat.POT: [f"```python\nans = {number} + 7\n```"],
                TraceFormat.EOT: [f"x = {number} + 7\nans = x"],
            }
            for form, written in texts.items():
                for text in written:
                    trace = ImportedTrace.of(
                        problem_id=problem.problem_id, source="own", teacher="t", format=form, text=text
                    )
                    journal.append(TraceRecord(trace, "20260101T000000Z-aaaaaa"))
    store.project()
    return store


def _table(store: Store) -> list[tuple[object, ...]]:
    store.project()
    with store.read() as reader:
        return [tuple(row) for row in reader.rows(TABLE)]


def _copy(store: Store, name: str) -> Store:
    shutil.copytree(store.path, store.path.parent / name)
    return Store.open(store.path.parent / name)


def test_four_shards_give_the_table_of_one_process(store: Store) -> None:
    whole = _copy(store, "whole")
    verify_store(whole, workers=1)
    counts = [verify_store(store, workers=1, shard=Shard(index, 4)).n_traces for index in range(4)]
    assert sum(counts) == 4 * N_PROBLEMS
    assert min(counts) > 0
    assert _table(store) == _table(whole)


def test_a_problem_stays_in_one_shard(store: Store) -> None:
    assert verify_store(store, workers=1, shard=Shard(1, 3)).n_traces % 4 == 0


def test_segments_of_copies_come_together_in_one_journal(store: Store) -> None:
    whole = _copy(store, "whole")
    verify_store(whole, workers=1)
    for index in range(2):
        copy = _copy(store, f"copy{index}")
        verify_store(copy, workers=1, shard=Shard(index, 2))
        for segment in (copy.path / "journal").iterdir():
            target = store.path / "journal" / segment.name
            if not target.exists():
                shutil.copy(segment, target)
    assert _table(store) == _table(whole)


def test_shards_at_once_on_one_store_do_not_disturb_each_other(store: Store) -> None:
    whole = _copy(store, "whole")
    verify_store(whole, workers=1)
    command = [sys.executable, "-m", "tracemill", "verify", "--store", str(store.path), "--workers", "1"]
    running = [
        subprocess.Popen(
            [*command, "--shard", f"{index}/3"], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        for index in (1, 2, 3)
    ]
    assert [process.wait(timeout=120) for process in running] == [0, 0, 0]
    assert _table(store) == _table(whole)


def test_a_killed_verification_loses_nothing_and_goes_on(store: Store) -> None:
    whole = _copy(store, "whole")
    verify_store(whole, workers=1)
    command = [sys.executable, "-m", "tracemill", "verify", "--store", str(store.path), "--workers", "1"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    journal = store.path / "journal"
    while process.poll() is None and sum(path.stat().st_size for path in journal.iterdir()) < 60_000:
        pass
    process.send_signal(signal.SIGKILL)
    process.wait()
    report = verify_store(store, workers=1)
    assert report.is_complete
    assert report.n_traces <= 4 * N_PROBLEMS
    assert _table(store) == _table(whole)


@pytest.mark.parametrize("text", ["0/4", "5/4", "x", "", "1/0", "-1/4", "1.5/4", "1/4/2", "٣/٤"])
def test_a_bad_shard_is_refused_with_the_form_it_takes(text: str) -> None:
    with pytest.raises(UsageError, match="i/N"):
        parse_shard(text)


def test_one_shard_of_one_is_the_whole(store: Store) -> None:
    assert verify_store(store, workers=1, shard=parse_shard("1/1")).n_traces == 4 * N_PROBLEMS


@pytest.mark.slow
def test_two_ray_workers_give_the_table_of_one_process(store: Store) -> None:
    pytest.importorskip("ray", reason="the extra `scale` is not installed")
    whole = _copy(store, "whole")
    verify_store(whole, workers=1)
    command = [sys.executable, "-m", "tracemill", "verify", "--store", str(store.path), "--workers", "2"]
    done = subprocess.run(
        [*command, "--engine", "ray"], capture_output=True, text=True, timeout=300, env=os.environ
    )
    assert done.returncode == 0, done.stderr
    assert _table(store) == _table(whole)


def test_ray_without_the_package_names_the_remedy(store: Store, tmp_path: Path) -> None:
    (tmp_path / "ray.py").write_text("raise ModuleNotFoundError(name='ray')")
    command = [sys.executable, "-m", "tracemill", "verify", "--store", str(store.path), "--engine", "ray"]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60)
    assert done.returncode == 3
    assert "pip install 'tracemill[scale]'" in done.stderr


def test_a_changed_answer_setting_checks_its_source_again(store: Store) -> None:
    verify_store(store, workers=1)
    command = [sys.executable, "-m", "tracemill", "verify", "--store", str(store.path), "--workers", "1"]
    first = subprocess.run(
        [*command, "--answers", "own:units=required"], capture_output=True, text=True, timeout=120
    )
    assert first.returncode == 0, first.stderr
    assert f"{4 * N_PROBLEMS} traces" in first.stderr
    again = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert "0 traces" in again.stderr
    with store.read() as reader:
        [(version,)] = reader.rows("SELECT DISTINCT verifier_version FROM verdicts")
    assert str(version).endswith("+units=required")


def test_a_wrong_answer_setting_ends_with_exit_code_2(store: Store) -> None:
    command = [sys.executable, "-m", "tracemill", "verify", "--store", str(store.path)]
    done = subprocess.run(
        [*command, "--answers", "own:rounding=wild"], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2
    assert "gold_places" in done.stderr


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.data
def test_shards_and_ray_on_real_traces_give_the_table_of_one_process(data_dir: Path, tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="the extra `scale` is not installed")
    from curate.stages.importing import import_paths

    store = Store.open(tmp_path / "store", create=True)
    names = ("pal_aqua", "qwen_math_samples", "openai_gsm8k_gpt3")
    import_paths(store, [data_dir / "traces" / f"{name}.jsonl" for name in names])
    whole, on_ray = _copy(store, "whole"), _copy(store, "ray")
    assert verify_store(whole, workers=2).n_traces > 2_000
    for index in range(4):
        verify_store(store, workers=1, shard=Shard(index, 4))
    with engine_of("ray", 2) as verify:
        verify_store(on_ray, verify=verify)
    assert _table(store) == _table(whole)
    assert _table(on_ray) == _table(whole)


@pytest.mark.long
@pytest.mark.slow
def test_shards_and_ray_on_what_the_embedded_teacher_wrote_give_the_table_of_one_process(
    tmp_path: Path,
) -> None:
    pytest.importorskip("ray", reason="the extra `scale` is not installed")
    command = [sys.executable, "-m", "tracemill", "demo", "--dir", str(tmp_path / "demo")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    store = Store.open(tmp_path / "demo" / "store")
    whole, on_ray = _copy(store, "whole"), _copy(store, "ray")
    # Some of its programs never end; the default would wait five seconds for each, three times over.
    brief = ProgramSettings(limits=ExecLimits(timeout_s=1.0))
    again = partial(verify_store, again=True, programs=brief)
    n_traces = again(whole, workers=2).n_traces
    parts = [again(store, workers=1, shard=Shard(index, 4)).n_traces for index in range(4)]
    assert (min(parts) > 0, sum(parts)) == (True, n_traces)
    with engine_of("ray", 2) as verify:
        assert again(on_ray, verify=verify).n_traces == n_traces
    assert _table(store) == _table(whole)
    assert _table(on_ray) == _table(whole)
