"""One segment, added up: attempts with their outcomes, money by run and teacher, runs' and batches' events.

Decodes only what stands before the bodies. What has no partner inside the segment is handed on: open
attempts, outcomes without their `sent`, and events, which only make sense in the order of the whole journal.
A finished segment's tally can be written as JSON and read back, so that `status` does not read a long journal
again each time.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from decimal import Decimal
from pathlib import Path

import orjson

from curate.store.decoding import Members, decode_members, kind_of
from curate.store.lines import Line, read_lines
from curate.store.outcomes import Damage
from curate.store.totals import ZERO, OpenSend

SendKey = tuple[str, int, str]
CellKey = tuple[str, str, str]
_FORMAT = 1


@dataclass(slots=True)
class Sums:
    """A `SpendCell` in the making: a pass adds to it a million times, so it is not frozen."""

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

    def add(self, other: Sums) -> None:
        """Add another's sums to these."""
        for name in SUM_NAMES:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def add_maybe_billed(self, sent: OpenSend) -> None:
        """Count an attempt that may have been billed for nothing, at its worst case."""
        self.n_maybe_billed += 1
        self.maybe_billed_usd += sent.reserved_usd or ZERO


SUM_NAMES = tuple(each.name for each in fields(Sums))


@dataclass(slots=True)
class SegmentTally:
    """What a segment adds up to; shared by the modules that fold a journal and by nobody else."""

    open: dict[SendKey, OpenSend] = field(default_factory=dict)
    orphans: list[tuple[str, Members]] = field(default_factory=list)
    cells: dict[CellKey, Sums] = field(default_factory=dict)
    events: list[tuple[str, Members]] = field(default_factory=list)
    n_records: dict[str, int] = field(default_factory=dict)
    damaged: list[Damage] = field(default_factory=list)

    def sums(self, sent: OpenSend) -> Sums:
        """Give the sums that an attempt counts in."""
        return self.cells.setdefault((sent.run_id, sent.teacher_id, sent.teacher), Sums())


def read_segment(path: Path) -> SegmentTally:
    """Add up a segment; lines that cannot be understood are counted as damage."""
    tally = SegmentTally()
    for line in read_lines(path):
        if isinstance(line, Damage):
            tally.damaged.append(line)
            continue
        try:
            _fold(tally, line)
        except (KeyError, ValueError, TypeError):
            tally.damaged.append(Damage(line.segment, line.offset, len(line.data), "wrong_shape"))
    return tally


def _fold(tally: SegmentTally, line: Line) -> None:
    kind = kind_of(line.data)
    tally.n_records[kind] = tally.n_records.get(kind, 0) + 1
    if kind == "sent":
        _send(tally, decode_members(line.data, has_body=True))
    elif kind in ("answer", "fault"):
        members = decode_members(line.data, has_body=kind == "answer")._replace(body=None)
        sent = tally.open.pop(send_key(members), None)
        if sent is None:
            tally.orphans.append((kind, members))
        else:
            settle(tally, kind, members, sent)
    elif kind in ("run", "batch"):
        tally.events.append((kind, decode_members(line.data, has_body=False)))


def send_key(members: Members) -> SendKey:
    """Give what an attempt and its outcome have in common."""
    return members.text("request_id"), members.integer("attempt"), members.text("run_id")


def _send(tally: SegmentTally, members: Members) -> None:
    key = send_key(members)
    teacher_id, teacher = members.text("teacher_id"), members.text("teacher")
    sent = OpenSend(*key, teacher_id, teacher, members.number("at"), members.money("reserved_usd"))
    tally.open[key] = sent
    tally.sums(sent).n_sent += 1


def settle(tally: SegmentTally, kind: str, members: Members, sent: OpenSend) -> None:
    """Book an outcome to its attempt."""
    sums = tally.sums(sent)
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
        sums.add_maybe_billed(sent)


def dump_tally(tally: SegmentTally) -> bytes:
    """Write a tally as JSON."""
    content = {
        "format": _FORMAT,
        "open": list(tally.open.values()),
        "orphans": [[kind, members.values] for kind, members in tally.orphans],
        "cells": [[*key, asdict(sums)] for key, sums in tally.cells.items()],
        "events": [[kind, members.values] for kind, members in tally.events],
        "n_records": tally.n_records,
        "damaged": tally.damaged,
    }
    return orjson.dumps(content, default=str)


def load_tally(data: bytes) -> SegmentTally:
    """Read what `dump_tally` wrote.

    Raises:
        KeyError, ValueError, TypeError: for anything else.
    """
    content = orjson.loads(data)
    if content["format"] != _FORMAT:
        raise ValueError("another format")
    tally = SegmentTally(n_records=content["n_records"])
    for each in content["open"]:
        reserved = each["reserved_usd"]
        sent = OpenSend(**{**each, "reserved_usd": None if reserved is None else Decimal(reserved)})
        tally.open[sent.request_id, sent.attempt, sent.run_id] = sent
    tally.orphans = [(kind, Members(values)) for kind, values in content["orphans"]]
    tally.events = [(kind, Members(values)) for kind, values in content["events"]]
    tally.damaged = [Damage(**each) for each in content["damaged"]]
    for run_id, teacher_id, teacher, sums in content["cells"]:
        money = {name: Decimal(value) for name, value in sums.items() if name.endswith("_usd")}
        tally.cells[run_id, teacher_id, teacher] = Sums(**{**sums, **money})
    return tally
