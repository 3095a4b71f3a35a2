"""Readers: everything the journal holds, also while it grows; only reading; errors for people."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from curate.errors import UsageError
from curate.store import Store
from curate.store.reading import LONG_TAIL_BYTES


def count(store: Store, table: str = "traces") -> int:
    return int(store.sql(f"SELECT count(*) AS n FROM {table}").n[0])


def test_a_reader_sees_the_journal_before_any_projection(store: Store, sample: Any, write: Any) -> None:
    write("run-1", [*sample.head("run-1"), sample.known(1), *sample.pair(1, "run-1")])
    assert store.sql("SELECT stated_answer, gold FROM traces_v").to_dict("list") == {
        "stated_answer": ["8"],
        "gold": ["7"],
    }


def test_a_reader_joins_the_file_and_the_tail_with_one_row_per_id(
    store: Store, sample: Any, write: Any
) -> None:
    write("run-2", [*sample.head("run-2"), sample.known(1), *sample.pair(1, "run-2")])
    store.project()
    again = [sample.answer(1, "run-1", body=sample.response(1, "The answer is 99."))]
    write("run-1", [sample.sent(1, "run-1"), *again, *sample.pair(2, "run-1")])
    frame = store.sql("SELECT stated_answer, run_id FROM traces ORDER BY stated_answer")
    assert frame.stated_answer.tolist() == ["9", "99"]
    assert count(store, "attempts") == 3
    assert store.check() == []


def test_an_open_writer_does_not_hide_what_it_wrote(store: Store, sample: Any) -> None:
    with store.write_journal("run-1") as journal:
        for number in range(3):
            for record in sample.pair(number, "run-1"):
                journal.append(record)
            assert count(store) == number + 1


def test_a_long_tail_is_projected_on_the_way(store: Store, sample: Any, write: Any) -> None:
    body = sample.response(1, "x" * (LONG_TAIL_BYTES // 8))
    records = [sample.answer(n, "run-1", body=body) for n in range(10)]
    write("run-1", [*sample.head("run-1"), *records])
    assert count(store) == 10
    assert store.project().rows == 0


def test_parameters_are_bound_and_never_formatted(store: Store, sample: Any, write: Any) -> None:
    write("run-1", [*sample.head("run-1"), *sample.pair(1, "run-1")])
    with store.read() as reader:
        query = "SELECT count(*) FROM traces WHERE stated_answer = $answer"
        assert reader.rows(query, {"answer": "8"}) == [(1,)]
        assert reader.rows(query, {"answer": "8' OR '1' = '1"}) == [(0,)]


def test_batches_stream_while_other_statements_run(store: Store, sample: Any, write: Any) -> None:
    write("run-1", [r for n in range(50) for r in sample.pair(n, "run-1")])
    with store.read() as reader:
        names: list[str] = []
        for batch in reader.batches("SELECT trace_id FROM traces ORDER BY 1", size=7):
            assert batch.num_rows <= 7
            names += batch.column("trace_id").to_pylist()
            assert reader.rows("SELECT 1") == [(1,)]
    assert names == sorted(sample.trace_id(n) for n in range(50))


def test_columns_are_known_without_running(store: Store) -> None:
    with store.read() as reader:
        assert reader.columns("SELECT trace_id, 1 AS n FROM traces WHERE false;") == ["trace_id", "n"]


@pytest.mark.parametrize(
    ("query", "said", "hint"),
    [
        ("SELECT * FROM trcaes", "trcaes", "traces"),
        ("SELECT nope FROM traces", "nope", "DESCRIBE"),
        ("SELEC 1", "syntax error", "SHOW TABLES"),
        ("SELECT $limit", "limit", "value"),
        ("SELECT 1; SELECT 2", "2 statements", "one by one"),
        ("", "nothing", "one by one"),
        ("   -- only a comment", "nothing", "one by one"),
        ("DELETE FROM traces", "only read", "SELECT"),
        ("DROP VIEW traces", "only read", "SELECT"),
        ("CREATE TABLE x AS SELECT 1", "only read", "SELECT"),
        ("COPY traces TO '/tmp/out.csv'", "only read", "SELECT"),
        ("ATTACH '/tmp/x.duckdb'", "only read", "SELECT"),
        ("SET memory_limit = '1TB'", "only read", "SELECT"),
        ("INSTALL httpfs", "only read", "SELECT"),
        ("SELECT * FROM read_csv('/etc/passwd')", "disabled", "the store only"),
        ("SELECT * FROM read_text('/etc/passwd')", "disabled", "the store only"),
        ("SELECT * FROM '/etc/passwd'", "passwd", ""),
        ("SELECT * FROM glob('/etc/*')", "disabled", "the store only"),
        ("SELECT CAST('x' AS INTEGER)", "Could not convert", ""),
    ],
)
def test_what_cannot_be_run_is_a_usage_error_with_a_hint(
    store: Store, query: str, said: str, hint: str
) -> None:
    with pytest.raises(UsageError) as caught:
        store.sql(query)
    assert said in caught.value.message
    assert hint in caught.value.hint
    assert caught.value.exit_code == 2


def test_python_variables_are_not_tables(store: Store) -> None:
    secret = store.sql("SELECT 1 AS n")
    assert len(secret) == 1
    with pytest.raises(UsageError):
        store.sql("SELECT * FROM secret")


def test_a_parameter_too_many_is_refused(store: Store) -> None:
    with pytest.raises(UsageError, match="mismatch"):
        store.sql("SELECT 1", {"wrong": 1})


def test_tables_and_views_for_people_are_listed(store: Store) -> None:
    with store.read() as reader:
        names = reader.tables()
        shown = [row[0] for row in reader.rows("SHOW TABLES")]
    assert {"traces", "traces_v", "problems_v", "spend_v", "best_verdicts", "trace_decisions"} <= set(names)
    assert set(names) == set(shown)


def test_two_readers_of_one_process_do_not_disturb_each_other(store: Store, sample: Any, write: Any) -> None:
    write("run-1", sample.pair(1, "run-1"))
    store.project()
    with store.read() as one, store.read() as other:
        assert one.rows("SELECT count(*) FROM traces") == other.rows("SELECT count(*) FROM traces")


WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from conftest import Sample
from curate.store import Store
from curate.types import *
store = Store.open(Path(sys.argv[1]))
teacher = Teacher.of(alias="t", model="m", base_url="http://x/v1", sampling=Sampling())
form = dict(format=TraceFormat.COT, granularity=1, style=Style.PLAIN)
template = PromptTemplate.of(name="n", system="", user="", **form)
sample = Sample(teacher, template)
with store.write_journal("run-1") as journal:
    for record in sample.head("run-1"):
        journal.append(record)
    n = 0
    for _ in sys.stdin:
        for n in range(n + 1, n + 6):
            for record in (sample.known(n), *sample.pair(n, "run-1")):
                journal.append(record)
        journal.sync()
print(n)
"""


def read_while_writing(store: Store, n_reads: int) -> None:
    """Read from this process while another writes and this one projects now and then."""
    command = [sys.executable, "-c", WRITER, str(store.path), str(Path(__file__).parent)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdin is not None
        before = 0
        for turn in range(n_reads):
            writer.stdin.write("more\n")
            writer.stdin.flush()
            now = count(store)
            assert now >= before
            before = now
            if turn % 10 == 9:
                store.project()
        out, _ = writer.communicate()
    assert int(out) == 5 * n_reads
    assert count(store) == int(out)
    assert store.check() == []


def test_reads_during_a_run_never_fail_and_never_go_backwards(store: Store) -> None:
    read_while_writing(store, 40)


@pytest.mark.slow
@pytest.mark.long
def test_many_reads_during_a_run_never_fail_and_never_go_backwards(store: Store) -> None:
    read_while_writing(store, 250)


READER = """
import sys
from pathlib import Path
from curate.store import Store
store = Store.open(Path(sys.argv[1]))
before = 0
for n in range(int(sys.argv[2])):
    now = int(store.sql("SELECT count(*) AS n FROM traces").n[0])
    assert now >= before, (now, before)
    before = now
    print(now, flush=True)
"""


@pytest.mark.long
@pytest.mark.slow
def test_readers_of_other_processes_live_beside_a_projector(store: Store, sample: Any) -> None:
    command = [sys.executable, "-c", READER, str(store.path), "60"]
    with store.write_journal("run-1") as journal:
        for record in sample.head("run-1"):
            journal.append(record)
        readers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
        number = 0
        while number < 6000 and any(reader.poll() is None for reader in readers):
            for record in sample.pair(number, "run-1"):
                journal.append(record)
            number += 1
            if number % 200 == 0:
                try:
                    store.project()
                except Exception as error:  # noqa: BLE001 - busy is fine, anything else is not
                    assert type(error).__name__ == "StoreBusyError", error
    for reader in readers:
        out, _ = reader.communicate()
        assert reader.returncode == 0
        assert len(out.split()) == 60
