"""Equation systems that people wrote, through the adapter and the solver: what is solved, refused, and the time.

    python -m benchmarks.equations [--data DIR] [--write docs/results/equations.md]

In: human_equations.jsonl of the real data (TRACEMILL_DATA, else ../shared/data). Out: a page. A system with
several unknowns is solved for each; its answer is the list of values. Golds are compared under the settings of
the source (they are rounded decimals in two of the sets). CPU milliseconds are those of the worker.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from curate.answer_settings import KNOWN_SOURCES
from curate.answers import compare_answers
from curate.sources.human_equations import adapt_equations
from curate.verify import SolveResult, solve_many


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    here = Path(__file__).resolve().parent.parent
    default = Path(os.environ.get("TRACEMILL_DATA", here.parent / "shared" / "data"))
    parser.add_argument("--data", type=Path, default=default)
    parser.add_argument("--write", type=Path, help="Markdown file for the result")
    options = parser.parse_args()
    path = options.data / "traces" / "human_equations.jsonl"
    if not path.is_file():
        print(f"no real data in {options.data}: set TRACEMILL_DATA", file=sys.stderr)
        return 3
    rows = [json.loads(line) for line in path.open()]
    text = "\n".join(page(rows))
    print(text)
    if options.write:
        options.write.write_text(text + "\n", encoding="utf-8")
    return 0


def page(rows: list[dict[str, Any]]) -> list[str]:
    adapted = [adapt_equations(row["response"]) for row in rows]
    solved = iter(list(solve_many((s for one in adapted for s in one.systems), workers=2)))
    outcomes: dict[str, Counter[str]] = defaultdict(Counter)
    reasons: dict[str, Counter[str]] = defaultdict(Counter)
    differing: list[tuple[str, str, str, str]] = []
    spent_ms: list[float] = []
    for row, one in zip(rows, adapted, strict=True):
        name = row["extra"]["dataset"]
        if one.note:
            outcomes[name]["not adapted"] += 1
            reasons[name][f"adapter: {one.note}"] += 1
            continue
        results = [next(solved) for _ in one.systems]
        spent_ms += [1000 * result.seconds for result in results]
        outcome, reason, answer = judge(results, row["gold"])
        outcomes[name][outcome] += 1
        if reason:
            reasons[name][reason] += 1
        if outcome == "another value":
            differing.append((name, row["response"], row["gold"], answer))
    return _write(outcomes, reasons, differing, sorted(spent_ms), len(rows))


def judge(results: list[SolveResult], gold: str) -> tuple[str, str, str]:
    """Give the outcome, the code of a reject, and the answer."""
    rejected = [one.solution.reason for one in results if one.solution.status != "ok"]
    if rejected:
        return "rejected", f"solver: {rejected[0]}", ""
    answer = ", ".join(one.solution.answer for one in results)
    verdict = compare_answers(gold=gold, answer=answer, settings=KNOWN_SOURCES["human_equations"])
    if verdict.status == "equal":
        return "equal to the gold", "", answer
    if len(gold.replace(";", ",").split(",")) != len(results):
        return "asks for other values", "", answer
    return "another value", "", answer


def _write(
    outcomes: dict[str, Counter[str]],
    reasons: dict[str, Counter[str]],
    differing: list[tuple[str, str, str, str]],
    spent_ms: list[float],
    n_rows: int,
) -> list[str]:
    names = ("equal to the gold", "asks for other values", "another value", "rejected", "not adapted")
    totals = Counter[str]()
    for counts in outcomes.values():
        totals += counts
    lines = [
        "# Equations that people wrote",
        "",
        f"Measured {datetime.now(UTC):%d %B %Y} on {platform.machine()}, Python {platform.python_version()}, by",
        "`python -m benchmarks.equations --write docs/results/equations.md`.",
        f"{n_rows:,} texts of five sets, rewritten by `curate/sources/human_equations.py` (the same as "
        "`tracemill import --adapter human-equations`).",
        "",
        "| set | texts | " + " | ".join(names) + " |",
        "| --- | ---: |" + " ---: |" * len(names),
    ]
    for name, counts in [*sorted(outcomes.items()), ("all", totals)]:
        lines.append(
            f"| {name} | {sum(counts.values())} | " + " | ".join(str(counts[n]) for n in names) + " |"
        )
    lines += [
        "",
        '`asks for other values`: the system leaves out what the question asks beside it ("x + (x + 2) = 20" for',
        "two numbers), or lists fewer unknowns than the gold has values.",
        "",
        "## Refusals by code",
        "",
        "| set | code | texts |",
        "| --- | --- | ---: |",
    ]
    for name, counts in sorted(reasons.items()):
        lines += [f"| {name} | {reason} | {count} |" for reason, count in counts.most_common()]
    lines += [
        "",
        "## Another value than the gold",
        "",
        "| set | text | gold | ours |",
        "| --- | --- | --- | --- |",
    ]
    lines += [f"| {name} | `{text[:90]}` | {gold} | {ours} |" for name, text, gold, ours in differing[:40]]
    lines += [
        "",
        "All were read: three have coefficients that their writer rounded (0.3333333 for a third), while the gold",
        "is that of the exact fraction; in the fourth the second equation does not say what its problem says.",
    ]
    mean, p99 = statistics.mean(spent_ms), spent_ms[int(len(spent_ms) * 0.99)]
    lines += [
        "",
        "## Time",
        "",
        f"{len(spent_ms):,} systems: mean {mean:.2f} ms of CPU (target 10), median "
        f"{spent_ms[len(spent_ms) // 2]:.2f} ms, 99th percentile {p99:.2f} ms (target 50), longest {spent_ms[-1]:.1f} ms.",
    ]
    return lines


if __name__ == "__main__":
    sys.exit(main())
