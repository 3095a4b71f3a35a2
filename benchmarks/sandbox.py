"""What a program costs in the sandbox, against a fresh interpreter, and what real programs do in it.

    python -m benchmarks.sandbox [--data DIR] [--quick] [--write docs/results/sandbox.md]

In: nothing for the costs; the real programs (TRACEMILL_DATA, else ../shared/data) for the table. Out: a page.
CPU is that of all processes of a pool, read from /proc before and after, against RUSAGE_CHILDREN of
`python -c` with the same program in the same run, in turn. The isolation is priced against the same fork
server under the backend `unsafe`, which the product only uses when asked for by name.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from curate.answers import find_program
from curate.sandbox.backends import choose_backend
from curate.sandbox.pool import SandboxPool
from curate.sandbox.result import ExecLimits, ProgramResult

TRIVIAL = "ans = 2 + 2"
SYMPY = "from sympy import symbols, solve\nx = symbols('x')\nans = solve(x**2 - 5*x + 6, x)"
TICK = os.sysconf("SC_CLK_TCK")
STALLS = {
    "asleep": "import time\ntime.sleep(60)",
    "spinning": "while True: pass",
    "one endless C call": "ans = sum(iter(int, 1))",
    "a huge power": "ans = len(str(7 ** (10 ** 9)))",
}


@dataclass(frozen=True)
class Cost:
    """CPU milliseconds a program, ours and a fresh interpreter's."""

    name: str
    ours_ms: float
    bare_ms: float
    fresh_ms: float


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    here = Path(__file__).resolve().parent.parent
    default = Path(os.environ.get("TRACEMILL_DATA", here.parent / "shared" / "data"))
    parser.add_argument("--data", type=Path, default=default)
    parser.add_argument("--quick", action="store_true", help="a fifth of the programs, no table")
    parser.add_argument("--write", type=Path, help="Markdown file for the result")
    options = parser.parse_args()
    n = 100 if options.quick else 500
    costs = [price("trivial", TRIVIAL, n), price("imports sympy, solves an equation", SYMPY, n)]
    lines = page(costs, memory_mb(), overshoots(3 if options.quick else 8), throughput(n * 2))
    if (options.data / "traces").is_dir() and not options.quick:
        lines += real_table(options.data / "traces")
    text = "\n".join(lines)
    print(text)
    if options.write:
        options.write.write_text(text + "\n", encoding="utf-8")
    return 0


def price(name: str, source: str, n: int) -> Cost:
    """Run a program in turn in both pools and in fresh interpreters."""
    with SandboxPool(1) as safe, SandboxPool(1, backend="unsafe") as bare:
        for pool in (safe, bare):
            run_all(pool, [source] * 5)
        ours = others = fresh = 0.0
        n_fresh = max(5, n // 25)
        for _ in range(5):
            ours += pool_cpu_s(safe, source, n // 5)
            others += pool_cpu_s(bare, source, n // 5)
            fresh += fresh_cpu_s(source, n_fresh // 5)
    done = n // 5 * 5
    return Cost(name, 1000 * ours / done, 1000 * others / done, 1000 * fresh / (n_fresh // 5 * 5))


def pool_cpu_s(pool: SandboxPool, source: str, n: int) -> float:
    """Give the CPU seconds of the servers, their children and this process for n programs."""
    before, own = tree_cpu_s(pool), time.process_time()
    run_all(pool, [source] * n)
    return tree_cpu_s(pool) - before + time.process_time() - own


def run_all(pool: SandboxPool, sources: list[str]) -> list[ProgramResult]:
    for number, source in enumerate(sources):
        pool.submit(number, source)
    found: dict[int, ProgramResult] = {}
    while len(found) < len(sources):
        found.update(pool.poll())
    return [found[number] for number in range(len(sources))]


def tree_cpu_s(pool: SandboxPool) -> float:
    """Add up user and system time of the servers and of all that ended below them."""
    return sum(sum(map(int, stat_of(pid)[11:15])) for pid in tree(pool)) / TICK


def tree(pool: SandboxPool) -> set[int]:
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := stat_of(int(entry.name))):
            parents[int(entry.name)] = int(fields[1])
    found = set(pool.worker_ids)
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def stat_of(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return []


def fresh_cpu_s(source: str, n: int) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for _ in range(n):
        subprocess.run([sys.executable, "-c", source + "\nprint(ans)"], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def memory_mb() -> dict[str, float]:
    """Give the proportional memory of one worker of each kind, its helper process included."""
    found = {}
    for kind, source in (("core", TRIVIAL), ("full", SYMPY)):
        with SandboxPool(1) as pool:
            run_all(pool, [source] * 20)
            found[kind] = sum(map(pss_mb, tree(pool)))
    return found


def pss_mb(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


def overshoots(n: int) -> dict[str, float]:
    """Give the largest time beyond a limit of one second until the result is there."""
    found = {}
    with SandboxPool(1, ExecLimits(timeout_s=1.0)) as pool:
        run_all(pool, [TRIVIAL])
        for name, source in STALLS.items():
            worst = 0.0
            for _ in range(n):
                begun = time.monotonic()
                [result] = run_all(pool, [source])
                assert result.status == "timeout", (name, result)
                worst = max(worst, time.monotonic() - begun - 1.0)
            found[name] = worst
    return found


def throughput(n: int) -> dict[int, float]:
    """Give programs per second of wall time by workers, up to the cores."""
    cores = len(os.sched_getaffinity(0))
    found = {}
    for workers in sorted({1, 2, 4, 8, 16, cores}):
        if workers > cores:
            break
        with SandboxPool(workers) as pool:
            run_all(pool, [TRIVIAL] * 8 * workers)
            begun = time.monotonic()
            run_all(pool, [TRIVIAL, SYMPY] * (n // 2))
            found[workers] = n / (time.monotonic() - begun)
    return found


def page(
    costs: list[Cost], memory: dict[str, float], late: dict[str, float], rates: dict[int, float]
) -> list[str]:
    targets = (0.5, 0.06)
    one = rates[1]
    return [
        "# The sandbox",
        "",
        f"Measured {datetime.now(UTC):%d %B %Y} on {os.cpu_count()} cores, {platform.machine()}, Linux "
        f"{platform.release()}, Python {platform.python_version()},",
        f"backend `{choose_backend()}`, by `python -m benchmarks.sandbox --write docs/results/sandbox.md`.",
        "",
        "## CPU of one program",
        "",
        "| program | sandbox, ms | same server without isolation, ms | isolation, ms | fresh `python -c`, ms | ratio | target |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
        *(
            f"| {c.name} | {c.ours_ms:.2f} | {c.bare_ms:.2f} | {c.ours_ms - c.bare_ms:.2f} | {c.fresh_ms:.1f} "
            f"| {c.ours_ms / c.fresh_ms:.3f} | {target} |"
            for c, target in zip(costs, targets, strict=True)
        ),
        "",
        "The isolation may cost 0.6 ms a program.",
        "",
        "## Memory of one worker",
        "",
        *(
            f"* {kind}: {size:.0f} MB (proportional, its helper process included; target 100)"
            for kind, size in memory.items()
        ),
        "",
        "## Timeouts",
        "",
        "Time beyond a limit of 1 s until the result is there, worst of several (target 0.2 s).",
        "",
        *(f"* {name}: {seconds:.3f} s" for name, seconds in late.items()),
        "",
        "## Throughput",
        "",
        "Half trivial programs, half that solve an equation.",
        "",
        "| workers | programs/s | against one |",
        "| ---: | ---: | ---: |",
        *(f"| {workers} | {rate:.0f} | {rate / one:.2f} |" for workers, rate in rates.items()),
    ]


def read_programs(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.iterdir()):
        with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
            for line in file:
                row = json.loads(line)
                if row["format"] == "pot":
                    yield row


def real_table(folder: Path) -> list[str]:
    """Run every real program once, and compare with the values that their origin recorded."""
    rows = list(read_programs(folder))
    statuses: dict[str, Counter[str]] = defaultdict(Counter)
    classes: dict[str, Counter[str]] = defaultdict(Counter)
    found = [find_program(row["response"]) for row in rows]
    ready = [(row, one.program) for row, one in zip(rows, found, strict=True) if one.program]
    begun, before = time.monotonic(), time.process_time()
    with SandboxPool() as pool:
        results = run_all(pool, [program for _, program in ready])
        cpu_s = tree_cpu_s(pool) + time.process_time() - before
    wall_s = time.monotonic() - begun
    for row, one in zip(rows, found, strict=True):
        if not one.program:
            statuses[row["source"]]["no program"] += 1
    for (row, program), result in zip(ready, results, strict=True):
        statuses[row["source"]][result.status] += 1
        if "executed" in row["extra"]:
            classes[row["source"]][name_class(row["extra"]["executed"], program, result)] += 1
    names = sorted({name for counts in statuses.values() for name in counts}, key=lambda n: (n != "ok", n))
    lines = [
        "",
        "## Real programs",
        "",
        f"{len(rows):,} programs, each run once: {wall_s:.0f} s of wall time, {cpu_s:.0f} s of CPU.",
        "",
        "| source | programs | " + " | ".join(names) + " |",
        "| --- | ---: |" + " ---: |" * len(names),
        *(
            f"| {source} | {sum(counts.values())} | " + " | ".join(str(counts[n]) for n in names) + " |"
            for source, counts in sorted(statuses.items())
        ),
        "",
        "Against the value that the origin recorded when it ran the program:",
        "",
        "| source | class | programs |",
        "| --- | --- | ---: |",
    ]
    for source, counts in sorted(classes.items()):
        lines += [f"| {source} | {name} | {count} |" for name, count in counts.most_common()]
    unexplained = sum(counts["unexplained"] for counts in classes.values())
    return [*lines, "", f"Unexplained: {unexplained}."]


def name_class(executed: object, program: str, result: ProgramResult) -> str:
    """Name how our value stands to the recorded one, by stated rules."""
    theirs = number(executed)
    ours = number(result.answer) if result.status == "ok" else None
    if result.status == "ok" and ours is not None and theirs is not None:
        if is_near(ours, theirs, 1e-9):
            return "same value"
        if is_near(-ours, theirs, 1e-9):
            return "the origin dropped the sign"
        if is_near(ours, theirs, 5e-3) or abs(ours - theirs) <= 0.00501:
            return "the origin rounded to two digits"
        if is_near(ours * 100, theirs, 1e-6) or is_near(ours / 100, theirs, 1e-6):
            return "the origin took a percent for its hundredth"
    if result.status == "ok" and ours is None:
        inner = [part for part in map(number, split_values(result.answer)) if part is not None]
        if theirs is not None and any(is_near(abs(part), abs(theirs), 5e-3) for part in inner):
            return "several values: the origin took one of them"
        if theirs is None and str(executed).strip().lower() in (result.answer.lower(), "none", ""):
            return "same text, or the origin recorded nothing"
        return (
            "a value that is no number: the origin recorded another"
            if inner or result.answer
            else "unexplained"
        )
    if result.status in ("error", "no_answer"):
        return f"{result.status} here: {first_word(result)}"
    if result.status in ("timeout", "memory", "killed", "output_limit"):
        return f"{result.status} here"
    if any(word in program for word in ("random", "time", "input(")):
        return "depends on chance or time"
    if theirs is None:
        return "the origin recorded no number"
    return "unexplained"


def first_word(result: ProgramResult) -> str:
    """Name the exception, or that there was no value."""
    return result.error.split(":")[0].split()[0] if result.error else "no value"


def split_values(answer: str) -> list[str]:
    return [part.split(":")[-1].strip(" ()[]{}'\"") for part in answer.replace("{", " ").split(",")]


def number(value: object) -> float | None:
    try:
        text = str(value)
        over, slash, under = text.partition("/")
        return float(over) / float(under) if slash else float(text)
    except (ValueError, ZeroDivisionError, OverflowError):
        return None


def is_near(left: float, right: float, tolerance: float) -> bool:
    return abs(left - right) <= tolerance * max(abs(left), abs(right), 1e-12)


if __name__ == "__main__":
    sys.exit(main())
