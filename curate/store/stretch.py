"""Stretches of the journal behind known offsets, as rows that are ready to load: bounded in memory."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from curate.store.kinds import add_line
from curate.store.lines import read_block
from curate.store.rows import Rows
from curate.store.segments import list_segments
from curate.store.trace_rows import TraceReader

STRETCH_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows, and the offsets that belong to them: both are stored or neither."""

    rows: Rows
    offsets: Mapping[str, int]
    n_bytes: int
    done_bytes: int
    total_bytes: int


def read_stretches(
    journal: Path, offsets: Mapping[str, int], reader: TraceReader, max_bytes: int = STRETCH_BYTES
) -> Iterator[Stretch]:
    """Read all whole lines that the journal holds now and that stand behind the offsets, in journal order.

    Nothing new gives nothing. What is written meanwhile is left for the next time.
    """
    behind = [(s, offsets.get(s.name, 0)) for s in list_segments(journal)]
    behind = [(segment, start) for segment, start in behind if start < segment.size_bytes]
    total, done = sum(segment.size_bytes - start for segment, start in behind), 0
    rows, reached, gathered = Rows(reader), dict[str, int](), 0
    for segment, start in behind:
        at = start
        while at < segment.size_bytes:
            after = read_block(
                segment.path, at, segment.size_bytes, max_bytes - gathered, partial(add_line, rows)
            )
            if after == at:
                break
            reached[segment.name] = after
            gathered, done, at = gathered + after - at, done + after - at, after
            if gathered >= max_bytes:
                yield Stretch(rows, reached, gathered, done, total)
                rows, reached, gathered = Rows(reader), {}, 0
    if reached:
        yield Stretch(rows, reached, gathered, done, total)


@contextlib.contextmanager
def collector_paused() -> Iterator[None]:
    """Keep the cycle collector off: loading makes a million tuples and no cycle, a seventh of its CPU."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
