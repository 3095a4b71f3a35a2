"""Rows of data sets as `datasets` gives them, from the hub or from a local folder.

In: an id or a folder, and a split. Out: plain values per row. Which column means what is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from curate.errors import InputError
from curate.sources.row_complaint import RowComplaint
from curate.sources.rows import read_plain_rows


def load_remote(
    hub_id: str, config: str | None, split: str, *, is_streamed: bool
) -> Iterator[Mapping[str, object]]:
    """Load a split from the hub; streaming fetches only what is read. Remote code is never trusted."""
    from datasets import load_dataset

    yield from load_dataset(hub_id, config, split=split, streaming=is_streamed)


def load_folder(path: Path, split: str | None, default: str) -> tuple[str, Iterator[Mapping[str, object]]]:
    """Give the split that is read and its rows; without a wish, the default or the only one there is.

    Raises:
        InputError: for a folder without data, or without the split.
    """
    if (path / "dataset_dict.json").is_file():
        from datasets import load_from_disk

        data = load_from_disk(str(path))
        chosen = _choose(path, split, default, list(data))
        return chosen, iter(data[chosen])
    if (path / "dataset_info.json").is_file():
        from datasets import load_from_disk

        whole = load_from_disk(str(path))
        return str(split or whole.split or default), iter(whole)
    files = sorted(path.rglob("*.parquet"))
    if not files:
        raise InputError(f"{path} holds neither a saved data set nor Parquet files", "check the path")
    names = {file: _split_of(file) for file in files}
    chosen = _choose(path, split, default, sorted(set(names.values())))
    return chosen, _parquet_rows([file for file in files if names[file] == chosen])


def _choose(path: Path, split: str | None, default: str, known: list[str]) -> str:
    wanted = split or (default if default in known else known[0] if len(known) == 1 else default)
    if wanted not in known:
        raise InputError(f"{path} has no split {wanted!r}; it has {', '.join(known)}", "set problems.split")
    return wanted


def _split_of(file: Path) -> str:
    """The hub's files are named split-00000-of-00001.parquet, or lie in a folder of the split's name."""
    stem = file.stem.partition("-")[0]
    return file.parent.name if stem.isdigit() else stem


def _parquet_rows(files: list[Path]) -> Iterator[Mapping[str, object]]:
    for file in files:
        for row in read_plain_rows(file):
            if isinstance(row, RowComplaint):
                if row.reason != "cleaned":
                    raise InputError(f"{file}, row {row.line}: {row.message}", "fetch the file again")
                continue
            yield row.values
