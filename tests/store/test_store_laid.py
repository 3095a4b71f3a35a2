"""Rows are put in any order from one reading, and wait on the disk, in little memory."""

from __future__ import annotations

import random
from contextlib import closing
from pathlib import Path

import pyarrow
import pytest

from curate.errors import UsageError
from curate.store import Store
from curate.store.laid import MAX_PIECES, PIECE_BYTES, Pieces, Spool
from curate.store.records import TraceRecord
from curate.types import ImportedTrace, TraceFormat

RUN = "20261101T000000Z-000001"


def batch(*rows: tuple[str, str | None]) -> pyarrow.RecordBatch:
    schema = pyarrow.schema([("key", pyarrow.string()), ("text", pyarrow.string())])
    return pyarrow.record_batch([[key for key, _ in rows], [text for _, text in rows]], schema=schema)


def laid(order: list[str], size: int, tmp: Path, *batches: pyarrow.RecordBatch) -> Pieces:
    pieces = Pieces(order, [size] * len(order), ["text"], tmp)
    pieces.lay(batches)
    return pieces


@pytest.mark.parametrize("size", [1, PIECE_BYTES // 3, PIECE_BYTES, 5 * PIECE_BYTES])
def test_rows_come_in_the_order_asked_for_however_many_pieces_there_are(size: int, tmp_path: Path) -> None:
    order = [f"k{number}" for number in range(40)]
    mixed = [(key, f"text of {key}") for key in random.Random(1).sample(order, len(order))]
    pieces = laid(order, size, tmp_path, batch(*mixed[:7]), batch(*mixed[7:]))
    assert list(pieces.rows()) == [(f"text of {key}",) for key in order]
    assert list(pieces.rows()) == [(f"text of {key}",) for key in order]
    pieces.close()


def test_a_key_without_a_row_has_none_and_a_row_that_nobody_asked_for_is_left_out(tmp_path: Path) -> None:
    for size in (1, PIECE_BYTES):
        rows = batch(("c", "C"), ("x", "X")), batch(("b", None))
        with closing(laid(["a", "b", "c"], size, tmp_path, *rows)) as pieces:
            assert list(pieces.rows()) == [(None,), (None,), ("C",)]
    assert list(laid(["a"], 1, tmp_path).rows()) == [(None,)]
    assert list(laid([], 1, tmp_path, batch(("x", "X"))).rows()) == []


def test_pieces_stay_few_and_their_files_have_no_name(tmp_path: Path) -> None:
    order = [str(number) for number in range(2_000)]
    pieces = laid(order, PIECE_BYTES, tmp_path, batch(*((key, key) for key in order)))
    assert len(list(pieces)) <= MAX_PIECES
    assert list(tmp_path.iterdir()) == []
    pieces.close()


def test_waiting_rows_are_given_back_in_stretches_of_any_length(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    for start in (0, 3, 4):
        spool.add(batch(*((str(n), "") for n in range(start, {0: 3, 3: 4, 4: 9}[start]))))
    assert spool.n_rows == 9
    assert [row for one in spool for row in one["key"].to_pylist()] == list("012345678")
    found = [spool.take(n)["key"].to_pylist() for n in (2, 5, 0 + 1, 7)]
    assert found == [["0", "1"], ["2", "3", "4", "5", "6"], ["7"], ["8"]]
    spool.close()


def test_texts_of_the_file_and_of_the_tail_come_in_one_order(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "store", create=True)
    traces = [
        ImportedTrace.of(problem_id="p", source="s", teacher="t", format=TraceFormat.COT, text=f"text {n}",
                         origin_id=str(n))
        for n in range(6)
    ]  # fmt: skip
    for half in (traces[:3], traces[3:]):
        store.project()
        with store.write_journal(store.new_run_id(1.0, "abcdef")) as journal:
            for trace in half:
                journal.append(TraceRecord(trace, RUN))
    order = [trace.trace_id for trace in reversed(traces)]
    with store.read() as reader, reader.texts_in_order(order, [6] * 6) as texts:
        assert list(texts.rows()) == [(f"text {n}", "") for n in (5, 4, 3, 2, 1, 0)]
        with pytest.raises(UsageError), reader.spooled("SELECT nothing FROM nowhere"):
            pass
