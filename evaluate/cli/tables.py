"""Results and comparisons as tables that fit 80 columns, and flipped problems side by side."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Sequence

from curate.cli.common import say, show, write_table
from evaluate.comparison import Comparison, Flip, PairRow
from evaluate.results import EvaluationResult
from evaluate.seeds import over_seeds
from evaluate.statistics import Interval, fewest_gains
from evaluate.summary import Cell
from evaluate.types import Answer, Score

_SIDE = 38


def percent(share: float, digits: int = 1) -> str:
    """Show a share in percent."""
    return f"{100 * share:.{digits}f}"


def interval_text(interval: Interval | Sequence[float]) -> str:
    """Show an interval in percent."""
    return f"{percent(interval[0])}-{percent(interval[1])}"


def write_results(result: EvaluationResult, *, with_groups: bool = False) -> None:
    """Write a table per model and benchmark: a row per form, accuracy with its interval."""
    for model in result.models:
        how = f"{model.weights}, {model.identity.get('numerics') or model.identity.get('model')}"
        print(f"{model.label}: {how}; prompt: {model.prompt_mode}")
        for suite in model.suites:
            count = f"{suite.n:,} problems" if suite.n == suite.n_all else f"{suite.n:,} of {suite.n_all:,}"
            print(f"\n{suite.title} ({suite.benchmark}), {count}")
            write_table(("form", *_COLUMNS), [_row(cell, _form(cell)) for cell in suite.cells])
            for cell in suite.cells:
                _write_samples(cell)
            if with_groups and suite.groups:
                print()
                rows = [_row(cell, f"{cell.view}, {cell.group}") for cell in suite.groups]
                write_table(("form and group", *_COLUMNS), rows)
        print()
    _write_seeds(result)
    _explain(result)


def _write_seeds(result: EvaluationResult) -> None:
    rows = [
        (figure.benchmark, figure.view, figure.n_seeds, percent(figure.mean), f"{100 * figure.deviation:.2f}")
        for figure in over_seeds(result.models)
        if figure.budget is None
    ]
    if rows:
        print("over the seeds of the training")
        write_table(("benchmark", "form", "seeds", "mean %", "deviation, points"), rows)
        print()


_COLUMNS = ("right", "%", "95 %", "lenient", "none", "cut", "open", "tokens")


def _form(cell: Cell) -> str:
    return cell.view + ("" if cell.budget is None else f" @{cell.budget}" + ("+" if cell.is_forced else ""))


def _row(cell: Cell, name: str) -> tuple[object, ...]:
    return (
        name,
        f"{cell.right}/{cell.n_answers}",
        percent(cell.accuracy),
        interval_text(cell.interval),
        percent(cell.lenient),
        percent(cell.no_answer, 0),
        percent(cell.cut, 0),
        percent(cell.open_share, 0),
        f"{cell.mean_tokens:.0f}",
    )


def _write_samples(cell: Cell) -> None:
    if cell.budget is not None:
        return
    for figure in cell.samples:
        print(f"  {cell.view} {figure.name:<8}{percent(figure.value):>6} [{interval_text(figure.interval)}]")


def _explain(result: EvaluationResult) -> None:
    cells = [cell for model in result.models for suite in model.suites for cell in suite.cells]
    say("95 %: Clopper-Pearson; drawn over problems where each has several answers.")
    say("lenient: the last formula or number of the text counts. none, cut, open:")
    say("% without an answer, cut at the limit, and of which nobody can tell.")
    if any(cell.budget is not None for cell in cells):
        say("@n: cut at n tokens; @n+: cut there and forced to answer.")
    for suite in result.models[0].suites if result.models else ():
        if suite.n < suite.n_all:
            say(f"{suite.benchmark}: {suite.n} of {suite.n_all} problems, a smoke test and no result")
        elif suite.n < 50:
            say(f"{suite.benchmark}: only {suite.n} problems: {fewest_gains()} must be gained and none lost")
            say("before a difference counts")


def write_comparison(comparison: Comparison) -> None:
    """Write one comparison: a table, then each outcome in words."""
    print(f"{comparison.a.name} against {comparison.b.name}")
    columns = ("benchmark", "form", "n", "first %", "second %", "gained", "lost", "p", "Holm p")
    rows = [
        (
            row.benchmark,
            _view_text(row),
            row.n,
            percent(row.share_a),
            percent(row.share_b),
            row.gained,
            row.lost,
            _p(row.p),
            _p(row.adjusted_p),
        )
        for row in comparison.rows
    ]
    write_table(columns, rows)
    for row in comparison.rows:
        text = f"{row.benchmark} {_view_text(row)}: {sentence(row)}"
        print(textwrap.fill(text, 78, initial_indent="  ", subsequent_indent="    "))
    for note in comparison.notes:
        say(f"note: {note}")


def sentence(row: PairRow) -> str:
    """Say one row in words."""
    low, high = row.interval
    text = (
        f"{row.words}; difference {100 * row.difference:+.1f} points [{100 * low:+.1f}, {100 * high:+.1f}], "
        f"{row.test} p = {_p(row.p)}"
    )
    if row.mid_p is not None:
        text += f" (mid-p {_p(row.mid_p)})"
    if not row.is_distinguishable and row.needed:
        text += f"; to find a difference like this about {row.needed:,} problems would be needed"
    if row.n_open_flips:
        text += f"; {row.n_open_flips} of the flips rest on an answer of which nobody can tell"
    return text


def write_flips(comparison: Comparison, most: int) -> None:
    """Show flipped problems side by side, gained ones first."""
    if not most:
        return
    answers_a, answers_b = comparison.a.answers(), comparison.b.answers()
    for row in comparison.rows:
        ordered = sorted(row.flips, key=lambda flip: flip.kind != "gained")
        for flip in ordered[:most]:
            _write_flip(comparison, row, flip, answers_a, answers_b)
        if len(ordered) > most:
            n_more = len(ordered) - most
            say(f"{row.benchmark} {_view_text(row)}: {n_more} more flips (--flips {len(ordered)})")


def _write_flip(
    comparison: Comparison,
    row: PairRow,
    flip: Flip,
    answers_a: dict[str, Answer],
    answers_b: dict[str, Answer],
) -> None:
    problem = flip.item.problem
    name = problem.origin_id or flip.item.item_id
    print(f"\n{flip.kind}: {row.benchmark} {name}, gold {show(problem.gold, 40)}")
    question = show(" ".join(problem.question.split()), 300)
    print(textwrap.fill(question, 78, initial_indent="  ", subsequent_indent="  "))
    texts = [
        _texts(run.scores, flip, view, answers)
        for run, view, answers in (
            (comparison.a, row.view_a, answers_a),
            (comparison.b, row.view_b, answers_b),
        )
    ]
    heads = [f"first: {', '.join(flip.statuses_a[:4])}", f"second: {', '.join(flip.statuses_b[:4])}"]
    sys.stdout.write(side_by_side([heads[0], *texts[0]], [heads[1], *texts[1]]))


def _texts(scores: Sequence[Score], flip: Flip, view: str, answers: dict[str, Answer]) -> list[str]:
    """Give the last lines of what a run wrote for a problem, of the form of the view where it is one."""
    lines: list[str] = []
    for score in scores:
        reading = score.reading
        if reading.item.item_id != flip.item.item_id or reading.item.benchmark != flip.item.benchmark:
            continue
        if reading.budget is not None or (
            view in ("cot", "pot", "eot", "answer-only") and reading.form != view
        ):
            continue
        answer = answers.get(reading.key)
        text = answer.text if answer is not None else ""
        lines += [f"[{reading.form}: {score.answer or 'no answer'}]"]
        lines += [show(line) for line in text.strip().splitlines()[-8:]]
        if len(lines) > 24:
            break
    return lines


def side_by_side(left: Sequence[str], right: Sequence[str]) -> str:
    """Put two lists of lines beside each other, folded to half a terminal each."""
    folded = [[part for line in side for part in _fold(line)] for side in (left, right)]
    height = max(map(len, folded))
    columns = [side + [""] * (height - len(side)) for side in folded]
    return "".join(f"  {a:<{_SIDE}}| {b}".rstrip() + "\n" for a, b in zip(*columns, strict=True))


def _fold(line: str) -> list[str]:
    return textwrap.wrap(line, _SIDE - 1, drop_whitespace=True) or [""]


def _view_text(row: PairRow) -> str:
    return row.view_a if row.view_a == row.view_b else f"{row.view_a}/{row.view_b}"


def _p(value: float) -> str:
    return f"{value:.2f}" if value >= 0.1 else f"{value:.3f}" if value >= 0.001 else f"{value:.0e}"
