"""Near-duplicates against planted truth: recall by kind of copy, false removals, CPU and memory; and two peers.

    python -m benchmarks.dedup [--traces 200000] [--write docs/results/dedup.md]

In: nothing. A generator writes problems with four traces of about 175 words each, which share words as samples
of one problem do, and plants copies: exact, reformatted (case and white space), lightly edited (5-gram Jaccard
about .61 to .93) and medium (about .38 to .71). A removal of an original that is nobody's copy is false. Peers
run in the same process on the same texts, within problems as ours: datasketch (MinHashLSH, 112 permutations, threshold
0.5) and rensa (Rust MinHash, the same bands) where they are installed.
"""

from __future__ import annotations

import argparse
import importlib.util
import platform
import random
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from curate.filters.facts import TraceFacts
from curate.filters.near import find_pairs, shingle
from curate.filters.rules.near_duplicate import NearDuplicate
from curate.types import TraceFormat

KINDS = ("exact", "reformatted", "light", "medium")
SHARES = {"exact": 0.04, "reformatted": 0.02, "light": 0.045, "medium": 0.045}
N_WORDS = 175
VOCABULARY = [f"{a}{b}" for a in ("ra", "te", "mi", "lo", "ku", "se") for b in range(700)]


@dataclass(frozen=True)
class Planted:
    """One trace: its problem, its text, and what it is a copy of."""

    trace_id: str
    problem: int
    text: str
    kind: str = ""


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--traces", type=int, default=200_000)
    parser.add_argument("--write", type=Path, help="Markdown file for the result")
    options = parser.parse_args()
    print("planting ...", file=sys.stderr, flush=True)
    traces = list(plant(options.traces))
    contenders: dict[str, Callable[[list[Planted]], set[str]]] = {"tracemill": ours}
    if importlib.util.find_spec("datasketch"):
        contenders["datasketch"] = theirs_datasketch
    if importlib.util.find_spec("rensa"):
        contenders["rensa"] = theirs_rensa
    base_mb = peak_mb()
    rows = []
    for name, run in contenders.items():
        print(f"{name} ...", file=sys.stderr, flush=True)
        begun = time.process_time()
        removed = run(traces)
        rows.append((name, time.process_time() - begun, peak_mb() - base_mb, score(traces, removed)))
    text = "\n".join(page(traces, rows))
    print(text)
    if options.write:
        options.write.write_text(text + "\n", encoding="utf-8")
    return 0


def plant(n_traces: int) -> Iterator[Planted]:
    """Write originals and copies; about 85 % are originals."""
    source = random.Random(7)
    problem = number = 0
    while number < n_traces:
        problem += 1
        topic = source.choices(VOCABULARY, k=60)
        originals = []
        for _ in range(4):
            text = " ".join(
                source.choices(topic, k=N_WORDS // 2) + source.choices(VOCABULARY, k=N_WORDS // 2)
            )
            originals.append(text)
            yield Planted(f"t{number}", problem, text)
            number += 1
        for text in originals:
            draw, low = source.random(), 0.0
            for kind in KINDS:
                if low <= draw < low + SHARES[kind] / 0.85:
                    yield Planted(f"t{number}", problem, copy_of(text, kind, source), kind)
                    number += 1
                low += SHARES[kind] / 0.85


def copy_of(text: str, kind: str, source: random.Random) -> str:
    if kind == "exact":
        return text
    if kind == "reformatted":
        return "\n".join(text.title().split(" ", 40)) + "  \n"
    words = text.split()
    share = source.uniform(0.008, 0.035) if kind == "light" else source.uniform(0.04, 0.09)
    for place in source.sample(range(len(words)), max(1, round(share * len(words)))):
        words[place] = source.choice(VOCABULARY)
    return " ".join(words)


def by_problem(traces: list[Planted]) -> Iterator[list[Planted]]:
    groups: defaultdict[int, list[Planted]] = defaultdict(list)
    for trace in traces:
        groups[trace.problem].append(trace)
    yield from groups.values()


def ours(traces: list[Planted]) -> set[str]:
    """Do what the filter stage does: hash every text, compare within problems, judge the clusters."""
    rule, removed = NearDuplicate(), set()
    for group in by_problem(traces):
        near: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
        for first, second, similarity in find_pairs([shingle(one.text) for one in group], 0.3):
            near[group[first].trace_id].append((group[second].trace_id, similarity))
            near[group[second].trace_id].append((group[first].trace_id, similarity))
        facts = [
            TraceFacts(o.trace_id, str(o.problem), TraceFormat.COT, near=tuple(near[o.trace_id]))
            for o in group
        ]
        removed |= {trace_id for trace_id, _ in rule.judge(facts)}
    return removed


def windows(text: str) -> list[str]:
    words = text.lower().split()
    return [" ".join(words[at : at + 5]) for at in range(max(1, len(words) - 4))]


def theirs_datasketch(traces: list[Planted]) -> set[str]:
    """Find bands and permutations once: making them anew for each problem took five sixths of its time."""
    from datasketch import MinHash, MinHashLSH

    removed = set()
    first = MinHash(num_perm=112)
    tuned = MinHashLSH(threshold=0.5, num_perm=112)
    for group in by_problem(traces):
        index = MinHashLSH(num_perm=112, params=(tuned.b, tuned.r))
        for one in group:
            sketch = MinHash(num_perm=112, permutations=first.permutations, scheme=first.scheme)
            sketch.update_batch([window.encode() for window in windows(one.text)])
            if index.query(sketch):
                removed.add(one.trace_id)
            else:
                index.insert(one.trace_id, sketch)
    return removed


def theirs_rensa(traces: list[Planted]) -> set[str]:
    from rensa import RMinHash

    removed = set()
    for group in by_problem(traces):
        kept = []
        for one in group:
            sketch = RMinHash(num_perm=112, seed=42)
            sketch.update(windows(one.text))
            if any(sketch.jaccard(other) >= 0.5 for other in kept):
                removed.add(one.trace_id)
            else:
                kept.append(sketch)
    return removed


def score(traces: list[Planted], removed: set[str]) -> dict[str, float]:
    """Give recall by kind, and the number of problems that lost more traces than they have copies."""
    found = {
        kind: sum(one.kind == kind and one.trace_id in removed for one in traces)
        / max(1, sum(one.kind == kind for one in traces))
        for kind in KINDS
    }
    return {**found, "false": sum(one.kind == "" and one.trace_id in removed for one in traces)}


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def page(traces: list[Planted], rows: list[tuple[str, float, float, dict[str, float]]]) -> list[str]:
    counts = {kind: sum(one.kind == kind for one in traces) for kind in KINDS}
    return [
        "# Near-duplicates against planted truth",
        "",
        f"Measured {datetime.now(UTC):%d %B %Y} on {platform.machine()}, Python {platform.python_version()}, by",
        f"`python -m benchmarks.dedup --traces {len(traces)} --write docs/results/dedup.md`.",
        f"{len(traces):,} traces of about {N_WORDS} words, four samples a problem; planted: "
        + ", ".join(f"{count:,} {kind}" for kind, count in counts.items())
        + ".",
        "",
        "| method | " + " | ".join(KINDS) + " | false removals | CPU s | memory beyond the texts, MB |",
        "| --- |" + " ---: |" * (len(KINDS) + 3),
        *(
            f"| {name} | "
            + " | ".join(f"{result[kind]:.3f}" for kind in KINDS)
            + f" | {result['false']:.0f} "
            f"| {seconds:.1f} | {memory:.0f} |"
            for name, seconds, memory, result in rows
        ),
        "",
        "Targets: exact and reformatted 1.00, light 0.99, medium 0.60, no false removal, 45 CPU s, 1 GB. A copy that is",
        "cheaper in id than its original is never planted, so the original is the one that stays. Peers that are not",
        "installed are left out: `pip install datasketch rensa`.",
        "CPU seconds rise with what else the machine does; their ratios hold.",
    ]


if __name__ == "__main__":
    sys.exit(main())
