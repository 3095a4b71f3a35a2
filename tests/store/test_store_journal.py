"""The journal's writer: every record in one piece, durable in batches, and silent after the disk refused."""

from __future__ import annotations

import subprocess
import sys
import threading
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curate.errors import JournalError
from curate.store.decoding import decode_members
from curate.store.encoding import encode_record
from curate.store.journal import JournalWriter
from curate.store.lines import Line, read_lines, unseal
from curate.store.records import AnswerRecord, ComplaintRecord, DecisionsRecord, MarkRecord
from curate.types import Decision, Usage

RUN = "20260101T000000Z-000001"


def answer_with(body: bytes) -> AnswerRecord:
    return AnswerRecord("b2-" + "0" * 32, 1, RUN, 1.5, 200, body, {}, 1.0, Usage(), Decimal("0.000000001"))


def lines_in(folder: Path) -> list[Line]:
    found = [line for path in sorted(folder.glob("*.jsonl")) for line in read_lines(path)]
    assert all(isinstance(line, Line) for line in found)
    return [line for line in found if isinstance(line, Line)]


def test_records_come_back_in_order_with_all_members(tmp_path: Path) -> None:
    with JournalWriter(tmp_path, RUN) as journal:
        for n in range(250):
            journal.append(MarkRecord(f"t{n}", 1.0, "accept", "good"))
    members = [decode_members(line.data, has_body=False) for line in lines_in(tmp_path)]
    assert [m.text("trace_id") for m in members] == [f"t{n}" for n in range(250)]
    assert members[0].values == {
        "kind": "mark", "trace_id": "t0", "at": 1.0, "mark": "accept", "comment": "good"
    }  # fmt: skip


def test_lines_are_json_objects_for_any_other_reader(tmp_path: Path) -> None:
    with JournalWriter(tmp_path, RUN) as journal:
        journal.append(answer_with(b'{"choices": []}'))
    [path] = tmp_path.glob("*.jsonl")
    assert orjson.loads(path.read_bytes())["response"] == {"choices": []}


def test_callbacks_run_once_each_when_the_records_are_durable(tmp_path: Path) -> None:
    told: list[int] = []
    with JournalWriter(tmp_path, RUN) as journal:
        for n in range(130):
            journal.append(MarkRecord(str(n), 1.0, "none"), lambda n=n: told.append(n))
        journal.sync()
        assert told == list(range(130))


def test_a_lonely_record_becomes_durable_by_itself(tmp_path: Path) -> None:
    durable = threading.Event()
    with JournalWriter(tmp_path, RUN) as journal:
        journal.append(MarkRecord("t", 1.0, "none"), durable.set)
        assert durable.wait(5)


def test_threads_never_mix_their_lines(tmp_path: Path) -> None:
    with JournalWriter(tmp_path, RUN, max_segment_bytes=20_000) as journal:

        def write(name: str) -> None:
            for n in range(200):
                journal.append(MarkRecord(f"{name}{n}", 1.0, "none", name * 50))

        threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(lines_in(tmp_path)) == 800
    assert len(list(tmp_path.glob("*.jsonl"))) > 3
    assert all(path.stat().st_size <= 20_000 for path in tmp_path.glob("*.jsonl"))


def test_two_writers_of_one_run_take_segments_of_their_own(tmp_path: Path) -> None:
    with JournalWriter(tmp_path, RUN) as one, JournalWriter(tmp_path, RUN) as other:
        one.append(MarkRecord("a", 1.0, "none"))
        other.append(MarkRecord("b", 1.0, "none"))
    assert len(list(tmp_path.glob("*.jsonl"))) == 2


def test_nothing_is_written_after_close(tmp_path: Path) -> None:
    journal = JournalWriter(tmp_path, RUN)
    journal.close()
    journal.close()
    with pytest.raises(JournalError, match="closed"):
        journal.append(MarkRecord("a", 1.0, "none"))


def test_a_callback_that_fails_is_reported_and_not_lost(tmp_path: Path) -> None:
    def fail() -> None:
        raise ValueError("no room")

    with pytest.raises(JournalError, match="no room"), JournalWriter(tmp_path, RUN) as journal:
        journal.append(MarkRecord("a", 1.0, "none"), fail)
        journal.sync()


def test_a_folder_that_cannot_take_a_segment_is_a_journal_error(tmp_path: Path) -> None:
    with pytest.raises(JournalError) as caught:
        JournalWriter(tmp_path / "missing", RUN)
    assert "missing" in caught.value.message
    assert caught.value.hint


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from curate.errors import JournalError
from curate.store.journal import JournalWriter
from curate.store.records import MarkRecord
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
journal = JournalWriter(Path(sys.argv[1]), sys.argv[2])
n = 0
try:
    while True:
        journal.append(MarkRecord(f"t{n}", 1.0, "none", "x" * 300))
        n += 1
except JournalError as error:
    print(n, error.exit_code, bool(error.hint))
size = sum(p.stat().st_size for p in Path(sys.argv[1]).iterdir())
for again in (lambda: journal.append(MarkRecord("late", 1.0, "none")), journal.sync, journal.close):
    try:
        again()
        print("went on")
    except JournalError:
        print("refused")
print(size == sum(p.stat().st_size for p in Path(sys.argv[1]).iterdir()))
"""


def test_a_full_disk_stops_the_writer_and_loses_no_written_record(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path), RUN], capture_output=True, text=True, check=True
    )
    first, *rest = done.stdout.splitlines()
    written = int(first.split()[0])
    assert first.split()[1:] == ["4", "True"]
    assert rest == ["refused", "refused", "refused", "True"]
    assert [decode_members(x.data, has_body=False).text("trace_id") for x in lines_in(tmp_path)] == [
        f"t{n}" for n in range(written)
    ]


@settings(max_examples=200, deadline=None)
@given(
    body=st.one_of(st.binary(max_size=200), st.text(max_size=80).map(lambda t: t.encode("utf-8", "replace")))
)
def test_any_body_is_kept_byte_for_byte(body: bytes) -> None:
    data = unseal(encode_record(answer_with(body)))
    assert data is not None
    assert b"\n" not in data
    assert decode_members(data, has_body=True).body == body


@pytest.mark.parametrize(
    "body",
    [
        b'{"a":1}', b' {"a" : 1} ', b"[" * 1024 + b"]" * 1024, b'{"a":\n1}', b"<html>", b"", b"\xff\xfe",
        b'{"response":{"response":1}}', b'","response":', b'{"a":"\\ud800"}', b'{"xxh3":"0"}',
    ],
)  # fmt: skip
def test_awkward_bodies_are_kept_byte_for_byte(body: bytes) -> None:
    data = unseal(encode_record(answer_with(body)))
    assert data is not None
    assert decode_members(data, has_body=True).body == body


def test_headers_cannot_pass_for_a_body() -> None:
    record = AnswerRecord(
        "b2-" + "0" * 32, 1, RUN, 1.5, 200, b"{}", {"response": "x", "a": "response"}, 1.0, Usage(), None
    )
    data = unseal(encode_record(record))
    assert data is not None
    members = decode_members(data, has_body=True)
    assert members.body == b"{}"
    assert members.values["headers"] == [["response", "x"], ["a", "response"]]


@pytest.mark.parametrize(
    ("value", "kept"), [("a\ud800b", "a\ufffdb"), ({"n": 2**80}, {"n": str(2**80)}), ("nul\x00", "nul\x00")]
)
def test_what_json_cannot_carry_is_replaced_and_never_refused(value: Any, kept: Any) -> None:
    detail = value if isinstance(value, dict) else {"text": value}
    record = DecisionsRecord("p", RUN, 1.0, (Decision("t", "r", "rule", True, evidence=detail),), True)
    data = unseal(encode_record(record))
    assert data is not None
    evidence = orjson.loads(data + b"}")["decisions"][0]["evidence"]
    assert evidence == (kept if isinstance(kept, dict) else {"text": kept})


def test_text_with_newlines_stays_on_one_line() -> None:
    line = encode_record(ComplaintRecord(RUN, "a\nb", 3, "not_json", "line\r\nline\u2028"))
    assert line.count(b"\n") == 1
