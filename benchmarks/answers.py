"""The answer check against math-verify: agreement on its own test table, speed, and what rules settle alone.

    python -m benchmarks.answers [--table DIR] [--data DIR] [--quick] [--write docs/results/answers.md]

In: the source distribution of math-verify (fetched with pip unless --table names an unpacked one; its test
table is read by `ast`, never executed, and nothing of it is stored), and the real traces (TRACEMILL_DATA, else
../shared/data). Out: a page. Speeds are pairs per CPU second of one process, contenders alternating in blocks;
what our side gives to the symbolic engine is done in the same process, so that its cost counts.
"""

from __future__ import annotations

import argparse
import ast
import gzip
import json
import logging
import os
import platform
import random
import re
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from curate.answers import compare_answers, read_stated_answer
from curate.verify.answer_checks import may_be_settled_by_symbols
from curate.verify.symbolic import compare_symbolically
from curate.verify.versions import VERIFIER_VERSION

BLOCK = 300
_DECIMAL_COMMA = re.compile(r"(?<![\d(,])\d+,(?:\d{1,2}(?!\d)|111)(?![,)\d])")
OTHER_SETTINGS = {
    "decimal comma (a locale)": lambda row: (
        row.test == "test_number_extraction"
        and any(_DECIMAL_COMMA.search(text) for text in (row.gold, row.answer))
    ),
    "rounding to a given precision": lambda row: row.extra.get("precision", 6) != 6,
    "sets against relations, one way only": lambda row: row.extra.get("allow_set_relation_comp") is False,
    "formulas only, on one line": lambda row: row.test == "test_latex_notation" and not row.is_equal,
}


@dataclass(frozen=True)
class Row:
    """A row of math-verify's test table."""

    test: str
    gold: str
    answer: str
    is_equal: bool
    extra: dict[str, Any]


@dataclass(frozen=True)
class Speed:
    """Pairs per CPU second of both sides on one set, and what rules settled of ours."""

    name: str
    n_pairs: int
    ours: float
    theirs: float
    settled: float


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    here = Path(__file__).resolve().parent.parent
    default = Path(os.environ.get("TRACEMILL_DATA", here.parent / "shared" / "data"))
    parser.add_argument("--data", type=Path, default=default)
    parser.add_argument("--table", type=Path, help="an unpacked source distribution of math-verify")
    parser.add_argument("--quick", action="store_true", help="a tenth of the pairs")
    parser.add_argument("--write", type=Path, help="Markdown file for the result")
    options = parser.parse_args()
    if not (options.data / "traces").is_dir():
        print(f"no real data in {options.data}: set TRACEMILL_DATA", file=sys.stderr)
        return 3
    logging.disable(logging.ERROR)  # math-verify reports each failed parse
    with tempfile.TemporaryDirectory() as temporary:
        table = list(read_table(options.table or fetch_table(Path(temporary))))
    text = "\n".join(page(table, options.data / "traces", 120 if options.quick else 1200))
    print(text)
    if options.write:
        options.write.write_text(text + "\n", encoding="utf-8")
    return 0


def fetch_table(folder: Path) -> Path:
    """Download the source distribution and unpack it; nothing of it is run."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-binary", ":all:", "--no-deps"]
    subprocess.run([*command, "math-verify==0.9.0", "-d", str(folder)], check=True)
    with tarfile.open(next(folder.glob("*.tar.gz"))) as archive:
        archive.extractall(folder, filter="data")
    return next(path for path in folder.iterdir() if path.is_dir())


def read_table(folder: Path) -> Iterator[Row]:
    """Read the parametrised rows of its test file as literals."""
    tree = ast.parse((folder / "tests" / "test_all.py").read_text(encoding="utf-8"))
    for function in (node for node in tree.body if isinstance(node, ast.FunctionDef)):
        for decorator in function.decorator_list:
            if not isinstance(decorator, ast.Call) or len(decorator.args) < 2:
                continue
            names = [name.strip() for name in ast.literal_eval(decorator.args[0]).split(",")]
            elements = decorator.args[1].elts if isinstance(decorator.args[1], ast.List) else []
            for element in elements:
                try:
                    values = dict(zip(names, ast.literal_eval(element), strict=True))
                except ValueError:
                    continue  # a row put together by code
                yield Row(
                    function.name,
                    values.pop("gold"),
                    values.pop("pred"),
                    bool(values.pop("expected")),
                    values,
                )


def answer_of(text: str) -> str:
    """Read an answer leniently, as the table expects: the last formula or number where nothing is announced."""
    return read_stated_answer(text, is_lenient=True).answer or ""


def ours(gold: str, answer: str) -> tuple[str, bool]:
    """Give our status, and whether rules settled it."""
    comparison = compare_answers(gold=gold, answer=answer)
    if not may_be_settled_by_symbols(comparison):
        return comparison.status, True
    try:
        return compare_symbolically(comparison.gold_normalised, comparison.answer_normalised)[0], False
    except Exception:  # noqa: BLE001  the engine's errors mean undecided, as in the worker
        return "undecided", False


def theirs(gold: str, response: str) -> bool:
    from math_verify import parse, verify

    return bool(verify(parse(f"${gold}$"), parse(response)))


def ours_whole(gold: str, response: str) -> tuple[str, bool]:
    found = read_stated_answer(response).answer
    return ("undecided", True) if found is None else ours(gold, found)


def race(
    name: str,
    pairs: list[tuple[str, str]],
    ours_: Callable[[str, str], tuple[str, bool]],
    theirs_: Callable[[str, str], bool],
) -> Speed:
    """Let both sides check the same pairs, block by block in turn."""
    spent = [0.0, 0.0]
    # both sides' imports and the engine's grammar are not in the race
    compare_symbolically("\\frac{\\ln 3}{2}", "\\frac{\\ln 9}{4}"), theirs("1", "$1$")
    n_settled = 0
    for at in range(0, len(pairs), BLOCK):
        block = pairs[at : at + BLOCK]
        begun = time.process_time()
        n_settled += sum(ours_(gold, text)[1] for gold, text in block)
        spent[0] += time.process_time() - begun
        begun = time.process_time()
        for gold, text in block:
            theirs_(gold, text)
        spent[1] += time.process_time() - begun
    return Speed(name, len(pairs), len(pairs) / spent[0], len(pairs) / spent[1], n_settled / len(pairs))


def read_pairs(folder: Path, sources: dict[str, str], n: int) -> list[tuple[str, str]]:
    """Take n replies of each source, the same ones every time."""
    found = []
    for file, source in sources.items():
        rows = []
        path = folder / file
        with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as opened:
            for line in opened:
                row = json.loads(line)
                if row["source"] == source and row["gold"] and row["format"] in ("cot", "other"):
                    rows.append((row["gold"], row["response"]))
        random.Random(0).shuffle(rows)
        found += rows[:n]
    random.Random(1).shuffle(found)
    return found


GSM8K = {
    "openai_gsm8k_gpt3.jsonl": "openai_gsm8k_gpt3",
    "mathcoder_lce.jsonl.gz": "mathcoder_lce",
    "zeroeval.jsonl.gz": "zeroeval_gsm8k",
    "eit_distilling_cot.jsonl.gz": "eit_gsm8k",
}
MATH = {
    "qwen_math_samples.jsonl": "qwen_math_samples",
    "zeroeval.jsonl.gz": "zeroeval_math_l5",
    "eit_distilling_cot.jsonl.gz": "eit_math",
}


def settled_share(pairs: list[tuple[str, str]]) -> float:
    """Give the share that rules settle, of the replies that state an answer."""
    settled = stated = 0
    for gold, response in pairs:
        answer = read_stated_answer(response).answer
        if answer is not None:
            stated += 1
            settled += compare_answers(gold=gold, answer=answer).status != "undecided"
    return settled / stated


def bare_speed(pairs: list[tuple[str, str]]) -> float:
    """Give bare pairs per CPU second: gold against a stated answer, texts of real replies."""
    bare = [
        (gold, answer)
        for gold, response in pairs
        if (answer := read_stated_answer(response).answer) is not None
    ]
    begun = time.process_time()
    for _ in range(5):
        for gold, answer in bare:
            compare_answers(gold=gold, answer=answer)
    return 5 * len(bare) / (time.process_time() - begun)


def page(table: list[Row], folder: Path, n: int) -> list[str]:
    counted, skipped = _split(table)
    verdicts = [(row, ours(answer_of(row.gold) or row.gold, answer_of(row.answer))[0]) for row in counted]
    agree = [row for row, status in verdicts if (status == "equal") == row.is_equal]
    wrong = [(row, status) for row, status in verdicts if (status == "equal") != row.is_equal]
    false_equal = sum(status == "equal" and not row.is_equal for row, status in verdicts)
    gsm8k, math = read_pairs(folder, GSM8K, n // 4), read_pairs(folder, MATH, n // 3)
    table_pairs = [(answer_of(row.gold) or row.gold, answer_of(row.answer)) for row in table]
    speeds = [
        race("real GSM8K replies, whole texts", gsm8k, ours_whole, theirs),
        race("real MATH replies, whole texts", math, ours_whole, theirs),
        race("its own test table, bare answers", table_pairs, ours, lambda g, a: theirs(g, f"${a}$")),
    ]
    targets = (50, 20, 2)
    return [
        "# The answer check against math-verify 0.9.0",
        "",
        f"Measured {datetime.now(UTC):%d %B %Y} on {platform.machine()}, Python {platform.python_version()},",
        f"verifier {VERIFIER_VERSION}, by `python -m benchmarks.answers --write docs/results/answers.md`.",
        "",
        "## Its own test table",
        "",
        f"{len(agree)} of {len(counted)} rows agree ({len(agree) / len(counted):.1%}); {false_equal} false equals;",
        f"{sum(len(rows) for rows in skipped.values())} rows test other settings and are left out:",
        "",
        *(f"* {reason}: {len(rows)}" for reason, rows in skipped.items()),
        "",
        "Rows that disagree:",
        "",
        "| its test | ours | its expectation | why |",
        "| --- | --- | --- | --- |",
        *(
            f"| {row.test} | {status} | {'equal' if row.is_equal else 'different'} | {_why(row)} |"
            for row, status in wrong
        ),
        "",
        "## Speed",
        "",
        "Pairs per CPU second, both sides on the same pairs in turn.",
        "",
        "| pairs | n | ours | math-verify | ratio | target |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        *(
            f"| {s.name} | {s.n_pairs} | {s.ours:,.0f} | {s.theirs:,.0f} | {s.ours / s.theirs:.0f} | {target} |"
            for s, target in zip(speeds, targets, strict=True)
        ),
        f"| bare answers of the GSM8K replies | | {bare_speed(gsm8k):,.0f} | | | 60,000 a second |",
        "",
        "## Settled without a symbolic engine",
        "",
        "Share of the replies that state an answer, decided by rules alone.",
        "",
        f"* GSM8K: {settled_share(gsm8k):.1%} (target 97 %)",
        f"* MATH: {settled_share(math):.1%} (target 91 %)",
    ]


def _split(table: list[Row]) -> tuple[list[Row], dict[str, list[Row]]]:
    counted: list[Row] = []
    skipped: dict[str, list[Row]] = {}
    for row in table:
        reason = next((name for name, tests in OTHER_SETTINGS.items() if tests(row)), None)
        if reason is None:
            counted.append(row)
        else:
            skipped.setdefault(reason, []).append(row)
    return counted, skipped


def _why(row: Row) -> str:
    """Name the class of a disagreement by the shape of the row."""
    if "{" in row.answer and "(" in row.gold and "box" not in row.answer:
        return "bare braces against a tuple: a set or a grouping, nobody can tell"
    if "\\$" in row.answer:
        return "an escaped dollar sign inside a formula"
    if row.test == "test_math_extraction_additional_cases":
        return "the stated answer is a sentence with a number in it"
    return "not explained"


if __name__ == "__main__":
    sys.exit(main())
