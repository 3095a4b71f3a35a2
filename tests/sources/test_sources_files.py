"""Hostile files: every fault has its reason, and the rows around it are read."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from curate.errors import ConfigError, InputError
from curate.sources import RowComplaint, read_problem_rows, read_rows
from curate.sources.rows import Row, read_plain_rows
from curate.sources.streams import ReadLimits
from curate.types import Problem

GOOD = b'{"question": "One plus one?", "answer": 2}\n'


def write(folder: Path, data: bytes, name: str = "rows.jsonl") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def kinds(path: Path) -> list[tuple[int, str]]:
    """Line and reason of each complaint, and ("line 0", "problem") for each problem."""
    rows = list(read_problem_rows(path, {}))
    return [(row.line, row.reason) if isinstance(row, RowComplaint) else (0, "problem") for row in rows]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"question": \n', "not_json"),
        (b"[" * 100_000 + b"\n", "not_json"),
        (b'{"question": "q", "answer": ' + b"9" * 5000 + b"x}\n", "not_json"),
        (b'{"a": ' + b"[" * 900 + b"]" * 900 + b"}\n", "not_json"),
        (b"[1, 2]\n", "not_an_object"),
        (b'{"question": "\xff"}\n', "not_utf8"),
        (b'{"answer": "2"}\n', "missing_field"),
        (b'{"question": null}\n', "missing_field"),
        (b'{"question": 5}\n', "wrong_type"),
        (b'{"question": "q", "answer": [1]}\n', "wrong_type"),
        (b'{"question": "q", "choices": "none"}\n', "wrong_type"),
        (b'{"question": " "}\n', "empty_question"),
    ],
)
def test_a_bad_line_is_a_complaint_and_the_lines_around_it_are_read(
    tmp_path: Path, line: bytes, reason: str
) -> None:
    path = write(tmp_path, GOOD + line + GOOD)
    assert kinds(path) == [(0, "problem"), (2, reason), (0, "problem")]


def test_a_torn_last_line_is_told_from_a_last_line_without_a_line_end(tmp_path: Path) -> None:
    assert kinds(write(tmp_path, GOOD + GOOD[:-9])) == [(0, "problem"), (2, "torn_line")]
    assert kinds(write(tmp_path, GOOD + GOOD[:-1])) == [(0, "problem"), (0, "problem")]


def test_a_bom_crlf_and_blank_lines_are_no_fault(tmp_path: Path) -> None:
    path = write(tmp_path, b"\xef\xbb\xbf" + GOOD.replace(b"\n", b"\r\n") + b"\r\n" + GOOD)
    assert kinds(path) == [(0, "problem"), (0, "problem")]


@pytest.mark.parametrize("text", [b"a\\u0000b", b"a\\ud800b", b"a\x00b"])
def test_nul_and_lone_surrogates_are_replaced_and_told(tmp_path: Path, text: bytes) -> None:
    path = write(tmp_path, b'{"question": "' + text + b'"}\n')
    complaint, problem = read_problem_rows(path, {})
    assert isinstance(complaint, RowComplaint) and complaint.reason == "cleaned"
    assert isinstance(problem, Problem) and problem.question == "a\ufffdb"


def test_a_long_line_is_skipped_and_the_count_of_lines_stays(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD + b'{"question": "' + b"x" * 5000 + b'"}\n' + GOOD + b"{\n")
    found = list(read_plain_rows(path, ReadLimits(max_line_bytes=1000)))
    assert [(row.line, getattr(row, "reason", "")) for row in found] == [
        (1, ""),
        (2, "too_long"),
        (3, ""),
        (4, "not_json"),
    ]


def test_a_truncated_archive_keeps_what_was_read(tmp_path: Path) -> None:
    lines = [json.dumps({"question": f"q{n} {n**40}"}).encode() + b"\n" for n in range(5000)]
    data = gzip.compress(b"".join(lines))
    found = kinds(write(tmp_path, data[: len(data) // 2], "rows.jsonl.gz"))
    assert found[-1][1] == "damaged_archive"
    assert 1000 < len(found) < 5000


def test_a_wrong_checksum_is_told_after_the_last_row(tmp_path: Path) -> None:
    data = bytearray(gzip.compress(GOOD * 3))
    data[-6] ^= 0xFF
    assert kinds(write(tmp_path, bytes(data), "rows.jsonl.gz")) == [(0, "problem")] * 3 + [
        (4, "damaged_archive")
    ]


def test_a_file_that_is_no_archive_is_told(tmp_path: Path) -> None:
    assert kinds(write(tmp_path, GOOD, "rows.jsonl.gz")) == [(1, "damaged_archive")]


@pytest.mark.parametrize("filler", [b" " * 1_000_000, b"\n" * 1_000_000])
def test_an_archive_that_unpacks_to_far_too_much_is_left(tmp_path: Path, filler: bytes) -> None:
    path = write(tmp_path, gzip.compress(GOOD + filler * 3), "rows.jsonl.gz")
    limits = ReadLimits(max_line_bytes=10_000, bomb_factor=20, bomb_bytes=500_000)
    first, *_, last = read_plain_rows(path, limits)
    assert isinstance(first, Row)
    assert isinstance(last, RowComplaint) and last.reason == "bomb"


def test_zst_is_read(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    path = tmp_path / "rows.jsonl.zst"
    with pyarrow.output_stream(str(path), compression="zstd") as stream:
        stream.write(GOOD * 3)
    assert kinds(path) == [(0, "problem")] * 3


def test_a_damaged_zst_is_told(tmp_path: Path) -> None:
    assert kinds(write(tmp_path, GOOD, "rows.jsonl.zst")) == [(1, "damaged_archive")]


@pytest.mark.parametrize("name", ["none.jsonl", "rows.docx", "rows.parquet.gz", "empty.jsonl", "bad.parquet"])
def test_a_file_that_cannot_be_used_at_all_is_one_sentence(tmp_path: Path, name: str) -> None:
    write(tmp_path, b"", "empty.jsonl")
    write(tmp_path, b"no parquet", "bad.parquet")
    with pytest.raises(InputError) as caught:
        list(read_rows(tmp_path / name, {}))
    assert name in caught.value.message and "\n" not in caught.value.message


def test_an_archive_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no row"):
        list(read_rows(write(tmp_path, gzip.compress(b""), "rows.jsonl.gz"), {}))


def test_csv_rows_with_cells_over_lines_are_read(tmp_path: Path) -> None:
    text = (
        b'\xef\xbb\xbfquestion,answer,choices\r\n"Two\nlines, one cell",2,\r\nq,A,"[""A. x"", ""B. y""]"\r\n'
    )
    first, second = read_problem_rows(write(tmp_path, text, "rows.csv"), {})
    assert isinstance(first, Problem) and isinstance(second, Problem)
    assert (first.question, first.gold, first.choices) == ("Two\nlines, one cell", "2", ())
    assert second.choices == ("x", "y")


def test_csv_faults_have_their_lines(tmp_path: Path) -> None:
    text = b'question,answer\na,1\nb\n\xff,3\nc,4\n"d,5\n'
    assert kinds(write(tmp_path, text, "rows.csv")) == [
        (0, "problem"),
        (3, "not_an_object"),
        (4, "not_utf8"),
        (0, "problem"),
        (6, "torn_line"),
    ]


@pytest.mark.parametrize("header", [b"\n", b"a,a\n", b"\xff\n"])
def test_a_csv_header_that_cannot_be_used_is_refused(tmp_path: Path, header: bytes) -> None:
    with pytest.raises(InputError):
        list(read_problem_rows(write(tmp_path, header + b"1,2\n", "rows.csv"), {}))


def test_parquet_rows_are_read_and_null_cells_left_out(tmp_path: Path) -> None:
    import pyarrow
    import pyarrow.parquet

    rows = [{"question": f"q{n}", "answer": None if n else 7.0} for n in range(1200)]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / "rows.parquet")
    found = list(read_problem_rows(tmp_path / "rows.parquet", {}))
    assert [row.gold for row in found[:2] if isinstance(row, Problem)] == ["7", None]
    assert len(found) == 1200


def test_columns_are_renamed_and_faults_name_the_nearest(tmp_path: Path) -> None:
    path = write(tmp_path, b'{"Frage": "q", "Loesung": 3, "question": "not this"}\n')
    (problem,) = read_problem_rows(path, {"question": "Frage", "gold": "Loesung"})
    assert isinstance(problem, Problem) and (problem.question, problem.gold) == ("q", "3")
    with pytest.raises(ConfigError, match="did you mean 'Loesung'"):
        list(read_problem_rows(path, {"gold": "Losung"}))
    with pytest.raises(ConfigError, match="did you mean 'question'"):
        read_problem_rows(path, {"qestion": "Frage"})
