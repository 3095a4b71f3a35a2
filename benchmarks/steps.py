"""How far the step checks can be trusted: their flags against human labels of whole chains.

    python -m benchmarks.steps [--data DIR] [--write docs/results/steps.md]

In: the three human-labelled sources of the real data (TRACEMILL_DATA, else ../shared/data) for precision and
recall of "this chain has a mistake", and all other sources for the share that is flagged and the time. Out: a
page. Intervals are Clopper-Pearson at 95 %. A chain counts as flagged when any check calls it `incorrect`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scipy.stats import binomtest

from curate.answers import parse_trace
from curate.types import TraceFormat, VerdictStatus
from curate.verify import TraceToVerify
from curate.verify.steps import STEP_VERIFIERS, check_steps

LABELLED = ("mr_gsm8k", "bbmistake_arithmetic", "verify_cot_human")


@dataclass
class Table:
    """Counts of (the human sees a mistake, the check flags it)."""

    counts: Counter[tuple[bool, bool]] = field(default_factory=Counter)

    def row(self, name: str) -> str:
        true_flags, false_flags = self.counts[True, True], self.counts[False, True]
        missed, clean = self.counts[True, False], self.counts[False, False]
        precision = _share(true_flags, true_flags + false_flags)
        recall = _share(true_flags, true_flags + missed)
        return f"| {name} | {true_flags} | {false_flags} | {missed} | {clean} | {precision} | {recall} |"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    here = Path(__file__).resolve().parent.parent
    default = Path(os.environ.get("TRACEMILL_DATA", here.parent / "shared" / "data"))
    parser.add_argument("--data", type=Path, default=default)
    parser.add_argument("--write", type=Path, help="Markdown file for the result")
    options = parser.parse_args()
    if not (options.data / "traces").is_dir():
        print(f"no real data in {options.data}: set TRACEMILL_DATA", file=sys.stderr)
        return 3
    text = "\n".join(page(options.data / "traces"))
    print(text)
    if options.write:
        options.write.write_text(text + "\n", encoding="utf-8")
    return 0


def page(folder: Path) -> list[str]:
    overall: dict[str, Table] = defaultdict(Table)
    by_source: dict[tuple[str, str], Table] = defaultdict(Table)
    right_only: dict[str, Table] = defaultdict(Table)
    flagged: Counter[tuple[str, str]] = Counter()
    n_rows: Counter[str] = Counter()
    labelled_right: Counter[tuple[str, bool]] = Counter()
    spent_s = 0.0
    for row in read_rows(folder):
        item = _item(row)
        begun = time.process_time()
        verdicts = check_steps(item)
        spent_s += time.process_time() - begun
        flags = {v.verifier for v in verdicts if v.status is VerdictStatus.INCORRECT}
        n_rows[row["source"]] += 1
        for name in flags:
            flagged[row["source"], name] += 1
        if row.get("label") is True:
            labelled_right[row["source"], "claims" in flags] += 1
        if row["source"] in LABELLED and item.format is not TraceFormat.POT:
            has_mistake = human_sees_mistake(row)
            for name in (*STEP_VERIFIERS, "any check"):
                hit = bool(flags) if name == "any check" else name in flags
                overall[name].counts[has_mistake, hit] += 1
                by_source[row["source"], name].counts[has_mistake, hit] += 1
                if row["label"]:
                    right_only[name].counts[has_mistake, hit] += 1
    return _write(overall, by_source, right_only, flagged, n_rows, labelled_right, spent_s)


def human_sees_mistake(row: dict[str, Any]) -> bool:
    """Read the human label of a whole chain."""
    extra = row["extra"]
    if row["source"] == "bbmistake_arithmetic":
        return extra.get("mistake_index") is not None
    return extra["solution_correct"] is False


def read_rows(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.iterdir()):
        with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
            for line in file:
                yield json.loads(line)


def _item(row: dict[str, Any]) -> TraceToVerify:
    form = TraceFormat(row["format"])
    parsed = parse_trace(row["response"], form)
    return TraceToVerify(row["id"], form, row["gold"], (), row["response"], parsed)


def _share(hits: int, n: int) -> str:
    if n == 0:
        return "none"
    low, high = binomtest(hits, n).proportion_ci(method="exact")
    return f"{hits / n:.3f} ({low:.3f} to {high:.3f})"


_HEAD = "| check | mistake, flagged | none, flagged | mistake, not flagged | none, not flagged | precision | recall |"
_RULE = "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"


def _write(
    overall: dict[str, Table],
    by_source: dict[tuple[str, str], Table],
    right_only: dict[str, Table],
    flagged: Counter[tuple[str, str]],
    n_rows: Counter[str],
    labelled_right: Counter[tuple[str, bool]],
    spent_s: float,
) -> list[str]:
    names = (*STEP_VERIFIERS, "any check")
    total = sum(n_rows.values())
    lines = [
        "# Step checks against human labels",
        "",
        f"Measured {datetime.now(UTC):%d %B %Y} on {platform.machine()}, Python {platform.python_version()}, by",
        "`python -m benchmarks.steps --write docs/results/steps.md`. Precision: of the chains that are flagged,",
        "the share in which a human sees a mistake. Recall: of the chains with a mistake, the share flagged.",
        "Intervals are Clopper-Pearson at 95 %. All three sources were labelled by people chain by chain.",
        "",
        "## All labelled chains",
        "",
        _HEAD,
        _RULE,
        *(overall[name].row(name) for name in names),
        "",
        "All false flags were read: they are in bbmistake_arithmetic, and each is an equality that does not hold",
        "(`-10 - (-32) - (-2) - (-25) = 15`, where the left side is 49) in a chain whose mistake index is null.",
        "The label is about the first wrong *step* of a fixed scheme; the claim is false all the same.",
        "",
        "## Right answer, wrong reasoning",
        "",
        "Chains whose answer is labelled right.",
        "",
        _HEAD,
        _RULE,
        *(right_only[name].row(name) for name in names),
        "",
        "Most of these chains misread the problem (a quantity left out, a relation turned round), which",
        "arithmetic cannot show.",
    ]
    for source in LABELLED:
        lines += ["", f"## {source}", "", _HEAD, _RULE]
        lines += [by_source[source, name].row(name) for name in names]
    lines += [
        "",
        "## All sources",
        "",
        f"{total:,} traces, {1000 * spent_s / total:.2f} ms CPU a trace. Share of traces flagged by each check, and "
        "by `claims` among",
        "the traces that their origin labels right.",
        "",
        "| source | traces | claims | consistency | gold in view | soundness | claims, labelled right |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for source in sorted(n_rows):
        shares = [f"{flagged[source, name] / n_rows[source]:.2%}" for name in STEP_VERIFIERS]
        n_right = labelled_right[source, True] + labelled_right[source, False]
        right = f"{labelled_right[source, True]} of {n_right}" if n_right else ""
        lines.append(f"| {source} | {n_rows[source]} | " + " | ".join(shares) + f" | {right} |")
    return lines


if __name__ == "__main__":
    sys.exit(main())
