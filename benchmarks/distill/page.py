"""What a run came to, for people: a table of 80 columns, a picture, and a Markdown page.

Every figure comes from the report; a difference that the exact test does not find is called that.
"""

from __future__ import annotations

from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from benchmarks.distill.failing import failing_cells
from benchmarks.distill.measures import Difference, Figure
from benchmarks.distill.picture import draw
from benchmarks.distill.plan import POLICY, SMOKE, TEACHER
from benchmarks.distill.run import Report
from evaluate.versions import evaluation_versions
from finetune.versions import training_versions

COMMAND = "make distill"
VIEWS = {"answer-only": "answer", "cot": "CoT", "pot": "PoT, executed", "eot": "EoT, solved",
         "vote": "vote", "fall-back": "fall-back"}  # fmt: skip


def print_tables(report: Report) -> None:
    """Print the results at 80 columns."""
    console = Console(width=80)
    table = Table(title=_title(report), title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for column in ("student", "asked for"):
        table.add_column(column)
    for column in ("right", "%", "95 % interval", "no answer"):
        table.add_column(column, justify="right")
    for figure in report.figures:
        table.add_row(*_figure_cells(figure))
    console.print(table)
    pairs = Table(
        title="second against first: problems gained / lost",
        title_justify="left",
        box=SIMPLE_HEAD,
        pad_edge=False,
    )
    for column in ("first", "second", "+/-", "points", "p", "the second is"):
        is_number = column in ("+/-", "points", "p")
        pairs.add_column(column, justify="right" if is_number else "left", overflow="fold")
    for difference in report.differences:
        first, second, gained, lost, *rest = _difference_cells(report, difference)
        pairs.add_row(first, second, f"{gained}/{lost}", *rest)
    console.print(pairs)
    console.print("p: exact McNemar, adjusted by Holm; intervals: Clopper-Pearson.")
    console.print(_cost_line(report))


def write_page(report: Report, folder: Path) -> None:
    """Write `distill.md`, `distill.png` and `distill.svg` to a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    draw(report, folder)
    (folder / "distill.md").write_text(as_markdown(report), encoding="utf-8")


def as_markdown(report: Report) -> str:
    """Give the page."""
    sizes = report.sizes
    lines = [
        "# A student that learns from curated traces",
        "",
        f"Made by `{COMMAND}`" + (" (smoke sizes: these figures mean nothing)." if sizes == SMOKE else "."),
        "One run, one seed: an interval speaks of the problems, not of other trainings.",
        "",
        f"![Accuracy of each student on {sizes.n_test} held-out problems](distill.png)",
        "",
        *_setting(report),
        "",
        "## Accuracy on held-out problems",
        "",
        *_rows(("student", "asked for", "right", "%", "95 % interval (Clopper-Pearson)", "no answer"),
               [_figure_cells(figure) for figure in report.figures]),
        "",
        "`vote` takes the value that most forms give, `fall-back` the first form that gives one at all (EoT, PoT,",
        "CoT); PoT is executed in the sandbox, EoT is solved. Greedy answers.",
        "",
        "## Differences",
        "",
        "The second against the first on the same problems. `gained` are right only in the second. p is exact",
        f"McNemar's, adjusted by Holm over the {len(report.differences)} comparisons; the interval is Newcombe's.",
        "",
        *_rows(("first", "second", "gained", "lost", "points", "95 % interval", "p (Holm)", "second is"),
               [_long_cells(report, difference) for difference in report.differences]),
        "",
        *_failing(report),
        "## Trainings",
        "",
        "Each arm starts from `the start` and takes the same number of steps, rows a step, learning rate and seed.",
        "",
        *_rows(("arm", "rows", "steps", "loss, first tenth", "loss, last tenth", "CPU s"), _training_rows(report)),
        "",
        "## Cost",
        "",
        _cost_line(report),
        "",
        *_rows(("stage", "CPU s"), [(stage, f"{cpu_s:.1f}") for stage, cpu_s in report.cpu_s.items()]),
        "",
        "Versions: " + ", ".join(f"{name} {version}" for name, version in sorted(_versions().items())) + ".",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _failing(report: Report) -> list[str]:
    if not report.failing:
        return []
    return [
        "## A solver that fails on purpose",
        "",
        "The student of all three forms again (`python -m benchmarks.distill.failing`): a chosen share of its",
        "equations counts as not solvable, and vote and fall-back go on with the other forms.",
        "",
        *_rows(
            ("solver fails", "asked for", "right", "%", "95 % interval"), failing_cells(list(report.failing))
        ),
        "",
    ]


def _setting(report: Report) -> list[str]:
    sizes = report.sizes
    rows = {corpus.name: corpus.rows for corpus in report.corpora}
    told = "; ".join(
        f"`{name}` {', '.join(f'{form} {n}' for form, n in rows[name].items())}"
        for name in ("raw", "curated")
    )
    return [
        f"A generator makes {sizes.n_train} word problems of {sizes.n_changes} steps to train on and "
        f"{sizes.n_test} others to measure; no two read alike.",
        f"The embedded teacher `{TEACHER}`, which is no language model and errs on purpose in more than half of "
        "its answers to such problems, is asked once per",
        "question and form. Its answers are stored, parsed, verified (programs in the sandbox, equations by the "
        "solver) and exported twice:",
        f"raw (policy `all`) and curated (policy `{POLICY}`: also the steps must hold, and none may speak of a given "
        f"answer). Rows: {told}.",
        f"The student is a Qwen3 of {sizes.n_layers} layers and width {sizes.hidden} with random weights and a "
        "tokenizer learned here. It is first trained",
        f"on {sizes.n_sums} rows of three bare sums without a story and the true answers of the {sizes.n_train} questions (`the start`), and "
        "from there on one of the sets.",
        "`answers only` goes on with true answers, which no teacher had to be asked for.",
        "",
        f"Each arm is cut short on purpose, at {sizes.arm_steps} steps. With 300 steps, on the problems of another "
        "seed (`--only headline --seed 0`",
        "with `arm_steps=300` in `benchmarks/distill/plan.py`), answers only came to 61, raw CoT to 297 and curated "
        "CoT to 300 of 300:",
        "so near the ceiling nothing tells raw and curated apart, and what curation gives here is speed of learning.",
    ]


def _title(report: Report) -> str:
    sizes = report.sizes
    note = "SMOKE SIZES, the figures mean nothing; " if sizes == SMOKE else ""
    return f"{note}{sizes.n_test} held-out problems of {sizes.n_changes} steps, greedy"


def _figure_cells(figure: Figure) -> tuple[str, ...]:
    return (
        figure.title,
        VIEWS.get(figure.view, figure.view),
        f"{figure.right}/{figure.n}",
        f"{100 * figure.accuracy:.1f}",
        f"{100 * figure.low:.1f} to {100 * figure.high:.1f}",
        f"{100 * figure.no_answer:.1f} %",
    )


def _difference_cells(report: Report, difference: Difference) -> tuple[str, ...]:
    return (
        _name(report, difference.first),
        _name(report, difference.second),
        str(difference.gained),
        str(difference.lost),
        f"{100 * difference.difference:+.1f}",
        p_text(difference.adjusted_p),
        difference.words,
    )


def _long_cells(report: Report, difference: Difference) -> tuple[str, ...]:
    *head, p, words = _difference_cells(report, difference)
    return (*head, f"{100 * difference.low:+.1f} to {100 * difference.high:+.1f}", p, words)


def _name(report: Report, key: str) -> str:
    figure = next(one for one in report.figures if one.key == key)
    is_alone = sum(one.arm == figure.arm for one in report.figures) == 1
    return figure.title if is_alone else f"together, {VIEWS[figure.view]}"


def p_text(p: float) -> str:
    """Write a p value: two digits, as a power of ten where it is small."""
    return f"{p:.2f}" if p >= 0.01 else f"{p:.0e}"


def _training_rows(report: Report) -> list[tuple[str, ...]]:
    return [
        (
            name,
            str(one.n_rows),
            str(one.n_steps),
            f"{one.first_loss:.3f}",
            f"{one.last_loss:.3f}",
            f"{one.cpu_s:.0f}",
        )
        for name, one in report.trainings.items()
    ]


def _cost_line(report: Report) -> str:
    total = sum(report.cpu_s.values())
    return f"All of it took {total:.0f} CPU seconds, {total / 60:.1f} minutes of one core."


def _versions() -> dict[str, str]:
    return {**training_versions(), **evaluation_versions()}


def _rows(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    head = ["| " + " | ".join(columns) + " |", "|" + " --- |" * len(columns)]
    return [*head, *("| " + " | ".join(row) + " |" for row in rows)]
