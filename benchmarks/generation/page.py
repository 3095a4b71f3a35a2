"""Turn the measurements into JSON and a Markdown page."""

from __future__ import annotations

import dataclasses
import os
import platform
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version

from benchmarks.generation.scenarios import FaultMix, Kills, Restart, Speed


@dataclass
class Results:
    """All that was measured; an empty list was left out of this run."""

    speed: list[Speed] = field(default_factory=list)
    faults: list[FaultMix] = field(default_factory=list)
    kills: list[Kills] = field(default_factory=list)
    memory: list[Speed] = field(default_factory=list)
    restart: list[Restart] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def as_json(results: Results) -> dict[str, object]:
    """Give everything as plain values."""
    return dataclasses.asdict(results)


def as_markdown(results: Results) -> str:
    """Give the page."""
    lines = [
        "# Generation: the engine against plain loops",
        "",
        f"Measured {datetime.now(UTC):%d %B %Y} on {os.cpu_count()} cores, {platform.machine()}, Python "
        f"{platform.python_version()}, aiohttp {version('aiohttp')}, openai {version('openai')}, by",
        "`python -m benchmarks.generation --write`. A mock teacher in its own process on the same cores:",
        "200 ms latency, answers of about 600 tokens, 256 requests on the wire, so the ideal is 1,280/s.",
        "CPU is that of the client's process, start-up taken off by a run of 8 requests.",
    ]
    if results.speed:
        lines += ["", "## Cost of a request", "", *_speed_table(results.speed)]
    if results.memory:
        lines += ["", "## Memory", "", *_speed_table(results.memory)]
    if results.restart:
        lines += ["", "## Restart", ""]
        lines += [
            f"Over {r.n_answered:,} answered requests the first new one left after {r.seconds:.1f} s."
            for r in results.restart
        ]
    if results.faults:
        lines += [
            "",
            "## 10 % 429 (Retry-After 1 s), 2 % 500, 1 % dropped",
            "",
            *_fault_table(results.faults),
        ]
    if results.kills:
        lines += ["", "## Ended and started again", "", *_kill_table(results.kills)]
    return "\n".join([*lines, *(["", *results.notes] if results.notes else [])]) + "\n"


def _row(*cells: object) -> str:
    return "| " + " | ".join(f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in cells) + " |"


def _table(*heads: str) -> list[str]:
    return [_row(*heads), "| --- " + "| ---: " * (len(heads) - 1) + "|"]


def _speed_table(rows: list[Speed]) -> list[str]:
    return [
        *_table("client", "requests", "rows", "CPU s per 1,000", "share of the ideal rate", "resident MB"),
        *(
            _row(r.name, r.n, r.rows, f"{r.cpu_s_per_1000:.2f}", f"{r.share_of_ideal:.2f}", f"{r.rss_mb:.0f}")
            for r in rows
        ),
    ]


def _fault_table(rows: list[FaultMix]) -> list[str]:
    return [
        "`billed again` counts answers that were billed more than once; the server drops connections after",
        "it has done the work, so `dropped` of them cannot be helped.",
        "",
        *_table("client", "requests", "rows", "with faults", "without", "ratio", "billed again", "dropped"),
        *(
            _row(
                r.name,
                r.n,
                r.rows,
                f"{r.window_s:.1f} s",
                f"{r.calm_window_s:.1f} s",
                f"{r.ratio:.2f}",
                r.billed_again,
                r.dropped,
            )
            for r in rows
        ),
    ]


def _kill_table(rows: list[Kills]) -> list[str]:
    return [
        "`quiet sigkill`: the server fell silent 2 s before, so every delivered answer had reached the",
        "process; `may be billed` is what the store lists afterwards: at most what was on the wire.",
        "",
        *_table(
            "how", "requests", "times", "rows", "rows doubled", "billed again", "may be billed", "torn tails"
        ),
        *(_row(r.how, r.n, r.times, r.rows, r.doubled, r.billed_again, r.maybe_billed, r.torn) for r in rows),
    ]
