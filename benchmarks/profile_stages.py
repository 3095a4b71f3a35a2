"""Where the time of the demo and of the real data goes: CPU seconds of each stage, and its dearest parts.

    python -m benchmarks.profile_stages [--data DIR] [--write docs/results/profile.md]

Each stage is called as the commands call it, with one worker where it takes workers, under cProfile with the
clock of CPU time, so that waiting counts nothing and a busy machine changes little. `children` is the CPU of
the processes it started, which run programs. A part is a folder of ours, a library, or a module of Python; it is
charged with its functions' own time and with the built-in functions they call. Profiling itself makes many
small calls look dearer than they are.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import resource
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from curate import Store, export, generate, import_traces, select, verify
from curate.cli.demo import _write_run_file
from curate.report import write_report

N_SHOWN = 3
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class StageCost:
    """One stage: CPU seconds of this process and of its children, and its dearest parts."""

    name: str
    own_s: float
    children_s: float
    dearest: tuple[tuple[str, float], ...]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--data", type=Path, default=Path(os.environ.get("TRACEMILL_DATA", ROOT.parent / "shared" / "data"))
    )
    parser.add_argument("--write", type=Path, help="Markdown file for the result")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="tracemill-profile-"))
    try:
        parts = [("`tracemill demo`", profile_demo(folder / "demo"))]
        if (options.data / "traces").is_dir():
            parts.append(("the real problems and traces", profile_real(folder / "real", options.data)))
        else:
            print(f"no real data in {options.data}: only the demo", file=sys.stderr)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    text = page(parts)
    print(text)
    if options.write:
        options.write.write_text(text + "\n", encoding="utf-8")
    return 0


def profile_demo(folder: Path) -> list[StageCost]:
    run = _write_run_file(folder)
    store = Store.open(folder / "store", create=True)
    return [
        profiled("generate", lambda: generate(store, run)),
        *_later_stages(store, folder),
        profiled("report", lambda: write_report(store, folder / "report.html")),
    ]


def profile_real(folder: Path, data: Path) -> list[StageCost]:
    store = Store.open(folder / "store", create=True)
    return [
        profiled("import", lambda: import_traces(store, data / "benchmarks", data / "traces")),
        *_later_stages(store, folder),
    ]


def _later_stages(store: Store, folder: Path) -> list[StageCost]:
    return [
        profiled("project", store.project),
        profiled("verify", lambda: verify(store, workers=1)),
        profiled("filter", lambda: select(store, "verified")),
        profiled("export", lambda: export(store, out=folder / "corpus")),
    ]


def profiled(name: str, work: Callable[[], object]) -> StageCost:
    """Run one stage under the profiler."""
    print(f"{name} ...", file=sys.stderr, flush=True)
    profile = cProfile.Profile(time.process_time)
    before, started = _children_s(), time.process_time()
    profile.runcall(work)
    own_s, children_s = time.process_time() - started, _children_s() - before
    parts: Counter[str] = Counter()
    for place, (_, _, seconds, _, callers) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        if place[0] != "~":
            parts[_part(place[0])] += seconds
            continue
        for caller, (_, _, charged, _) in callers.items():
            parts[_part(caller[0])] += charged
    return StageCost(name, own_s, children_s, tuple(parts.most_common(N_SHOWN)))


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _part(file: str) -> str:
    path = Path(file)
    if "site-packages" in path.parts:
        return path.parts[path.parts.index("site-packages") + 1]
    if path.is_relative_to(ROOT):
        return str(path.relative_to(ROOT).parent)
    return (
        "Python itself"
        if file == "~"
        else f"Python's {path.stem if path.stem != '__init__' else path.parent.name}"
    )


def page(parts: list[tuple[str, list[StageCost]]]) -> str:
    lines = [
        "# Where the time goes",
        "",
        f"Measured on {os.cpu_count()} cores by `python -m benchmarks.profile_stages --write docs/results/profile.md`.",
        "CPU seconds, each stage with one worker; profiling included.",
    ]
    for title, costs in parts:
        lines += [
            "",
            f"## {title}",
            "",
            "| stage | CPU s | in children | the three dearest parts, CPU s |",
        ]
        lines.append("| --- | --- | --- | --- |")
        for cost in costs:
            dearest = ", ".join(f"{name} {seconds:.2f}" for name, seconds in cost.dearest)
            lines.append(f"| {cost.name} | {cost.own_s:.2f} | {cost.children_s:.2f} | {dearest} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
