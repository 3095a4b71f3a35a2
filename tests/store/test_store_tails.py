"""Tails that killed writers leave: cut, kept aside, reported; never cut under a living writer."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from curate.store import Store
from curate.store.lines import Line, read_lines
from curate.store.segments import list_torn, repair_tails


def journal_of(store: Store) -> Path:
    return store.path / "journal"


def test_a_torn_tail_is_cut_kept_and_reported(store: Store, sample: Any, write: Any) -> None:
    write("run-1", [*sample.head("run-1"), *sample.pair(1, "run-1")])
    [segment] = journal_of(store).glob("*.jsonl")
    whole = segment.read_bytes()
    segment.write_bytes(whole + whole[:100])
    report = store.project()
    assert segment.read_bytes() == whole
    assert [(t.segment, t.offset, t.n_bytes) for t in report.torn] == [(segment.name, len(whole), 100)]
    assert store.totals().torn == report.torn
    assert [p.read_bytes() for p in journal_of(store).glob("*.torn")] == [whole[:100]]


def test_no_whole_record_is_ever_cut_wherever_the_tear_is(store: Store, sample: Any, write: Any) -> None:
    write("run-1", [*sample.head("run-1"), *sample.pair(1, "run-1")])
    [segment] = journal_of(store).glob("*.jsonl")
    whole = segment.read_bytes()
    n_whole = whole.count(b"\n")
    last = whole.rstrip(b"\n").rfind(b"\n") + 1
    for end in range(last, len(whole) + 1):
        segment.write_bytes(whole[:end])
        repair_tails(journal_of(store))
        found = [line for line in read_lines(segment) if isinstance(line, Line)]
        assert len(found) == (n_whole if end >= len(whole) - 1 else n_whole - 1), end


def test_a_living_writer_is_never_cut(store: Store, sample: Any) -> None:
    with store.write_journal("run-1") as journal:
        journal.append(sample.known(1))
        journal.sync()
        [segment] = journal_of(store).glob("*.jsonl")
        with segment.open("ab") as file:
            file.write(b'{"kind":"half')
        before = segment.read_bytes()
        store.project()
        assert segment.read_bytes() == before
        assert store.totals().runs == ()
        assert list_torn(journal_of(store)) == ()
    store.project()
    assert segment.read_bytes() == before[: before.rfind(b"\n") + 1]


def test_the_next_writer_repairs_too(store: Store, sample: Any, write: Any) -> None:
    write("run-1", sample.head("run-1"))
    [segment] = journal_of(store).glob("*.jsonl")
    with segment.open("ab") as file:
        file.write(b'{"kind":"half')
    write("run-2", sample.head("run-2"))
    assert segment.read_bytes().endswith(b"\n")


WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from curate.store import Store
from curate.store.records import MarkRecord
store = Store.open(Path(sys.argv[1]))
print("ready", flush=True)
with store.write_journal(sys.argv[2]) as journal:
    n = 0
    while True:
        def tell(n=n):
            print(n, flush=True)
        journal.append(MarkRecord(f"{{sys.argv[2]}}-{{n}}", 1.0, "none", "x" * (n % 4000)), tell)
        n += 1
"""


def kill_a_writer(store: Store, run_id: str, after_lines: int) -> int:
    """Let a process write, kill it once it acknowledged some records; give the number acknowledged."""
    script = WRITER.format(tests=str(Path(__file__).parent))
    with subprocess.Popen(
        [sys.executable, "-c", script, str(store.path), run_id], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        acknowledged = -1
        for line in child.stdout:
            if line.strip().isdigit():
                acknowledged = int(line)
            if acknowledged >= after_lines:
                break
        child.send_signal(signal.SIGKILL)
        rest = [int(line) for line in child.stdout.read().split() if line.isdigit()]
    return max([acknowledged, *rest])


@pytest.mark.parametrize("seed", range(4))
def test_a_killed_writer_loses_nothing_it_acknowledged(store: Store, seed: int) -> None:
    after = random.Random(seed).randrange(1, 3000)
    acknowledged = kill_a_writer(store, "run-1", after)
    store.project()
    with store.read() as reader:
        kept = {str(row[0]) for row in reader.rows("SELECT trace_id FROM marks")}
    assert {f"run-1-{n}" for n in range(acknowledged + 1)} <= kept
    assert kept == {f"run-1-{n}" for n in range(len(kept))}
    assert store.totals().damaged == ()
