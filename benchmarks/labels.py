"""Our verdicts against the labels that came with real traces, and what every disagreement is.

    python benchmarks/real.py --store S        (imports and verifies all real traces)
    python -m benchmarks.labels --store S [--write docs/results/labels.md]

In: a store that holds the real traces and their verdicts. Out: a page: agreement by source, and each
disagreement in a class with a stated rule; `unexplained` counts what no rule covers. Labels are claims of the
origins; all disagreements were read.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from curate.store import Store
from curate.verify import VERIFIER_VERSION
from queries import load_query

SQL = """
SELECT t.source, t.origin_id, t.format, t.label, v.status, v.reason, coalesce(p.gold, '') AS gold,
       coalesce(v.detail_json ->> '$.answer', '') AS answer, coalesce(t.extra_json ->> '$.executed', '') AS executed,
       len(coalesce(p.choices, [])) AS n_choices
FROM traces AS t
JOIN problems AS p USING (problem_id)
JOIN verdicts AS v ON v.trace_id = t.trace_id
    AND v.verifier = CASE t.format WHEN 'pot' THEN 'program' WHEN 'eot' THEN 'equations' ELSE 'answer' END
WHERE (t.label AND v.status = 'incorrect') OR (NOT t.label AND v.status = 'correct')
ORDER BY t.source, t.origin_id
"""


@dataclass(frozen=True)
class Disagreement:
    """A labelled trace on which the label and the verdict differ."""

    source: str
    origin_id: str
    format: str
    label: bool
    status: str
    reason: str
    gold: str
    answer: str
    executed: str
    n_choices: int


def name_class(row: Disagreement) -> str:
    """Name a disagreement by rules over its values."""
    if row.label:
        return _labelled_right(row)
    if ":" in row.gold and ("m" in row.gold.lower()):
        return "label wrong: the time of day is the gold, am or pm written otherwise"
    if row.n_choices:
        return "label wrong: the value is that of the gold's option, written otherwise (0.4 for 2/5)"
    if row.reason == "rounded_gold":
        return (
            "label about the derivation: the value rounds to the gold (the source holds wrong solutions only)"
        )
    if row.source == "theoremqa_errors":
        return "label about the derivation: the value is the gold (the source holds wrong solutions only)"
    if row.answer.strip("$ ") != row.gold.strip("\\$ "):
        return "label wrong: the gold with a money sign or a unit word"
    return "label wrong: the value is the gold, to the letter"


def _labelled_right(row: Disagreement) -> str:
    ours, executed, gold = _number(row.answer), _number(row.executed), _number(row.gold)
    if row.format == "pot" and row.n_choices:
        return "label loose: the origin takes the option nearest to the value"
    if row.format == "pot" and executed is not None and gold is not None:
        if any(mark in row.answer for mark in "(,{["):
            return "label loose: one of several values passes"
        if ours is not None and abs(ours + gold) < 1e-9:
            return "label loose: the sign is dropped"
        if abs(executed - gold) <= 1e-3 * abs(gold):
            return "label loose: a relative 1e-3 passes"
    if row.n_choices:
        return "label wrong: the stated value is none of the gold's option"
    if row.source in ("hawkeye_r1_distill", "mr_gsm8k", "verify_cot_human"):
        return "label wrong: the stated value is another than the gold"
    return "unexplained"


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--write", type=Path, help="Markdown file for the result")
    options = parser.parse_args()
    query = load_query("label_agreement")
    with Store.open(options.store).read() as reader:
        table = reader.rows(query.sql, query.bind({}))
        rows = [Disagreement(*row) for row in reader.rows(SQL)]  # type: ignore[arg-type]
    text = "\n".join(page(table, rows))
    print(text)
    if options.write:
        options.write.write_text(text + "\n", encoding="utf-8")
    return 0


def page(table: list[tuple[object, ...]], rows: list[Disagreement]) -> list[str]:
    classes = Counter((row.source, name_class(row)) for row in rows)
    examples = {}
    for row in rows:
        examples.setdefault((row.source, name_class(row)), row)
    lines = [
        "# Verdicts against the labels of real traces",
        "",
        f"Measured {datetime.now(UTC):%d %B %Y}, verifier {VERIFIER_VERSION}, by",
        "`python benchmarks/real.py --store S` and `python -m benchmarks.labels --store S --write docs/results/labels.md`.",
        "`open`: our verdict is neither right nor wrong (no answer, a program that failed, nothing that can be told).",
        "",
        "| source | teacher | labelled | right, accepted | right, rejected | right, open | wrong, accepted "
        "| wrong, rejected | wrong, open | agreement |",
        "| --- | --- |" + " ---: |" * 8,
    ]
    for source, teacher, _, *counts, agreement in table:
        share = "" if agreement is None else f"{float(str(agreement)):.4f}"
        lines.append(
            f"| {source} | {teacher} | " + " | ".join(str(count) for count in counts) + f" | {share} |"
        )
    lines += [
        "",
        f"## The {len(rows)} disagreements",
        "",
        "Each was read; the classes are assigned by the rules in `benchmarks/labels.py`.",
        "",
        "| source | class | traces | for example |",
        "| --- | --- | ---: | --- |",
    ]
    for (source, name), count in sorted(classes.items()):
        row = examples[source, name]
        lines.append(f"| {source} | {name} | {count} | gold `{row.gold}`, ours `{row.answer[:60]}` |")
    unexplained = sum(count for (_, name), count in classes.items() if name == "unexplained")
    return [*lines, "", f"Unexplained: {unexplained}."]


if __name__ == "__main__":
    sys.exit(main())
