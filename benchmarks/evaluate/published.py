"""Our accuracy on real replies beside the published one: ZeroEval's ten teachers, and Program of Thoughts.

    python -m benchmarks.evaluate.published --data FOLDER [--write docs/results/zeroeval.md]

In: the traces `zeroeval.jsonl.gz` and `program_of_thoughts.jsonl.gz` of a data folder. Out: a page. The traces
are samples of the published runs, whole problems left out at random, so a gap has two parts: the sample (the
origin's own rule on our sample, against the published figure) and the rule (ours against the origin's, on the
same replies). Each reply on which the rules differ is put into a class by a stated rule.

The origin's rule of ZeroEval (src/evaluation/math_eval.py, described here in our words and written anew): the
first number in the answer field equals the first number in the gold, signs of money and commas taken out, a
plain fraction divided. The origin's rule of Program of Thoughts is the label that the trace file carries.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from curate.answers import read_stated_answer
from curate.types import FinishReason, Problem, TraceFormat
from evaluate.scoring import VERIFIER_VERSION, score_readings
from evaluate.statistics import clopper_pearson
from evaluate.types import Item, Reading, Score

# From result_dirs/gsm.summary.md and math-l5.summary.md (greedy; 1,319 and 721 problems), as stored in the
# public forks ruxiliang/ZeroEval at 7a05138 and 3c4103f.
# Each: accuracy and the share without an answer, in percent.
ZEROEVAL = {
    ("zeroeval_gsm8k", "claude-3-5-sonnet-20241022"): (96.66, 0.00),
    ("zeroeval_gsm8k", "gpt-4o-2024-08-06"): (96.21, 0.00),
    ("zeroeval_gsm8k", "Meta-Llama-3.1-70B-Instruct"): (94.16, 0.08),
    ("zeroeval_gsm8k", "gemini-1.5-pro"): (93.40, 0.00),
    ("zeroeval_gsm8k", "deepseek-v2.5-0908"): (92.49, 0.00),
    ("zeroeval_gsm8k", "gpt-3.5-turbo-0125"): (80.36, 0.00),
    ("zeroeval_gsm8k", "Qwen2-7B-Instruct"): (80.06, 0.00),
    ("zeroeval_gsm8k", "gemma-2-2b-it"): (51.63, 0.38),
    ("zeroeval_math_l5", "Qwen2.5-72B-Instruct"): (60.19, 1.53),
    ("zeroeval_math_l5", "claude-3-5-sonnet-20241022"): (59.36, 0.00),
    ("zeroeval_math_l5", "gpt-4o-2024-08-06"): (55.34, 4.02),
    ("zeroeval_math_l5", "deepseek-v2.5-0908"): (44.66, 1.66),
    ("zeroeval_math_l5", "gemini-1.5-pro"): (39.81, 0.42),
    ("zeroeval_math_l5", "Qwen2.5-3B-Instruct"): (25.52, 10.26),
    ("zeroeval_math_l5", "gpt-3.5-turbo-0125"): (13.73, 0.42),
    ("zeroeval_math_l5", "gemma-2-2b-it"): (4.30, 16.23),
}
# README.md of TIGER-AI-Lab/Program-of-Thoughts at 1d926bb; exact match on the whole test sets.
POT = {
    "outputs/gsm8K_s0_e-1_11_17_10_20.jsonl": ("GSM8K, few-shot", 71.6),
    "outputs/gsm8K_zs_s0_e-1_11_19_09_55.jsonl": ("GSM8K, zero-shot", 56.9),
    "outputs/svamp_s0_e-1_11_24_14_38.jsonl": ("SVAMP, few-shot", 85.2),
    "outputs/svamp_zs_s0_e-1_11_18_20_12.jsonl": ("SVAMP, zero-shot", 70.8),
    "outputs/multiarith_zs_s0_e-1_11_19_20_12.jsonl": ("MultiArith, zero-shot", 92.2),
    "outputs/aqua_s0_e-1_11_06_18_38.jsonl": ("AQuA, few-shot", 54.1),
    "outputs/aqua_zs_s0_e-1_11_19_11_56.jsonl": ("AQuA, zero-shot", 43.8),
}
NAMES = {"zeroeval_gsm8k": "GSM8K", "zeroeval_math_l5": "MATH level 5"}
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_FRACTION = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*/\s*(-?\d+(?:\.\d+)?)\s*")


@dataclass(frozen=True)
class Graded:
    """One reply: our score, and what the origin's rule says (None where the origin tells nothing)."""

    group: tuple[str, str]
    score: Score
    origin_right: bool | None
    gold: str
    given: str


def first_number_rule(gold: str, answer: str) -> bool:
    """Say what the origin of ZeroEval says: the first numbers are equal."""
    ours, theirs = _first_number(answer), _first_number(gold)
    return ours is not None and theirs is not None and ours == theirs


def _first_number(text: str) -> float | None:
    plain = text.replace("$", "").replace(",", "").strip()
    fraction = _FRACTION.fullmatch(plain)
    if fraction and float(fraction[2]):
        return float(fraction[1]) / float(fraction[2])
    found = _NUMBER.search(plain)
    return float(found[0]) if found else None


def grade(rows: Sequence[dict[str, object]], group_of: object, form: str) -> list[Graded]:
    """Score rows with our verifiers, in order."""
    assert callable(group_of)
    readings = [_reading(number, row, form) for number, row in enumerate(rows)]
    graded = []
    for row, score in zip(rows, score_readings(readings), strict=True):
        gold, response = str(row["gold"]), str(row["response"])
        if form == "pot":
            label = row.get("label")
            origin, given = (None if label is None else bool(label)), score.answer
        else:
            given = read_stated_answer(response).answer or ""
            origin = first_number_rule(gold, given)
        graded.append(Graded(group_of(row), score, origin, gold, given))
    return graded


def _reading(number: int, row: dict[str, object], form: str) -> Reading:
    extra = row.get("extra")
    choices = extra.get("choices", []) if isinstance(extra, dict) else []
    bare = tuple(re.sub(r"^[A-E]\)", "", str(choice)) for choice in choices)
    problem = Problem.of(
        source=str(row["source"]), question=str(row["question"]), gold=str(row["gold"]), choices=bare
    )
    item = Item(str(number), str(row["source"]), problem)
    return Reading(str(number), item, form, 0, str(row["response"]), 0, FinishReason.STOP)  # type: ignore[arg-type]


def name_class(one: Graded) -> str:
    """Name a reply on which our verdict and the origin's differ, by a rule over its values."""
    status, gold, given = one.score.status, one.gold, one.given
    if one.score.reading.form == "pot":
        return _pot_class(one)
    if one.origin_right:
        if not one.score.is_open:
            return "origin too loose: only the first number agrees, the values differ"
        return "we leave it open, the origin's first number agrees"
    if status == "correct":
        if _first_number(gold) is None:
            return "origin too strict: the gold has no number (letters, intervals, words)"
        if _first_number(given) is None:
            return "origin too strict: the answer is written without a digit it can read"
        return "origin too strict: the same value written otherwise (fraction, root, order, LaTeX)"
    return "other"


def _pot_class(one: Graded) -> str:
    if one.origin_right and one.score.is_open:
        return "the program timed out or failed in our sandbox"
    if one.origin_right and one.score.status == "no_answer":
        return (
            "the program raised or gave nothing here (a helper of the origin that is not there, newer sympy)"
        )
    if one.origin_right:
        return "origin looser: within a thousandth of the gold, or the nearest option"
    if one.score.status == "correct":
        return "origin stricter: the value is the gold, written otherwise (fraction, sympy value, list)"
    return "other"


def read_rows(path: Path) -> Iterator[dict[str, object]]:
    """Read the rows of a trace file."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def table(graded: Sequence[Graded], published: object, title: object) -> list[str]:
    """Give a row per group: published, the origin's rule on our sample, ours, and the two parts of the gap."""
    assert callable(published) and callable(title)
    groups: dict[tuple[str, str], list[Graded]] = defaultdict(list)
    for one in graded:
        groups[one.group].append(one)
    lines = [
        "| | n | published, % | origin's rule here, % | ours, % | 95 % interval | no answer, % | undecided, % "
        "| gap | of it sample | of it rule |",
        "| --- | ---: | ---: | ---: | ---: | --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for group, own in sorted(groups.items(), key=lambda pair: (pair[0][0], -published(pair[0]))):
        said, n = published(group), len(own)
        right = sum(one.score.is_right for one in own)
        origin = 100 * sum(one.origin_right is True for one in own) / n
        low, high = clopper_pearson(right, n)
        ours = 100 * right / n
        inside = "" if 100 * low <= said <= 100 * high else " (published outside)"
        none = 100 * sum(one.score.status == "no_answer" for one in own) / n
        doubt = 100 * sum(one.score.is_open for one in own) / n
        lines.append(
            f"| {title(group)} | {n:,} | {said:.1f} | {origin:.1f} | {ours:.1f} | {100 * low:.1f} to "
            f"{100 * high:.1f}{inside} | {none:.1f} | {doubt:.1f} | {ours - said:+.1f} | {origin - said:+.1f} "
            f"| {ours - origin:+.1f} |"
        )
    return lines


def differences(graded: Sequence[Graded]) -> list[str]:
    """Give the classes of replies on which the rules differ, with an example of each."""
    classes: dict[str, list[Graded]] = defaultdict(list)
    for one in graded:
        if one.origin_right is not None and one.origin_right != one.score.is_right:
            classes[name_class(one)].append(one)
    lines = [
        "| why the rules differ | replies | example: gold, answer, our verdict |",
        "| --- | ---: | --- |",
    ]
    for name, own in sorted(classes.items(), key=lambda pair: -len(pair[1])):
        example = min(own, key=lambda one: (len(one.gold) + len(one.given), one.gold, one.given))
        shown = f"`{example.gold}`, `{example.given[:60]}`, {example.score.status}".replace("|", "\\|")
        lines.append(f"| {name} | {len(own):,} | {' '.join(shown.split())} |")
    return lines


def _said(zero: Sequence[Graded]) -> list[str]:
    """Say what the two rules come to, and where the reading of replies explains a gap."""
    apart = sum(one.origin_right != one.score.is_right for one in zero)
    lines = [
        f"The two rules differ on {apart} of {len(zero):,} replies, because nearly all golds of these two sets are "
        "whole numbers; the gaps are those of the sample, and of what could be read at all. Many replies are "
        "broken JSON: a reply that one reader finds no answer in counts as wrong for it.",
        "",
        "| | no answer, published, % | no answer, ours, % |",
        "| --- | ---: | ---: |",
    ]
    groups: dict[tuple[str, str], list[Graded]] = defaultdict(list)
    for one in zero:
        groups[one.group].append(one)
    for group, own in sorted(groups.items()):
        ours = 100 * sum(one.score.status == "no_answer" for one in own) / len(own)
        if max(ours, ZEROEVAL[group][1]) >= 1:
            lines.append(f"| {NAMES[group[0]]}, {group[1]} | {ZEROEVAL[group][1]:.1f} | {ours:.1f} |")
    return lines


def render(data: Path) -> str:
    """Make the page."""
    started = time.process_time()
    zero = grade(
        list(read_rows(data / "traces" / "zeroeval.jsonl.gz")),
        lambda row: (str(row["source"]), str(row["teacher"])),
        "cot",
    )
    programs = [
        row
        for row in read_rows(data / "traces" / "program_of_thoughts.jsonl.gz")
        if isinstance(row.get("extra"), dict) and row["extra"].get("file") in POT  # type: ignore[attr-defined]
    ]
    pot = grade(programs, lambda row: (row["extra"]["file"], ""), TraceFormat.POT.value)
    counts = Counter(one.group[0] for one in zero)
    lines = [
        "# Published accuracies and ours, on the same replies",
        "",
        f"Measured {datetime.now(UTC):%d %B %Y}, verifier {VERIFIER_VERSION}, {len(zero) + len(pot):,} replies, "
        f"{time.process_time() - started:.0f} CPU seconds in this process, by",
        "`python -m benchmarks.evaluate.published --data DATA --write docs/results/zeroeval.md`.",
        "",
        "The replies are those of the published runs, but a sample: whole problems were left out at random. So a "
        "gap has two parts. *Sample*: the origin's own rule on our sample, its answers read by our reader, "
        "against the published figure. *Rule*: our verdict against the origin's rule on the same replies.",
        "",
        "## ZeroEval: ten teachers on GSM8K and MATH level 5",
        "",
        "Published: `result_dirs/gsm.summary.md` (1,319 problems) and `result_dirs/math-l5.summary.md` (721) of "
        "the ZeroEval repository, read in the public copy ruxiliang/ZeroEval (7a05138, 3c4103f). Here: "
        + ", ".join(f"{count:,} replies of {NAMES[name]}" for name, count in sorted(counts.items()))
        + ". The origin's rule (src/evaluation/math_eval.py there, written anew here): the first number in the "
        "answer equals the first number in the gold.",
        "",
        *table(zero, lambda group: ZEROEVAL[group][0], lambda group: f"{NAMES[group[0]]}, {group[1]}"),
        "",
        *differences(zero),
        "",
        *_said(zero),
        "",
        "## Program of Thoughts: code-davinci-002, programs run in our sandbox",
        "",
        "Published: README.md of TIGER-AI-Lab/Program-of-Thoughts (1d926bb), exact match on the whole test sets. "
        "The origin's rule here is the label in the trace file: the value that the origin's own run stored, "
        "within a thousandth of the answer.",
        "",
        *table(pot, lambda group: POT[group[0]][1], lambda group: POT[group[0]][0]),
        "",
        *differences(pot),
        "",
        "AQuA is another question there and here: the origin takes the option nearest to whatever the program "
        "gives, also where it gives none of them; here a value that is no option is wrong or undecided.",
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with traces/")
    parser.add_argument("--write", type=Path, help="page to write")
    chosen = parser.parse_args()
    page = render(chosen.data)
    if chosen.write:
        chosen.write.write_text(page, encoding="utf-8")
    else:
        sys.stdout.write(page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
