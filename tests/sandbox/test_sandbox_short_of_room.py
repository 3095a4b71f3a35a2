"""A machine short of descriptors, memory, disk or streams gives answers or one clear sentence."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from curate.sandbox.refusals import one_line, remedy_for

PROJECT = Path(__file__).parents[2]
CORE, FULL = "ans = 2 + 2", "from sympy import Rational\nans = Rational(1, 2) + 1"
Done = subprocess.CompletedProcess[str]


def run_exec(
    programs: list[str],
    *options: str,
    limit: tuple[int, int] | None = None,
    before: Callable[[], object] | None = None,
) -> Done:
    """Run `tracemill exec` with a limit of the kernel on it and all its children."""

    def prepare() -> None:
        if limit is not None:
            resource.setrlimit(limit[0], (limit[1], limit[1]))
        if before is not None:
            before()

    lines = "".join(json.dumps({"id": n, "program": one}) + "\n" for n, one in enumerate(programs))
    return subprocess.run(
        [sys.executable, str(PROJECT / "tracemill.py"), "exec", *options], input=lines, capture_output=True,
        text=True, timeout=120, check=False, preexec_fn=prepare, cwd="/",
    )  # fmt: skip


def answers(done: Done) -> list[str]:
    return [json.loads(line)["answer"] for line in done.stdout.splitlines()]


def assert_one_sentence(done: Done, code: int, *said: str) -> None:
    assert done.returncode == code, (done.stdout[-500:], done.stderr[-500:])
    assert done.stderr.count("\n") == 2 and done.stderr.startswith("error: ")
    assert "internal error" not in done.stderr
    for words in said:
        assert words in done.stderr


def test_many_workers_with_few_descriptors_do_the_work_with_fewer() -> None:
    done = run_exec([CORE, FULL] * 20, "--workers", "64", limit=(resource.RLIMIT_NOFILE, 20))
    assert done.returncode == 0, done.stderr
    assert answers(done) == ["4", "3/2"] * 20


def test_too_few_descriptors_for_any_worker_are_named() -> None:
    done = run_exec([CORE], limit=(resource.RLIMIT_NOFILE, 8))
    assert_one_sentence(done, 3, "Too many open files", "ulimit")


def test_too_little_memory_for_a_worker_with_sympy_is_named() -> None:
    done = run_exec([FULL], limit=(resource.RLIMIT_AS, 90 << 20))
    assert_one_sentence(done, 3, "No worker of the program sandbox", "free memory")


def test_no_worker_leaves_the_programs_that_were_answered() -> None:
    done = run_exec([CORE, FULL], "--workers", "1", limit=(resource.RLIMIT_AS, 90 << 20))
    assert answers(done) == ["4"]


def test_a_caller_that_may_write_no_file_is_refused_with_a_reason() -> None:
    done = run_exec([CORE], limit=(resource.RLIMIT_FSIZE, 0))
    assert_one_sentence(done, 3, "none was run")
    assert "was not refused" not in done.stderr


def test_closed_input_is_empty_input() -> None:
    done = run_exec([], before=lambda: os.close(0))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_closed_output_is_refused_before_anything_runs() -> None:
    done = run_exec([CORE], before=lambda: os.close(1))
    assert_one_sentence(done, 2, "standard output is closed")


def test_closed_errors_do_not_stop_the_work() -> None:
    done = run_exec([CORE, "ans = 1 / 0"], before=lambda: os.close(2))
    assert done.returncode == 0 and answers(done) == ["4", ""]


def test_a_full_disk_behind_the_output_is_named() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this machine has no /dev/full")
    done = run_exec([CORE], before=lambda: os.dup2(os.open("/dev/full", os.O_WRONLY), 1))
    assert_one_sentence(done, 3, "No space left on device")


def test_a_caller_with_ten_thousand_descriptors_gets_its_answer_and_hands_none_on() -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard != resource.RLIM_INFINITY and hard < 10_100:
        pytest.skip("this machine allows fewer descriptors")

    def open_many() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (10_100, hard))
        for _ in range(10_000):
            os.set_inheritable(os.open("/dev/null", os.O_RDONLY), True)

    count = (
        "import os\nans = 0\nfor one in range(64):\n    try:\n        os.fstat(one)\n        ans += 1\n"
        "    except OSError:\n        pass"
    )
    done = run_exec([count], before=open_many)
    assert answers(done) == ["4"], done.stderr


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        ("namespaces: OSError: [Errno 12] Cannot allocate memory", "free memory"),
        ("The fork server ended.", "free memory"),
        ("preload: ModuleNotFoundError: No module named 'sympy'", "install what is missing"),
        ("import: ImportError: libffi.so.8: cannot open shared object file", "install what is missing"),
        ("start: namespaces: PermissionError: [Errno 1] unshare: Operation not permitted", "kernel.unpriv"),
    ],
)
def test_remedy_fits_the_failure(failure: str, words: str) -> None:
    assert words in remedy_for(failure, "namespaces")


def test_pages_of_advice_become_their_cause() -> None:
    said = one_line("Error importing numpy:\n\nmany\nlines\nOriginal error was: libx.so: failed to map\n\n")
    assert said == "libx.so: failed to map"
