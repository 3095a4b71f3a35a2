"""The main job on real input: import, verify and filter every real trace, and say what came out.

    python benchmarks/real.py [--data DIR] [--store DIR] [--write docs/results/real.md]

In: the folder of real benchmarks and traces (TRACEMILL_DATA, else ../shared/data). It calls the commands a
user would call, each in its own process, and reads the result back with `tracemill sql`. Out: time and memory
of each step, and per source and teacher: rows, parsed, verdicts, labelled right but rejected, labelled wrong
but accepted. The labels are claims of the origins and some of them are wrong; none of them is our verdict.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

SQL = """
SELECT t.source, t.teacher, t.format, count(*) AS rows,
       count(*) FILTER (t.parse_state = 'ok') AS parsed,
       count(*) FILTER (b.status = 'correct') AS correct,
       count(*) FILTER (b.status = 'incorrect') AS incorrect,
       count(*) FILTER (b.status = 'no_answer') AS no_answer,
       count(*) FILTER (b.status = 'undecided') AS undecided,
       count(*) FILTER (b.status IN ('error', 'timeout')) AS failed,
       count(*) FILTER (t.label AND b.status = 'incorrect') AS right_rejected,
       count(*) FILTER (NOT t.label AND b.status = 'correct') AS wrong_accepted
FROM traces t LEFT JOIN best_verdicts b USING (trace_id)
GROUP BY ALL ORDER BY t.source, t.teacher, t.format
"""
HEADINGS = (
    "source",
    "teacher",
    "form",
    "rows",
    "parsed",
    "correct",
    "incorrect",
    "no answer",
    "undecided",
    "failed",
)
LABEL_HEADINGS = ("right, rejected", "wrong, accepted")


@dataclass(frozen=True)
class Step:
    """One command and what it took."""

    name: str
    wall_s: float
    cpu_s: float
    peak_mb: float


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    here = Path(__file__).resolve().parent.parent
    parser.add_argument(
        "--data", type=Path, default=Path(os.environ.get("TRACEMILL_DATA", here.parent / "shared" / "data"))
    )
    parser.add_argument("--store", type=Path, help="keep the store here; default: a temporary folder")
    parser.add_argument("--write", type=Path, help="Markdown file for the result")
    options = parser.parse_args()
    if not (options.data / "traces").is_dir():
        print(f"no real data in {options.data}: set TRACEMILL_DATA", file=sys.stderr)
        return 3
    folder = options.store or Path(tempfile.mkdtemp(prefix="tracemill-real-"))
    try:
        text = run_all(options.data, folder)
    finally:
        if options.store is None:
            shutil.rmtree(folder, ignore_errors=True)
    print(text)
    if options.write:
        options.write.parent.mkdir(parents=True, exist_ok=True)
        options.write.write_text(text + "\n", encoding="utf-8")
    return 0


def run_all(data: Path, store: Path) -> str:
    steps = [
        call("import benchmarks", "import", str(data / "benchmarks"), "--store", str(store)),
        call("import traces", "import", str(data / "traces"), "--store", str(store)),
        call("verify", "verify", "--store", str(store)),
        call("filter", "filter", "--store", str(store), "--policy", "verified"),
    ]
    rows = query(SQL, store)
    counts = query(
        "SELECT (SELECT count(*) FROM problems) AS problems, (SELECT count(*) FROM traces) AS traces", store
    )
    return "\n".join(page(steps, rows, counts[0]))


def call(name: str, *arguments: str) -> Step:
    """Run one command and measure its whole process tree."""
    print(f"{name} ...", file=sys.stderr, flush=True)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "tracemill", *arguments], stdout=subprocess.DEVNULL, check=False
    )
    if done.returncode != 0:
        raise SystemExit(f"`tracemill {' '.join(arguments)}` ended with {done.returncode}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    # ru_maxrss is the largest process so far, so a step shows its own peak only while it is the largest.
    return Step(name, time.monotonic() - started, cpu_s, after.ru_maxrss / 1024)


def query(sql: str, store: Path) -> list[dict[str, object]]:
    done = subprocess.run(
        [sys.executable, "-m", "tracemill", "sql", sql, "--store", str(store), "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    rows: list[dict[str, object]] = json.loads(done.stdout)
    return rows


def page(steps: list[Step], rows: list[dict[str, object]], counts: dict[str, object]) -> list[str]:
    lines = [
        "# The main job on real input",
        "",
        f"Measured {datetime.now(UTC):%d %B %Y} on {os.cpu_count()} cores, {platform.machine()}, Python "
        f"{platform.python_version()}, by `python benchmarks/real.py --write docs/results/real.md`.",
        f"{counts['problems']:,} problems and {counts['traces']:,} traces in the store.",
        "",
        "| step | wall s | CPU s | largest process so far, MB |",
        "| --- | ---: | ---: | ---: |",
        *(f"| {s.name} | {s.wall_s:.1f} | {s.cpu_s:.1f} | {s.peak_mb:.0f} |" for s in steps),
        "",
        "`right, rejected` counts traces that their origin labels right and the verifier finds wrong;",
        "`wrong, accepted` the other way round. Labels are claims of the origins; some are wrong. Programs",
        "run in the sandbox, twice where they are accepted.",
        "",
        "| " + " | ".join((*HEADINGS, *LABEL_HEADINGS)) + " |",
        "| --- | --- | --- " + "| ---: " * 9 + "|",
    ]
    lines += ["| " + " | ".join(str(value) for value in row.values()) + " |" for row in rows]
    totals = [sum(int(str(row[key])) for row in rows) for key in list(rows[0])[3:]]
    return [*lines, "| all | | | " + " | ".join(f"{total}" for total in totals) + " |"]


if __name__ == "__main__":
    sys.exit(main())
