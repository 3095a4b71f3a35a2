"""A store's folder: found, made, or refused in one sentence with a remedy."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from curate.errors import StoreError, StoreVersionError, UsageError
from curate.store import Store, new_run_id


def test_a_store_that_was_made_is_found_again(tmp_path: Path) -> None:
    assert Store.open(tmp_path / "a" / "b", create=True).path == tmp_path / "a" / "b"
    assert Store.open(tmp_path / "a" / "b").totals().n_sent == 0
    Store.open(tmp_path / "a" / "b", create=True)


def test_a_folder_with_a_journal_is_a_store_without_its_marker(store: Store) -> None:
    (store.path / "store.json").unlink()
    assert Store.open(store.path).sql("SELECT 1 AS n").n.tolist() == [1]


def make_missing(path: Path) -> None:
    return None


def make_file(path: Path) -> None:
    path.write_text("a file")


def make_foreign(path: Path) -> None:
    path.mkdir()
    (path / "notes.txt").write_text("not a store")


def make_broken_marker(path: Path) -> None:
    path.mkdir()
    (path / "store.json").write_text("{")


def make_journal_a_file(path: Path) -> None:
    Store.open(path, create=True)
    (path / "journal").rmdir()
    (path / "journal").write_text("x")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (make_journal_a_file, "journal is a file"),
        (make_missing, "no store at"),
        (make_file, "is a file"),
        (make_foreign, "holds no store"),
        (make_broken_marker, "does not say which version"),
    ],
)
def test_what_is_no_store_is_refused_with_a_remedy(tmp_path: Path, make: Any, said: str) -> None:
    make(tmp_path / "x")
    with pytest.raises(StoreError) as caught:
        Store.open(tmp_path / "x")
    assert said in caught.value.message
    assert str(tmp_path / "x") in caught.value.message
    assert caught.value.hint
    assert "\n" not in caught.value.message


def test_a_file_is_never_made_into_a_store(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("a file")
    for place in (tmp_path / "x", tmp_path / "x" / "store"):
        with pytest.raises(StoreError):
            Store.open(place, create=True)
    assert (tmp_path / "x").read_text() == "a file"


def test_a_store_of_a_newer_format_is_refused(store: Store) -> None:
    (store.path / "store.json").write_text('{"tracemill_store": 99}')
    for create in (False, True):
        with pytest.raises(StoreVersionError) as caught:
            Store.open(store.path, create=create)
        assert "newer" in caught.value.hint


READ_ONLY = """
import os, sys
from pathlib import Path
from curate.errors import StoreError
from curate.store import Store
store = Store.open(Path(sys.argv[1]))
if os.getuid() == 0:  # for root nothing is read-only; all modules are loaded before they are out of reach
    store.sql("SELECT 1")
    os.setgid(65534)
    os.setuid(65534)
print(int(store.sql("SELECT count(*) AS n FROM traces").n[0]), store.totals().n_answers)
for use in (lambda: store.write_journal("run-9"), store.project, lambda: store.lock_teacher("t").__enter__()):
    try:
        use()
        print("done")
    except StoreError as error:
        print(error.exit_code, "\\n" in error.message, bool(error.hint), "write" in error.message)
"""


def test_a_read_only_store_can_be_read_and_says_why_it_cannot_be_written(
    store: Store, sample: Any, write: Any, tmp_path: Path
) -> None:
    write("run-1", [*sample.head("run-1"), *sample.pair(1, "run-1")])
    store.project()
    write("run-2", [*sample.head("run-2"), *sample.pair(2, "run-2")])
    parents = [store.path, *list(store.path.parents)[:-1]]
    modes = {path: path.stat().st_mode for path in parents}
    for path in store.path.rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    for path in parents:
        if path.stat().st_uid == os.getuid() and path != Path(path.anchor):
            path.chmod(0o555 if path == store.path else modes[path] | 0o055)
    try:
        command = [sys.executable, "-c", READ_ONLY, str(store.path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    finally:
        for path, mode in modes.items():
            if path.stat().st_uid == os.getuid():
                path.chmod(mode)
        for path in store.path.rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
    assert done.stdout.splitlines() == ["2 2"] + ["2 False True True"] * 3, done.stderr


def test_a_segment_that_cannot_be_read_is_one_sentence(store: Store) -> None:
    (store.path / "journal" / "x-0-000000.jsonl").mkdir()
    (store.path / "journal" / "x-0-000000.jsonl" / "inside").write_text("x")
    for use in (store.totals, store.answered_ids, store.project, lambda: store.sql("SELECT 1")):
        with pytest.raises(StoreError) as caught:
            use()
        assert "x-0-000000.jsonl" in caught.value.message
        assert caught.value.hint


def test_names_that_would_leave_the_folder_are_refused(store: Store) -> None:
    for run_id in ("../x", "a/b", "", "a b"):
        with pytest.raises(UsageError):
            store.write_journal(run_id)
    with pytest.raises(UsageError), store.lock_teacher("../x"):
        pass


def test_run_ids_sort_by_time_and_refuse_what_is_not_random() -> None:
    ids = [new_run_id(t, "abcdef01") for t in (0.0, 1e9, 1.7e9, 1.8e9)]
    assert ids == sorted(ids)
    assert ids[2] == "20231114T221320Z-abcdef"
    for bad in ("abc", "ABCDEF", "xyzxyz"):
        with pytest.raises(UsageError):
            new_run_id(0.0, bad)


def test_totals_and_ids_need_neither_duckdb_nor_arrow(store: Store) -> None:
    script = (
        "import sys; from pathlib import Path; from curate.store import Store;"
        "store = Store.open(Path(sys.argv[1])); store.totals(); store.answered_ids();"
        "print([m for m in ('duckdb', 'pyarrow', 'pandas', 'numpy', 'aiohttp', 'sympy') if m in sys.modules])"
    )
    command = [sys.executable, "-c", script, str(store.path)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == "[]"
