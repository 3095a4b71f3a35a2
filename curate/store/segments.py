"""The segments of a journal: their names, which of them have a living writer, and the repair of torn tails.

A segment is `<run>-<shard>-<n>.jsonl`; names sort by the time of their run. Its writer holds a `flock` on it,
so a tail is only ever cut when nobody can be in the midst of writing it. The cut bytes are kept in
`<segment>.torn`, so that they are reported for ever after.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from curate.store.filelocks import try_flock
from curate.store.lines import has_whole_record
from curate.store.outcomes import TornTail

MAX_SEGMENT_BYTES = 64 * 1024 * 1024
SUFFIX = ".jsonl"
_TORN = ".torn"
_BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Segment:
    """A file of the journal and its size when it was listed."""

    path: Path
    size_bytes: int
    modified_ns: int

    @property
    def name(self) -> str:
        """Give the file's name, which is the segment's identity."""
        return self.path.name

    @property
    def run_id(self) -> str:
        """Give the run that wrote it: the name without shard and number."""
        return self.name.removesuffix(SUFFIX).rsplit("-", 2)[0]


def segment_name(run_id: str, shard: str, number: int) -> str:
    """Name a segment so that names sort in the order of writing."""
    return f"{run_id}-{shard}-{number:06d}{SUFFIX}"


def list_segments(journal: Path) -> tuple[Segment, ...]:
    """List the segments by name; a folder that does not exist has none."""
    try:
        with os.scandir(journal) as entries:
            found = [_segment(entry) for entry in entries if entry.name.endswith(SUFFIX)]
    except FileNotFoundError:
        return ()
    return tuple(sorted(found, key=lambda segment: segment.name))


def _segment(entry: os.DirEntry[str]) -> Segment:
    status = entry.stat()
    return Segment(Path(entry.path), status.st_size, status.st_mtime_ns)


def repair_tails(journal: Path) -> None:
    """Cut the torn tail of every segment without a living writer; a missing last newline is added.

    A store that cannot be written is left as it is: readers ignore an unfinished last line anyway.
    """
    for segment in list_segments(journal):
        if segment.size_bytes and not _ends_with_newline(segment.path):
            _repair(segment.path)


def list_torn(journal: Path) -> tuple[TornTail, ...]:
    """List what was ever cut, from the side files; a segment cut twice is named twice."""
    found = []
    for path in sorted(journal.glob(f"*{SUFFIX}*{_TORN}")):
        name, _, place = path.name.removesuffix(_TORN).rpartition("@")
        found.append(TornTail(name, int(place), path.stat().st_size))
    return tuple(found)


def is_live(path: Path) -> bool:
    """Say whether a living process writes this segment."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return not try_flock(fd, is_shared=True)
    finally:
        os.close(fd)


def _ends_with_newline(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def _repair(path: Path) -> None:
    try:
        fd = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if try_flock(fd):
            _cut_tail(fd, path)
    finally:
        os.close(fd)


def _cut_tail(fd: int, path: Path) -> None:
    size = os.fstat(fd).st_size
    start = _last_line_start(fd, size)
    tail = os.pread(fd, size - start, start)
    if not tail or tail.endswith(b"\n"):
        return
    if has_whole_record(tail):  # only the newline is missing or was hit
        os.write(fd, b"\n")
    else:
        _keep(path.with_name(f"{path.name}@{start}{_TORN}"), tail)
        os.ftruncate(fd, start)
    os.fsync(fd)


def _last_line_start(fd: int, size: int) -> int:
    """Find where the last line begins, reading backwards."""
    at = size
    while at > 0:
        block = os.pread(fd, min(_BLOCK, at), max(0, at - _BLOCK))
        found = block.rfind(b"\n")
        if found >= 0:
            return max(0, at - _BLOCK) + found + 1
        at = max(0, at - _BLOCK)
    return 0


def _keep(path: Path, tail: bytes) -> None:
    with path.open("wb") as file:
        file.write(tail)
        file.flush()
        os.fsync(file.fileno())
