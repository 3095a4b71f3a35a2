"""Fold a journal into its totals: match attempts with outcomes, add up money, follow runs and batches.

One pass over the lines that decodes only what stands before the bodies; a second, undecoded one only when
attempts stayed open, to see which of their requests were bought again.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from curate.store.decoding import Members, decode_members, kind_of
from curate.store.lines import Line, read_lines
from curate.store.outcomes import Damage
from curate.store.records import BatchRecord
from curate.store.scan import id_digest, read_answered_ids
from curate.store.segments import is_live, list_segments, list_torn
from curate.store.totals import ZERO, JournalTotals, OpenSend, RunState, SpendCell

_Sent = tuple[str, int, str]
_FOLDED = ("sent", "answer", "fault", "run", "batch")


@dataclass(slots=True)
class _Sums:
    """A `SpendCell` in the making: the pass adds to it a million times, so it is not frozen."""

    n_sent: int = 0
    n_answers: int = 0
    n_faults: int = 0
    n_final_faults: int = 0
    n_unpriced: int = 0
    n_tokens_in: int = 0
    n_tokens_cached: int = 0
    n_tokens_out: int = 0
    n_tokens_reasoning: int = 0
    spent_usd: Decimal = ZERO
    n_reserved: int = 0
    reserved_usd: Decimal = ZERO
    n_maybe_billed: int = 0
    maybe_billed_usd: Decimal = ZERO


@dataclass(slots=True)
class _Tally:
    """What has been seen so far; it never leaves this module."""

    open: dict[_Sent, OpenSend] = field(default_factory=dict)
    orphans: list[tuple[str, Members]] = field(default_factory=list)
    cells: dict[tuple[str, str, str], _Sums] = field(default_factory=dict)
    runs: dict[str, RunState] = field(default_factory=dict)
    batches: dict[str, BatchRecord] = field(default_factory=dict)
    n_records: dict[str, int] = field(default_factory=dict)
    live_runs: set[str] = field(default_factory=set)
    damaged: list[Damage] = field(default_factory=list)


def read_totals(journal: Path) -> JournalTotals:
    """Add up a whole journal; one that does not exist has empty totals."""
    tally, size = _Tally(), 0
    for segment in list_segments(journal):
        size += segment.size_bytes
        if is_live(segment.path):
            tally.live_runs.add(segment.run_id)
        for line in read_lines(segment.path):
            if isinstance(line, Damage):
                tally.damaged.append(line)
            else:
                _fold_line(tally, line)
    _settle_orphans(tally)
    return _finish(tally, journal, size)


def _fold_line(tally: _Tally, line: Line) -> None:
    kind = kind_of(line.data)
    tally.n_records[kind] = tally.n_records.get(kind, 0) + 1
    if kind not in _FOLDED:
        return
    try:
        members = decode_members(line.data, has_body=kind in ("sent", "answer"))
        if kind == "sent":
            _send(tally, members)
        elif kind == "run":
            _follow_run(tally, members)
        elif kind == "batch":
            _follow_batch(tally, members)
        else:
            sent = tally.open.pop(_send_key(members), None)
            if sent is None:
                tally.orphans.append((kind, members))
            else:
                _settle(tally, kind, members, sent)
    except (KeyError, ValueError):
        tally.damaged.append(Damage(line.segment, line.offset, len(line.data), "wrong_shape"))


def _send_key(members: Members) -> _Sent:
    return members.text("request_id"), members.integer("attempt"), members.text("run_id")


def _send(tally: _Tally, members: Members) -> None:
    sent = OpenSend(
        *_send_key(members),
        members.text("teacher_id"),
        members.text("teacher"),
        members.number("at"),
        members.money("reserved_usd"),
    )
    tally.open[_send_key(members)] = sent
    _sums(tally, sent).n_sent += 1


def _settle_orphans(tally: _Tally) -> None:
    """Book outcomes whose run has no such attempt to the latest open attempt of another run."""
    fitting: dict[tuple[str, int], list[_Sent]] = {}
    for key in sorted(tally.open, key=lambda key: tally.open[key].at):
        fitting.setdefault(key[:2], []).append(key)
    for kind, members in tally.orphans:
        keys = fitting.get(_send_key(members)[:2])
        _settle(tally, kind, members, tally.open.pop(keys.pop()) if keys else None)


def _settle(tally: _Tally, kind: str, members: Members, sent: OpenSend | None) -> None:
    """Book an outcome to its attempt; an outcome whose `sent` was lost is booked without a teacher."""
    if sent is None:
        sent = OpenSend(*_send_key(members), "", "", members.number("at"), None)
    sums = _sums(tally, sent)
    if kind == "answer":
        cost = members.money("cost_usd")
        sums.n_answers += 1
        sums.n_unpriced += cost is None
        sums.spent_usd += cost or ZERO
        sums.n_tokens_in += members.integer("n_tokens_in")
        sums.n_tokens_cached += members.integer("n_tokens_cached")
        sums.n_tokens_out += members.integer("n_tokens_out")
        sums.n_tokens_reasoning += members.integer("n_tokens_reasoning")
        return
    sums.n_faults += 1
    sums.n_final_faults += bool(members.values["is_final"])
    if members.values["is_maybe_billed"]:
        _count_maybe_billed(sums, sent)


def _count_maybe_billed(sums: _Sums, sent: OpenSend) -> None:
    sums.n_maybe_billed += 1
    sums.maybe_billed_usd += sent.reserved_usd or ZERO


def _sums(tally: _Tally, sent: OpenSend) -> _Sums:
    return tally.cells.setdefault((sent.run_id, sent.teacher_id, sent.teacher), _Sums())


def _follow_run(tally: _Tally, members: Members) -> None:
    run_id, event, at = members.text("run_id"), members.text("event"), members.number("at")
    known = tally.runs.get(run_id)
    if event == "start" or known is None:
        known = known or RunState(run_id, members.text("command"), at)
        known = replace(known, config_hash=members.text("config_hash"), max_usd=members.money("max_usd"))
    if event != "start":
        known = replace(known, stopped_at=at, event=event, reason=members.text("reason"))
    tally.runs[run_id] = known


def _follow_batch(tally: _Tally, members: Members) -> None:
    """Keep the last state of a batch; ids that a later step leaves out are carried on."""
    key = members.text("content_hash")
    before = tally.batches.get(key)
    request_ids = members.values["request_ids"]
    names = tuple(str(name) for name in request_ids) if isinstance(request_ids, list) else ()
    tally.batches[key] = BatchRecord(
        content_hash=key,
        state=members.values["state"],  # type: ignore[arg-type]
        run_id=members.text("run_id"),
        at=members.number("at"),
        teacher_id=members.text("teacher_id"),
        file_id=members.text("file_id") or (before.file_id if before else ""),
        batch_id=members.text("batch_id") or (before.batch_id if before else ""),
        request_ids=names or (before.request_ids if before else ()),
        message=members.text("message"),
        attempt=attempt if isinstance(attempt := members.values.get("attempt"), int) else 1,
    )


def _finish(tally: _Tally, journal: Path, size: int) -> JournalTotals:
    batches = JournalTotals(batches=tuple(tally.batches.values()))
    in_batches = {name for batch in batches.open_batches for name in batch.request_ids}
    lost = []
    for sent in tally.open.values():
        sums = _sums(tally, sent)
        if sent.run_id in tally.live_runs or sent.request_id in in_batches:
            sums.n_reserved += 1
            sums.reserved_usd += sent.reserved_usd or ZERO
        else:
            lost.append(sent)
            _count_maybe_billed(sums, sent)
    return replace(
        batches,
        cells=tuple(SpendCell(*key, *_values(sums)) for key, sums in sorted(tally.cells.items())),
        runs=tuple(replace(r, is_live=r.run_id in tally.live_runs) for _, r in sorted(tally.runs.items())),
        maybe_billed=_with_second_buys(lost, journal),
        n_records=tally.n_records,
        size_bytes=size,
        torn=list_torn(journal),
        damaged=tuple(tally.damaged),
    )


def _values(sums: _Sums) -> list[Any]:
    return [getattr(sums, each.name) for each in fields(sums)]


def _with_second_buys(lost: list[OpenSend], journal: Path) -> tuple[OpenSend, ...]:
    answered = read_answered_ids(journal) if lost else set()
    return tuple(
        replace(sent, is_answered_by_another=id_digest(sent.request_id) in answered) for sent in lost
    )
