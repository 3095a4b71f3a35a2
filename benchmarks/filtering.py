"""What a filter costs: the first one, which measures every text once, and those after it.

    python -m benchmarks.filtering [--traces 200000] [--dir build/filtering] [--write docs/results/filtering.md]

In: nothing; the store is the synthetic one of `benchmarks.corpus` and is made when the folder has none. Each step
runs in a process of its own, so that its CPU seconds and its peak memory are its own.
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

POLICIES = {
    "verified": "verified",
    "strict": "strict",
    "strict again": "strict",
    "other": "rules: [exact_duplicate, wrong_answer, length: {min_words: 30}, repetition: {max_repeat4_share: 0.4}]\n",
    "select": "rules: [exact_duplicate, wrong_answer]\nselect:\n - distinct: {max_similarity: 0.4}\n"
    " - diversity_cap: {per: [problem], most: 4}\n - balance: {by: [format]}\n - order: {by: curriculum}\n",
    "boilerplate": "rules: [exact_duplicate, boilerplate]\n",
}
WORDS = {
    "verified": "`verified`: verdicts and copies, no text is read",
    "strict": "`strict`, the first time: every text is measured and compared",
    "strict again": "`strict`, nothing changed: nothing is written",
    "other": "a policy with other thresholds: stored measures are read",
    "select": "distinct, cap, balance and a curriculum over what two rules keep",
    "boilerplate": "passages of 20 words over the whole store, the first time",
}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--traces", type=int, default=200_000)
    parser.add_argument("--dir", type=Path, default=Path("build/filtering"))
    parser.add_argument("--write", type=Path, help="Markdown file for the result")
    parser.add_argument("--step", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        print(json.dumps(run_step(options.step, options.dir, options.traces)))
        return 0
    options.dir.mkdir(parents=True, exist_ok=True)
    steps = [] if (options.dir / "store").exists() else ["make"]
    found = {}
    for step in [*steps, *POLICIES]:
        print(f"{step} ...", file=sys.stderr, flush=True)
        command = [sys.executable, "-m", "benchmarks.filtering", "--step", step, "--dir", str(options.dir)]
        done = subprocess.run(
            [*command, "--traces", str(options.traces)], check=True, stdout=subprocess.PIPE, text=True
        )
        found[step] = json.loads(done.stdout.splitlines()[-1])
    text = "\n".join(page(options.traces, found))
    print(text)
    if options.write:
        options.write.write_text(text + "\n", encoding="utf-8")
    return 0


def run_step(step: str, folder: Path, n_traces: int) -> dict[str, float]:
    from benchmarks.corpus import make_store
    from curate.stages.filtering import filter_store
    from curate.store import Store

    if step == "make":
        make_store(folder / "store", n_traces).project()
        return usage(0, 0)
    policy = POLICIES[step]
    if "\n" in policy:
        path = folder / f"{step}.yaml"
        path.write_text(f"name: {step}\n{policy}", encoding="utf-8")
        policy = str(path)
    store = Store.open(folder / "store")
    store.project()
    begun = time.process_time()
    report = filter_store(store, policy=policy)
    return usage(begun, report.n_kept) | {"n_traces": report.n_traces}


def usage(begun: float, n_kept: int) -> dict[str, float]:
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"cpu_s": time.process_time() - begun, "peak_mb": peak_mb, "n_kept": n_kept}


def page(n_traces: int, found: dict[str, dict[str, float]]) -> list[str]:
    return [
        "# What a filter costs",
        "",
        f"Measured {datetime.now(UTC):%d %B %Y} on {platform.machine()}, Python {platform.python_version()}, by",
        f"`python -m benchmarks.filtering --traces {n_traces} --write docs/results/filtering.md`.",
        f"{n_traces:,} synthetic traces of about 2,000 tokens, eight to a problem; each step in a process of its own.",
        "",
        "| step | kept | CPU s | CPU ms a trace | peak memory, MB |",
        "| --- | ---: | ---: | ---: | ---: |",
        *(
            f"| {WORDS[step]} | {row['n_kept']:,.0f} | {row['cpu_s']:.1f} "
            f"| {1000 * row['cpu_s'] / row['n_traces']:.2f} | {row['peak_mb']:,.0f} |"
            for step, row in found.items()
            if step != "make"
        ),
    ]


if __name__ == "__main__":
    sys.exit(main())
