"""Reads the tables of benign programs and runs them once under each backend.

A table is text: blocks that start with `=== name`, then `key: value` lines, `---`, and the program. Keys:
`answer` (exact), `answer_length`, `from` (the convention), `status` (`ok` without it), `error` (names of
exceptions, any of them), `conflict` (`convention value`), `stderr`; `reply`: the text is a whole reply, out
of which the program is taken first; `replace`: what stands at the ends of lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from curate.answers import parse_trace
from curate.errors import MissingError
from curate.sandbox import ExecLimits, ProgramResult, execute_many
from curate.types import TraceFormat

TABLES = Path(__file__).parent / "benign"
# Wide, so that a loaded machine does not make a good program late.
LIMITS = ExecLimits(timeout_s=20.0, memory_mb=1024)


@dataclass(frozen=True)
class Benign:
    """A program and what must come out of it."""

    name: str
    expected: dict[str, str]
    source: str


@cache
def read_table(topic: str) -> dict[str, Benign]:
    """Read one table; the name of each program is unique in it."""
    programs = {}
    for block in re.split(r"^=== ", (TABLES / f"{topic}.txt").read_text("utf-8"), flags=re.MULTILINE)[1:]:
        head, _, source = block.partition("---\n")
        name, *lines = head.splitlines()
        expected = {key: value.strip() for key, _, value in (line.partition(":") for line in lines)}
        if "reply" in expected:
            source = parse_trace(source, TraceFormat.POT).program or ""
        if "replace" in expected:
            source = source.replace("\n", expected["replace"].encode().decode("unicode_escape"))
        assert name not in programs, f"{topic}/{name} is there twice"
        programs[name] = Benign(name, expected, source)
    return programs


@cache
def run_table(topic: str, backend: str | None) -> dict[str, ProgramResult] | str:
    """Run a table; gives a sentence where this machine cannot."""
    programs = read_table(topic)
    try:
        results = execute_many(
            (one.source for one in programs.values()), workers=2, limits=LIMITS, backend=backend
        )
        return dict(zip(programs, results, strict=True))
    except MissingError as error:
        return str(error)


@pytest.fixture(scope="session")
def benign_result():
    """Give the function that runs a table once for each backend and returns one program's result."""

    def get(topic: str, name: str, backend: str | None) -> tuple[Benign, ProgramResult]:
        results = run_table(topic, backend)
        if isinstance(results, str):
            pytest.skip(results)
        return read_table(topic)[name], results[name]

    return get
