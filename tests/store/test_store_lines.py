"""Sealed lines: what was written is read, what was damaged is named, and nothing else is believed."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from curate.store.lines import Line, has_whole_record, read_lines, seal, unseal
from curate.store.outcomes import Damage

RECORDS = [b'{"kind":"x","n":%d,"text":"%b"' % (n, b"abc" * n) for n in range(5)]
DATA = b"".join(seal(record) for record in RECORDS)


def read(tmp: Path, data: bytes) -> tuple[list[bytes], list[Damage]]:
    path = tmp / "s.jsonl"
    path.write_bytes(data)
    found = list(read_lines(path))
    return [f.data for f in found if isinstance(f, Line)], [f for f in found if isinstance(f, Damage)]


def test_a_sealed_line_is_json_and_gives_back_what_was_sealed() -> None:
    line = seal(RECORDS[3])
    assert line.endswith(b'"}\n')
    assert line.count(b"\n") == 1
    assert unseal(line) == RECORDS[3]


def test_a_whole_file_reads_as_written(tmp_path: Path) -> None:
    assert read(tmp_path, DATA) == (RECORDS, [])


def test_an_unfinished_last_line_is_left_for_later(tmp_path: Path) -> None:
    for cut in range(1, len(seal(RECORDS[4])) + 1):
        assert read(tmp_path, DATA[:-cut]) == (RECORDS[:4], [])


@settings(max_examples=300, deadline=None)
@given(place=st.integers(0, len(DATA) - 2), byte=st.integers(0, 255))
def test_a_flipped_byte_loses_at_most_its_own_record_and_is_located(
    tmp_path_factory: object, place: int, byte: int
) -> None:
    if DATA[place] == byte:
        return
    folder = tmp_path_factory.mktemp("flip")  # type: ignore[attr-defined]
    records, damaged = read(folder, DATA[:place] + bytes([byte]) + DATA[place + 1 :])
    hit = DATA[:place].count(b"\n")
    is_newline = DATA[place : place + 1] == b"\n"
    kept = RECORDS if is_newline else [r for n, r in enumerate(RECORDS) if n != hit]
    assert records == kept
    start = len(b"".join(seal(r) for r in RECORDS[:hit]))
    assert sum(d.n_bytes for d in damaged) <= len(seal(RECORDS[hit]))
    assert all(start <= d.offset <= place + 1 for d in damaged)
    assert damaged


def test_a_record_inside_a_damaged_record_is_not_believed(tmp_path: Path) -> None:
    fake = seal(b'{"kind":"answer","request_id":"b2-00"').strip()
    line = bytearray(seal(b'{"kind":"answer","at":1,"response":{"a":%b}' % fake))
    line[20] ^= 1
    records, damaged = read(tmp_path, bytes(line))
    assert records == []
    assert [d.n_bytes for d in damaged] == [len(line) - 1]


def test_a_tail_that_lacks_only_its_newline_holds_a_whole_record() -> None:
    assert has_whole_record(seal(RECORDS[1])[:-1])
    assert has_whole_record(seal(RECORDS[1])[:-1] + b"?")
    assert not has_whole_record(seal(RECORDS[1])[:-2])


def test_a_hostile_line_of_many_seals_is_searched_in_bounded_time(tmp_path: Path) -> None:
    hostile = b'{"kind":"x","t":"' + b'{"kind":"a","xxh3":"0123456789abcdef"}' * 20_000
    records, damaged = read(tmp_path, hostile + b"\n" + DATA)
    assert records == RECORDS
    assert len(damaged) == 1
