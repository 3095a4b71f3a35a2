"""Tables fit the terminal at any width, lose nothing, and put no codes into files."""

from __future__ import annotations

import io
import os
import pty
import re
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from curate.cli.tables import print_table, show
from curate.stages.filtering import filter_store
from curate.store import Store
from curate.store.records import ProblemRecord, TraceRecord
from curate.types import ImportedTrace, Problem, TraceFormat

CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def printed(width: int, columns: list[str], rows: list[list[object]]) -> list[str]:
    file = io.StringIO()
    print_table(Console(file=file, width=width, highlight=False, markup=False), columns, rows)
    return file.getvalue().splitlines()


@given(
    st.integers(20, 120),
    st.lists(st.from_regex(r"[a-z_]{1,28}", fullmatch=True), min_size=1, max_size=12),
    st.data(),
)
def test_no_line_is_wider_than_the_terminal(width: int, columns: list[str], data: st.DataObject) -> None:
    cell = st.one_of(
        st.none(), st.integers(), st.floats(), st.text(max_size=60), st.sampled_from(["漢字 仮名", "a b"])
    )
    rows = data.draw(st.lists(st.lists(cell, min_size=len(columns), max_size=len(columns)), max_size=4))
    assert max((cell_len(line) for line in printed(width, columns, rows)), default=0) <= width


@pytest.mark.parametrize("width", [40, 80, 160])
def test_no_value_is_lost(width: int) -> None:
    columns = ["trace_id", "question", "n_traces", "rate"]
    rows = [
        [
            "b2-0123456789abcdef0123456789abcdef",
            "one two three four five six seven eight",
            1234,
            Decimal("0.5"),
        ]
    ]
    text = re.sub(r"\s+", " ", " ".join(printed(width, columns, rows)))
    words = text.replace("n_ ", "n_").replace("trace_ ", "trace_")
    for word in ("question", "b2-0123456789abcdef0123456789abcdef"[:30], "1234", "0.5", "eight"):
        assert word in words


def test_headings_take_two_lines_before_a_table_is_turned() -> None:
    columns = ["teacher", "n_correct", "n_incorrect", "n_unknown"]
    lines = printed(39, columns, [["small", 10, 20, 30]])
    assert "row 1" not in " ".join(lines) and len(lines) == 4


def test_a_table_that_cannot_fit_is_turned_with_hanging_values() -> None:
    columns = ["a_long_name_of_a_column", "text", "more_text"]
    lines = printed(40, columns, [["word " * 10, "b", "c " * 20], ["x", "y", "z" * 30]])
    assert lines[0].startswith("── row 1 ─") and len(lines[0]) <= 40
    assert lines[1] == "a_long_name_of_a_column" and lines[2].startswith("    word word")


def test_what_would_move_the_cursor_is_shown() -> None:
    assert show("a\x1b[2J\r\u202eb\nc") == "a\\x1b[2J\\x0d\\x202eb\\nc"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tables") / "store"
    made = Store.open(path, create=True)
    with made.write_journal("20261101T000000Z-000001") as journal:
        problem = Problem.of(source="a source with a long name", question="How many?", gold="3")
        journal.append(ProblemRecord(problem))
        for number in range(3):
            trace = ImportedTrace.of(
                problem_id=problem.problem_id, source="web", teacher="a teacher with a long name \x1b[31m",
                format=TraceFormat.COT, text=f"{number}\n\nThe answer is 3.",
            )  # fmt: skip
            journal.append(TraceRecord(trace, "20261101T000000Z-000001"))
    filter_store(made, policy="strict")
    return path


def on_terminal(width: int, *arguments: str, env: dict[str, str] | None = None) -> str:
    """Run the command on a terminal of its own; gives all that it shows."""
    master, slave = pty.openpty()
    here = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "COLUMNS": str(width), **(env or {})}
    command = [sys.executable, "-m", "tracemill", *arguments]
    process = subprocess.Popen(command, stdout=slave, stderr=subprocess.DEVNULL, env=here)
    os.close(slave)
    shown = b""
    ends = time.monotonic() + 120
    while time.monotonic() < ends:
        try:
            part = os.read(master, 65536)
        except OSError:
            break
        if not part:
            break
        shown += part
    os.close(master)
    assert process.wait(60) == 0
    return shown.decode().replace("\r\n", "\n")


@pytest.mark.slow
@pytest.mark.parametrize("width", [40, 80])
@pytest.mark.parametrize(
    "arguments",
    [
        ("query",),
        ("query", "accept_rate"),
        ("query", "yield_funnel"),
        ("sql", "SELECT * FROM traces_v"),
        ("filter", "--policy", "strict"),
        ("status",),
        ("prompts",),
    ],
)
def test_tables_of_the_commands_fit_a_terminal(store: Path, width: int, arguments: tuple[str, ...]) -> None:
    given = () if arguments in (("query",), ("prompts",)) else ("--store", str(store))
    shown = on_terminal(width, *arguments, *given)
    lines = CODES.sub("", shown).split("\n")
    assert shown.strip() or arguments == ("status",)
    assert [line for line in lines if cell_len(line) > width] == []
    assert "\x1b[31m" not in shown


@pytest.mark.slow
def test_no_color_leaves_no_colour_and_a_pipe_no_code(store: Path) -> None:
    query = ("query", "drop_reasons", "--store", str(store))
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]", on_terminal(80, *query, env={"NO_COLOR": "1"}))
    piped = subprocess.run([sys.executable, "-m", "tracemill", *query], capture_output=True, check=True)
    assert b"\x1b" not in piped.stdout + piped.stderr


def test_every_command_that_writes_a_table_can_write_json_instead() -> None:
    root = Path(__file__).parents[2]
    for file in sorted((root / "curate" / "cli").glob("*.py")):
        text = file.read_text(encoding="utf-8")
        if file.name not in ("common.py", "tables.py", "output.py") and "write_table(" in text:
            assert "JsonOption" in text and "write_json(" in text, f"{file.name} has no --json"
