"""A journal's totals: the tallies of its segments put together, runs and batches followed to their last word.

Segments that nobody writes any more are added up once; their tallies are kept under `tmp/totals` with the
size they had, and are made again when they do not fit or cannot be read.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, field, replace
from pathlib import Path

from curate.store.decoding import Members
from curate.store.folder import StoreFolder
from curate.store.records import BatchRecord
from curate.store.scan import id_digest, read_answered_ids
from curate.store.segment_tally import (
    SUM_NAMES,
    SegmentTally,
    SendKey,
    dump_tally,
    load_tally,
    read_segment,
    send_key,
    settle,
)
from curate.store.segments import Segment, is_live, list_segments, list_torn
from curate.store.totals import ZERO, JournalTotals, OpenSend, RunState, SpendCell

_WORTH_KEEPING_BYTES = 1024 * 1024


@dataclass(slots=True)
class _Journal:
    """What the segments so far add up to; it never leaves this module."""

    tally: SegmentTally = field(default_factory=SegmentTally)
    runs: dict[str, RunState] = field(default_factory=dict)
    batches: dict[str, BatchRecord] = field(default_factory=dict)
    live_runs: set[str] = field(default_factory=set)
    size_bytes: int = 0


def read_totals(folder: StoreFolder) -> JournalTotals:
    """Add up a whole journal; one that does not exist has empty totals."""
    journal = _Journal()
    for segment in list_segments(folder.journal):
        journal.size_bytes += segment.size_bytes
        if is_live(segment.path):
            journal.live_runs.add(segment.run_id)
            _merge(journal, read_segment(segment.path))
        else:
            _merge(journal, _read_finished(folder, segment))
    _settle_orphans(journal.tally)
    return _finish(journal, folder.journal)


def _read_finished(folder: StoreFolder, segment: Segment) -> SegmentTally:
    """Take a finished segment's tally from where it is kept, or make it and keep it."""
    if segment.size_bytes < _WORTH_KEEPING_BYTES:
        return read_segment(segment.path)
    kept = folder.tmp / "totals" / f"{segment.name}.{segment.size_bytes}.{segment.modified_ns}.json"
    with contextlib.suppress(OSError, KeyError, ValueError, TypeError):
        return load_tally(kept.read_bytes())
    tally = read_segment(segment.path)
    with contextlib.suppress(OSError):  # a store that cannot be written is added up each time
        kept.parent.mkdir(parents=True, exist_ok=True)
        unfinished = kept.with_suffix(f".{os.getpid()}")
        unfinished.write_bytes(dump_tally(tally))
        unfinished.rename(kept)
    return tally


def _merge(journal: _Journal, part: SegmentTally) -> None:
    """Add a segment; its outcomes may belong to attempts of an earlier segment of the same run."""
    total = journal.tally
    for key, sums in part.cells.items():
        if key in total.cells:
            total.cells[key].add(sums)
        else:
            total.cells[key] = sums
    for kind, members in part.orphans:
        sent = total.open.pop(send_key(members), None)
        if sent is None:
            total.orphans.append((kind, members))
        else:
            settle(total, kind, members, sent)
    total.open.update(part.open)
    total.damaged += part.damaged
    for kind, count in part.n_records.items():
        total.n_records[kind] = total.n_records.get(kind, 0) + count
    for kind, members in part.events:
        if kind == "run":
            _follow_run(journal.runs, members)
        else:
            _follow_batch(journal.batches, members)


def _settle_orphans(total: SegmentTally) -> None:
    """Book outcomes whose run has no such attempt to the latest open attempt of another run, or to nobody."""
    fitting: dict[tuple[str, int], list[SendKey]] = {}
    if total.orphans:
        for key in sorted(total.open, key=lambda key: total.open[key].at):
            fitting.setdefault(key[:2], []).append(key)
    for kind, members in total.orphans:
        key = send_key(members)
        keys = fitting.get(key[:2])
        sent = total.open.pop(keys.pop()) if keys else OpenSend(*key, "", "", members.number("at"), None)
        settle(total, kind, members, sent)


def _follow_run(runs: dict[str, RunState], members: Members) -> None:
    run_id, event, at = members.text("run_id"), members.text("event"), members.number("at")
    known = runs.get(run_id)
    if event == "start" or known is None:
        known = known or RunState(run_id, members.text("command"), at)
        known = replace(known, config_hash=members.text("config_hash"), max_usd=members.money("max_usd"))
    if event != "start":
        known = replace(known, stopped_at=at, event=event, reason=members.text("reason"))
    runs[run_id] = known


def _follow_batch(batches: dict[str, BatchRecord], members: Members) -> None:
    """Keep the last state of a batch; ids that a later step leaves out are carried on."""
    key = members.text("content_hash")
    before = batches.get(key)
    request_ids = members.values["request_ids"]
    names = tuple(str(name) for name in request_ids) if isinstance(request_ids, list) else ()
    batches[key] = BatchRecord(
        content_hash=key,
        state=members.text("state"),  # type: ignore[arg-type]
        run_id=members.text("run_id"),
        at=members.number("at"),
        teacher_id=members.text("teacher_id"),
        file_id=members.text("file_id") or (before.file_id if before else ""),
        batch_id=members.text("batch_id") or (before.batch_id if before else ""),
        request_ids=names or (before.request_ids if before else ()),
        message=members.text("message"),
        attempt=attempt if isinstance(attempt := members.values.get("attempt"), int) else 1,
    )


def _finish(journal: _Journal, path: Path) -> JournalTotals:
    total, live = journal.tally, journal.live_runs
    batches = JournalTotals(batches=tuple(journal.batches.values()))
    in_batches = {name for batch in batches.open_batches for name in batch.request_ids}
    lost = []
    for sent in total.open.values():
        sums = total.sums(sent)
        if sent.run_id in live or sent.request_id in in_batches:
            sums.n_reserved += 1
            sums.reserved_usd += sent.reserved_usd or ZERO
        else:
            lost.append(sent)
            sums.add_maybe_billed(sent)
    cells = (SpendCell(*key, *(getattr(s, n) for n in SUM_NAMES)) for key, s in sorted(total.cells.items()))
    return replace(
        batches,
        cells=tuple(cells),
        runs=tuple(replace(run, is_live=name in live) for name, run in sorted(journal.runs.items())),
        maybe_billed=_with_second_buys(lost, path),
        n_records=total.n_records,
        size_bytes=journal.size_bytes,
        torn=list_torn(path),
        damaged=tuple(total.damaged),
    )


def _with_second_buys(lost: list[OpenSend], path: Path) -> tuple[OpenSend, ...]:
    """Mark the attempts whose request was answered all the same: if they were billed, it was twice."""
    answered = read_answered_ids(path) if lost else set()
    return tuple(
        replace(sent, is_answered_by_another=id_digest(sent.request_id) in answered) for sent in lost
    )
