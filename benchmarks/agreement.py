"""Golds that sound traces agree against, in real traces: how many, and how many of them are wrong.

    python benchmarks/real.py --store S        (imports and verifies all real traces)
    python -m benchmarks.agreement --store S [--write docs/results/agreement.md]

In: a store that holds the real traces and their verdicts. Out: a page: suspects by source, and what reading each
problem found. `READ` holds those findings by the first digits of the problem's id (one reading, by a
language model); a suspect that is not in it counts as unread.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from curate.store import Store
from curate.verify import VERIFIER_VERSION

SQL = """
SELECT s.problem_id, s.source, s.agreement, s.n_formats, s.n_teachers, len(coalesce(p.choices, [])) > 0
FROM gold_suspects_v AS s
JOIN problems AS p USING (problem_id)
ORDER BY s.source, s.problem_id
"""
BASE = """
SELECT source, count(*) FROM (
    SELECT problem_id FROM reached_v WHERE is_sound GROUP BY problem_id HAVING count(*) >= 2
) JOIN problems USING (problem_id) GROUP BY source
"""
CLASSES = ("wrong", "broken", "open", "right")
READ = {
    "wrong": """2358d263 3786f6f1 4053c183 adeb419d e5b421e8 eb8738b5 fda442ec 142cd192 1021e0a8 fd2ac593
        56b57482 f9216896 a54ce70a 343f5000""",
    "broken": "c8727427 eb24524c",
    "open": """22935551 a539b865 471759fd 4ec4b892 ecd9bc1c f08fca67 37b34e86 577d9139 5f537c18 dbc32454 e4523fcb""",
    "right": """030dcfeb 1d206474 21baab6a 33a37395 36624b57 37a881d3 3a1e3605 70768d24 73d82157 87ca5d45
        a64a1523 b2b99393 b9afb74d be533723 ca30033d cc02d58e cf5b89c4 edf74b1a f1bfb32f 5d7ef887 64ffad1f
        8bd5edb7 ba67adef d5389410 0493e970 23eb0e44 f7b09caa 8281e0c6 ec15e791 1072b61f 38087bab 62d258a6
        87272777 ce05b03a c38b6252 cbf88b4d ed0f79f4 f26831bd 07687c9c 2768f2b0 3b8a3883 e55c131c
        04cdae3d 073ecbb1 440c6667 44fa7308 5214309e 54972d33 65fbd60d 776d78ac d4ad4fa1""",
}
FINDINGS = {digits: name for name, listed in READ.items() for digits in listed.split()}


@dataclass(frozen=True)
class Suspect:
    """A problem whose sound traces agree on another value than its gold, and what reading it found."""

    source: str
    agreement: float
    n_formats: int
    n_teachers: int
    has_choices: bool
    finding: str


def read_suspects(store: Store) -> tuple[list[Suspect], dict[str, int]]:
    """Read the suspects, and for each source the problems with two sound traces or more."""
    with store.read() as reader:
        rows = reader.rows(SQL)
        base = {str(source): int(str(count)) for source, count in reader.rows(BASE)}
    return [
        Suspect(
            str(source),
            float(str(share)),
            int(str(forms)),
            int(str(teachers)),
            bool(choices),
            FINDINGS.get(str(problem_id)[3:11], "unread"),
        )
        for problem_id, source, share, forms, teachers, choices in rows
    ], base


def by_source(suspects: Iterable[Suspect], base: dict[str, int]) -> list[str]:
    """Make the table of sources."""
    counts: dict[str, Counter[str]] = {}
    for suspect in suspects:
        counts.setdefault(suspect.source, Counter())[suspect.finding] += 1
    lines = [
        "| source | problems | suspects | gold wrong | gold broken | open | gold right | unread |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    total: Counter[str] = Counter()
    for source, found in sorted(counts.items()):
        lines.append(_row(source, base.get(source, 0), found))
        total += found
    quiet = sum(count for source, count in base.items() if source not in counts)
    lines.append(_row("all others", quiet, Counter()))
    lines.append(_row("all", sum(base.values()), total))
    return lines


def _row(name: str, n_problems: int, found: Counter[str]) -> str:
    cells = [name, f"{n_problems:,}", str(found.total())]
    return "| " + " | ".join([*cells, *(str(found[key]) for key in (*CLASSES, "unread"))]) + " |"


GROUPS: tuple[tuple[str, Callable[[Suspect], bool]], ...] = (
    ("one teacher", lambda s: s.n_teachers == 1),
    ("two teachers or more", lambda s: s.n_teachers >= 2),
    ("four teachers or more", lambda s: s.n_teachers >= 4),
    ("two forms or more", lambda s: s.n_formats >= 2),
    ("nine in ten agree", lambda s: s.agreement >= 0.9),
    ("multiple choice", lambda s: s.has_choices),
    ("no options", lambda s: not s.has_choices),
)


def by_strength(suspects: list[Suspect]) -> list[str]:
    """Make the table of how right the flag is, by how strong the agreement is."""
    lines = [
        "| suspects with | suspects | gold wrong or broken | of those that are not open |",
        "| --- | ---: | ---: | ---: |",
    ]
    for name, belongs in (*GROUPS, ("any", lambda s: True)):
        group = [suspect for suspect in suspects if belongs(suspect)]
        bad = sum(suspect.finding in ("wrong", "broken") for suspect in group)
        settled = sum(suspect.finding in ("wrong", "broken", "right") for suspect in group)
        lines.append(f"| {name} | {len(group)} | {bad} | {bad / settled if settled else 0:.2f} |")
    return lines


def make_page(suspects: list[Suspect], base: dict[str, int]) -> str:
    """Write the page."""
    today = f"{datetime.now(UTC):%d %B %Y}".lstrip("0")
    lines = [
        "# Golds that sound traces agree against",
        "",
        f"Measured {today}, verifier {VERIFIER_VERSION}, by `python benchmarks/real.py --store S` and",
        "`python -m benchmarks.agreement --store S --write docs/results/agreement.md`.",
        "`problems`: with two sound, decided traces or more. A suspect is what `gold_suspects_v` lists: at least two",
        "sound traces and three in five reach another value, from two forms or teachers or three samples, and more",
        "than reach the gold. Each was read once, by a language model, seven with a computation; nobody read it a",
        "second time, so a class is one opinion:",
        "",
        "* `gold wrong`: the problem has another answer, or none of its options is one",
        "* `gold broken`: the right answer with stray words around it, so that no trace can be equal to it",
        "* `open`: the wording admits both answers, or the reader could not tell",
        "* `gold right`: the traces agree on the same mistake, or write the value in another unit",
        "",
        *by_source(suspects, base),
        "",
        "## How far the flag can be trusted",
        "",
        *by_strength(suspects),
        "",
        "So the flag is a list to read, not a verdict: most suspected golds are right, and it drops nothing.",
        "More teachers did not make it truer here; agreement of two forms may (the group is small).",
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Read the store and print or write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--write", type=Path)
    arguments = parser.parse_args()
    page = make_page(*read_suspects(Store.open(arguments.store)))
    if arguments.write:
        arguments.write.write_text(page, encoding="utf-8")
    else:
        sys.stdout.write(page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
