"""The projection: the same rows whichever way they came, whole or not at all at every kill."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curate.answers import PARSER_VERSION
from curate.errors import StoreBusyError, StoreError, StoreVersionError
from curate.store import ProjectProgress, Store
from curate.store.schema import SCHEMA_VERSION
from queries import read_migrations

Tables = Callable[[Path], dict[str, list[str]]]


def database(store: Store) -> Path:
    return store.path / "traces.duckdb"


def rebuilt(store: Store, tables: Tables) -> dict[str, list[str]]:
    """Build a second store from the same journal and read its tables."""
    other = store.path.with_name("rebuilt")
    shutil.rmtree(other, ignore_errors=True)
    other.mkdir()
    shutil.copytree(store.path / "journal", other / "journal")
    Store.open(other).project()
    return tables(other / "traces.duckdb")


def test_a_projection_holds_what_the_journal_says(store: Store, sample: Any, write: Any) -> None:
    run = "run-1"
    write(run, [*sample.head(run), sample.known(1), *sample.pair(1, run), sample.verdicts(1, run)])
    report = store.project()
    assert (report.rows, report.is_rebuilt, report.reason) == (7, True, "missing")
    [row] = store.sql(
        "SELECT question, gold, stated_answer, status, teacher, format, granularity, style, cost_usd,"
        " n_tokens_out, finish_reason, parse_state, origin, with_gold FROM traces_v"
    ).to_dict("records")
    assert row["question"] == "What is 1 and 7?"
    assert (row["gold"], row["stated_answer"], row["status"], row["teacher"]) == ("7", "8", "correct", "t")
    assert (row["format"], row["granularity"], row["style"]) == ("cot", 3, "plain")
    assert (row["cost_usd"], row["n_tokens_out"], row["finish_reason"]) == (0.002, 20, "stop")
    assert (row["parse_state"], row["origin"], row["with_gold"]) == ("ok", "generated", False)


def test_catching_up_twice_adds_nothing(store: Store, sample: Any, write: Any, tables: Tables) -> None:
    write("run-1", [*sample.head("run-1"), *sample.pair(1, "run-1")])
    store.project()
    before = tables(database(store))
    assert store.project().rows == 0
    assert tables(database(store)) == before


def test_an_empty_store_has_an_empty_projection(store: Store) -> None:
    assert store.project().rows == 0
    assert store.sql("SELECT * FROM traces_v").empty
    assert store.check() == []


def test_progress_is_told_up_to_the_end(store: Store, sample: Any, write: Any) -> None:
    told: list[ProjectProgress] = []
    write("run-1", [*sample.head("run-1"), *sample.pair(1, "run-1")])
    store.project(told.append)
    assert told[-1].done == told[-1].total > 0
    assert told[-1].n_records == 5


ACTIONS = ("problem", "problem_without_gold", "sent", "answer", "other_answer", "fault", "verdict", "import")


def record_of(sample: Any, action: str, number: int, run: str) -> Any:
    return {
        "problem": lambda: sample.known(number, gold=run[-1]),
        "problem_without_gold": lambda: sample.known(number, gold=None),
        "sent": lambda: sample.sent(number, run),
        "answer": lambda: sample.answer(number, run),
        "other_answer": lambda: sample.answer(number, run, 2, body=sample.response(number, f"So {run}: 3.")),
        "fault": lambda: sample.fault(number, run),
        "verdict": lambda: sample.verdicts(number, run, "correct" if run == "run-1" else "incorrect"),
        "import": lambda: sample.imported(number, run, f"It is {run}."),
    }[action]()


STEPS = st.lists(
    st.one_of(
        st.just("project"),
        st.tuples(st.sampled_from(ACTIONS), st.integers(1, 3), st.sampled_from(["run-1", "run-2", "run-3"])),
    ),
    max_size=30,
)
UNHURRIED = {"deadline": None, "suppress_health_check": list(HealthCheck)}


def catch_up_and_compare(store: Store, sample: Any, tables: Tables, steps: list[Any]) -> None:
    """Write and project in the order of the steps; compare the file with a reader before and a rebuild after.

    A higher run is opened first, so that its rows arrive before those that stand before them in the journal.
    """
    with (
        store.write_journal("run-3") as last,
        store.write_journal("run-2") as middle,
        store.write_journal("run-1") as first,
    ):
        journals = {"run-1": first, "run-2": middle, "run-3": last}
        store.project()
        for step in steps:
            if step == "project":
                store.project()
            else:
                action, number, run = step
                journals[run].append(record_of(sample, action, number, run))
        for run, journal in journals.items():
            for record in sample.head(run):
                journal.append(record)
    with store.read() as reader:
        seen = {name: sorted(map(str, reader.rows(f"SELECT * FROM {name}"))) for name in reader.tables()}
    store.project()
    caught_up = tables(database(store))
    assert caught_up == rebuilt(store, tables)
    moved = ("journal_offsets", "meta")
    assert {n: seen[n] for n in caught_up if n not in moved} == {
        n: rows for n, rows in caught_up.items() if n not in moved
    }


@settings(max_examples=6, **UNHURRIED)
@given(steps=STEPS)
def test_catching_up_in_any_steps_equals_building_anew(
    tmp_path_factory: pytest.TempPathFactory, sample: Any, tables: Tables, steps: list[Any]
) -> None:
    catch_up_and_compare(
        Store.open(tmp_path_factory.mktemp("s") / "store", create=True), sample, tables, steps
    )


@pytest.mark.slow
@pytest.mark.long
@settings(max_examples=40, **UNHURRIED)
@given(steps=STEPS)
def test_catching_up_in_any_steps_equals_building_anew_over_many_orders(
    tmp_path_factory: pytest.TempPathFactory, sample: Any, tables: Tables, steps: list[Any]
) -> None:
    catch_up_and_compare(
        Store.open(tmp_path_factory.mktemp("s") / "store", create=True), sample, tables, steps
    )


def test_an_answer_before_its_request_is_read_in_the_form_that_was_asked(
    store: Store, sample: Any, write: Any, tables: Tables
) -> None:
    write("run-2", [sample.answer(1, "run-2")])
    store.project()
    assert store.sql("SELECT format FROM traces").format.tolist() == ["other"]
    write("run-3", [*sample.head("run-3"), sample.known(1), sample.sent(1, "run-3")])
    store.project()
    [row] = store.sql("SELECT format, granularity, source, teacher, stated_answer FROM traces").to_dict(
        "records"
    )
    assert row == {"format": "cot", "granularity": 3, "source": "tests", "teacher": "t", "stated_answer": "8"}
    assert tables(database(store)) == rebuilt(store, tables)


def test_a_corrected_gold_replaces_the_old_one_and_a_missing_one_never_does(
    store: Store, sample: Any, write: Any
) -> None:
    write("run-1", [sample.known(1, "7")])
    store.project()
    write("run-2", [sample.known(1, "8")])
    store.project()
    write("run-3", [sample.known(1, None)])
    store.project()
    assert store.sql("SELECT gold FROM problems").gold.tolist() == ["8"]


def test_a_body_that_is_no_completion_is_a_row_and_no_crash(store: Store, sample: Any, write: Any) -> None:
    bodies = [b"<html>gateway</html>", b'{"error":{"message":"x"}}', b"\xff\x00", b""]
    records = [*sample.head("run-1")]
    for number, body in enumerate(bodies):
        records += [sample.sent(number, "run-1"), sample.answer(number, "run-1", body=body)]
    write("run-1", records)
    store.project()
    frame = store.sql("SELECT parse_state, answer_note, n_chars FROM traces ORDER BY trace_id")
    assert set(frame.parse_state) == {"api_error"}
    assert set(frame.answer_note) <= {"html", "not_json", "error_object"}


def test_text_with_every_kind_of_character_is_kept(store: Store, sample: Any, write: Any) -> None:
    text = (
        "nul \x00, quote ', line \u2028, wide \uff11, emoji \U0001f9ee, tab\t, \\frac{1}{2}. The answer is 2."
    )
    write("run-1", [*sample.head("run-1"), sample.sent(1, "run-1"),
                    sample.answer(1, "run-1", body=sample.response(1, text))])  # fmt: skip
    store.project()
    assert store.sql("SELECT text FROM texts").text.tolist() == [text]


def test_another_parser_reads_stored_texts_again_and_asks_nobody(
    store: Store, sample: Any, write: Any
) -> None:
    write("run-1", [*sample.head("run-1"), *sample.pair(1, "run-1"), sample.imported(2, "run-1")])
    store.project()
    with duckdb.connect(str(database(store))) as con:
        con.execute("UPDATE meta SET parser_version = 'older'")
        con.execute("UPDATE traces SET stated_answer = 'wrong', parser_version = 'older'")
    report = store.project()
    assert (report.is_rebuilt, report.reason) == (True, "new parser")
    frame = store.sql("SELECT stated_answer, parser_version FROM traces ORDER BY stated_answer")
    assert frame.stated_answer.tolist() == ["2", "8"]
    assert set(frame.parser_version) == {PARSER_VERSION}


def test_a_projection_of_a_newer_version_is_refused_with_the_remedy(
    store: Store, sample: Any, write: Any
) -> None:
    write("run-1", sample.head("run-1"))
    store.project()
    with duckdb.connect(str(database(store))) as con:
        con.execute("UPDATE meta SET schema_version = 99")
    for use in (store.project, lambda: store.sql("SELECT 1")):
        with pytest.raises(StoreVersionError) as caught:
            use()
        assert "99" in caught.value.message
        assert "newer" in caught.value.hint
    assert store.totals().n_records["run"] == 1


def test_the_schema_version_is_the_number_of_the_last_migration() -> None:
    numbers = [number for number, _ in read_migrations()]
    assert numbers == list(range(1, SCHEMA_VERSION + 1))


@pytest.mark.parametrize("junk", [b"", b"not a database", b"\x00" * 5000])
def test_a_damaged_file_is_built_again_from_the_journal_and_kept_aside(
    store: Store, sample: Any, write: Any, junk: bytes
) -> None:
    write("run-1", [*sample.head("run-1"), *sample.pair(1, "run-1")])
    store.project()
    database(store).write_bytes(junk)
    report = store.project()
    assert report.is_rebuilt
    assert store.sql("SELECT count(*) AS n FROM traces").n.tolist() == [1]


def test_a_reader_meets_a_damaged_file_and_answers_all_the_same(
    store: Store, sample: Any, write: Any
) -> None:
    write("run-1", [*sample.head("run-1"), *sample.pair(1, "run-1")])
    store.project()
    data = bytearray(database(store).read_bytes())
    data[4096:8192] = b"\xff" * 4096
    database(store).write_bytes(bytes(data))
    assert store.sql("SELECT count(*) AS n FROM traces").n.tolist() == [1]


def test_a_log_left_by_a_deleted_file_never_meets_the_new_one(store: Store, sample: Any, write: Any) -> None:
    write("run-1", [*sample.head("run-1"), *sample.pair(1, "run-1")])
    (store.path / "traces.duckdb.wal").write_bytes(b"stale log of another file")
    store.project()
    assert not (store.path / "traces.duckdb.wal").exists()
    assert store.sql("SELECT count(*) AS n FROM traces").n.tolist() == [1]


def test_building_anew_refuses_to_forget_what_only_the_file_remembers(
    store: Store, sample: Any, write: Any
) -> None:
    write("run-1", [*sample.head("run-1"), *sample.pair(1, "run-1")])
    store.project()
    [segment] = (store.path / "journal").glob("*.jsonl")
    segment.unlink()
    assert store.sql("SELECT count(*) AS n FROM traces").n.tolist() == [1]
    with duckdb.connect(str(database(store))) as con:
        con.execute("UPDATE meta SET parser_version = 'older'")
    with pytest.raises(StoreError, match=segment.name):
        store.project()


def test_a_plain_connection_opens_the_file_and_its_views(store: Store, sample: Any, write: Any) -> None:
    write("run-1", [*sample.head("run-1"), *sample.pair(1, "run-1")])
    store.project()
    with duckdb.connect(str(database(store)), read_only=True) as con:
        for name in (
            "traces_v",
            "problems_v",
            "spend_v",
            "attempts",
            "runs",
            "best_verdicts",
            "trace_decisions",
        ):
            con.execute(f"SELECT * FROM {name}").fetchall()
        assert con.execute("SELECT count(*) FROM traces_v").fetchall() == [(1,)]


def test_a_file_whose_free_end_was_cut_off_is_whole(store: Store, sample: Any, write: Any) -> None:
    """DuckDB counts blocks, then cuts free ones off the end: the count says more than the file has."""
    write("run-1", [*sample.head("run-1"), *sample.pair(1, "run-1")])
    store.project()
    blocks = "SELECT total_blocks * block_size FROM pragma_database_size()"
    with duckdb.connect(str(database(store))) as con:
        con.execute("CREATE TABLE much AS SELECT uuid() AS u FROM range(200000)")
        con.execute("CHECKPOINT")
        con.execute("DROP TABLE much")
    with duckdb.connect(str(database(store)), read_only=True) as con:
        [(counted,)] = con.execute(blocks).fetchall()
    assert counted > database(store).stat().st_size
    report = store.project()
    assert (report.is_rebuilt, report.reason) == (False, "")
    assert store.sql("SELECT count(*) AS n FROM traces").n.tolist() == [1]
    assert not list(store.path.glob("*.damaged"))


HOLD = """
import sys, duckdb
con = duckdb.connect(sys.argv[1])
con.execute("CREATE TABLE IF NOT EXISTS notes (n INT)")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.mark.slow
def test_a_shell_that_keeps_the_file_is_named_and_does_not_stop_readers(
    store: Store, sample: Any, write: Any
) -> None:
    write("run-1", [*sample.head("run-1"), *sample.pair(1, "run-1")])
    store.project()
    write("run-2", [*sample.head("run-2"), *sample.pair(2, "run-2")])
    command = [sys.executable, "-c", HOLD, str(database(store))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as shell:
        assert shell.stdout is not None
        shell.stdout.readline()
        for use in (store.project, store.rebuild):
            with pytest.raises(StoreBusyError) as caught:
                use()
            assert str(shell.pid) in caught.value.message
            assert caught.value.exit_code == 4
        assert store.sql("SELECT count(*) AS n FROM traces").n.tolist() == [2]
        shell.communicate("")
    assert store.project().rows == 5


PROJECT = """
import sys
from pathlib import Path
from curate.store import Store
store = Store.open(Path(sys.argv[1]))
print("go", flush=True)
store.project() if sys.argv[2] == "project" else store.rebuild()
"""


def fill(store: Store, sample: Any, run: str, numbers: range) -> None:
    with store.write_journal(run) as journal:
        for record in sample.head(run):
            journal.append(record)
        for number in numbers:
            for record in (sample.known(number), *sample.pair(number, run), sample.verdicts(number, run)):
                journal.append(record)


@pytest.mark.slow
@pytest.mark.parametrize("how", ["project", "rebuild"])
def test_a_projection_killed_anywhere_loses_and_doubles_nothing(
    store: Store, sample: Any, tables: Tables, how: str
) -> None:
    fill(store, sample, "run-1", range(500))
    store.project()
    random_ms = random.Random(7)
    for attempt in range(8):
        fill(store, sample, f"run-{attempt + 2}", range(500 * (attempt + 1), 500 * (attempt + 2)))
        command = [sys.executable, "-c", PROJECT, str(store.path), how]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            child.stdout.readline()
            try:
                child.wait(timeout=random_ms.uniform(0.0, 0.9))
            except subprocess.TimeoutExpired:
                child.send_signal(signal.SIGKILL)
        with store.read() as reader:
            assert reader.rows("SELECT count(*), count(DISTINCT trace_id) FROM traces") == [
                (500 * (attempt + 2), 500 * (attempt + 2))
            ]
    store.project()
    assert tables(database(store)) == rebuilt(store, tables)
    assert store.check() == []


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from curate.errors import StoreError
from curate.store import Store
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store = Store.open(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    store.project()
except StoreError as error:
    print(error.message, "|", error.hint)
"""


@pytest.mark.parametrize("limit_bytes", [100_000, 1_000_000])
def test_a_full_disk_stops_a_projection_and_the_next_one_goes_on(
    store: Store, sample: Any, tables: Tables, limit_bytes: int
) -> None:
    fill(store, sample, "run-1", range(100))
    command = [sys.executable, "-c", FULL_DISK, str(store.path), str(limit_bytes)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "the disk is full" in done.stdout, done
    assert "free some" in done.stdout
    assert not list((store.path / "tmp").glob("*.duckdb.new*"))
    store.project()
    assert store.sql("SELECT count(*) AS n FROM traces").n.tolist() == [100]
    assert tables(database(store)) == rebuilt(store, tables)


@pytest.mark.slow
def test_a_reader_of_the_same_process_makes_the_projector_wait_and_say_so(
    store: Store, sample: Any, write: Any
) -> None:
    write("run-1", sample.pair(1, "run-1"))
    store.project()
    write("run-2", sample.pair(2, "run-2"))
    with store.read() as reader:
        with pytest.raises(StoreBusyError, match="this very process"):
            store.project()
        assert reader.rows("SELECT count(*) FROM traces") == [(2,)]
    assert store.project().rows == 2
