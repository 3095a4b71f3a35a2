"""Rows of a Parquet file, some hundred at a time.

In: a path. Out: row number from 1 and values by column.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from curate.errors import InputError
from curate.sources.row_complaint import RowComplaint

_BATCH = 500


def read_parquet_rows(path: Path) -> Iterator[tuple[int, dict[str, object]] | RowComplaint]:
    """Read the rows; null cells are left out.

    Raises:
        InputError: for a file that is no Parquet file at all.
    """
    import pyarrow
    import pyarrow.parquet

    try:
        file = pyarrow.parquet.ParquetFile(path)
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise InputError(f"{path} is not a Parquet file: {_first_line(error)}", "check the file") from None
    number = 0
    with file:
        try:
            for batch in file.iter_batches(batch_size=_BATCH):
                for values in batch.to_pylist():
                    number += 1
                    yield number, {name: value for name, value in values.items() if value is not None}
        except (pyarrow.ArrowException, OSError, ValueError) as error:
            message = f"the file cannot be read beyond row {number}: {_first_line(error)}"
            yield RowComplaint(str(path), number + 1, "damaged_archive", message)


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
