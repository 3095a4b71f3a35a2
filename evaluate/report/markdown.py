"""The figures as a Markdown table, ready for a paper or a model card."""

from __future__ import annotations

from evaluate.comparison import Comparison
from evaluate.report.rows import Figure, ReportData


def render_markdown(data: ReportData) -> str:
    """Give the tables: accuracy with intervals, several answers, comparisons, and how it was measured."""
    lines = [
        "# Evaluation",
        "",
        *_accuracy(data),
        *_samples(data),
        *_seeds(data),
        *_comparisons(data),
        *_method(data),
    ]
    return "\n".join(lines) + "\n"


def _accuracy(data: ReportData) -> list[str]:
    lines = [
        "| benchmark | model | form | right | accuracy, % | 95 % interval | lenient, % | no answer, % "
        "| cut, % | undecided, % | tokens |",
        "| --- | --- | --- | ---: | ---: | --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for figure in data.figures:
        if figure.group:
            continue
        lines.append(
            f"| {figure.title} | {_plain(figure.run)} | {form_of(figure)} "
            f"| {figure.right}/{figure.n_answers} | {_percent(figure.accuracy)} "
            f"| {_percent(figure.low)} to {_percent(figure.high)} "
            f"| {_percent(figure.lenient)} | {_percent(figure.no_answer)} | {_percent(figure.cut)} "
            f"| {_percent(figure.open_share)} | {figure.mean_tokens:.0f} |"
        )
    lines += [
        "",
        "Intervals: Clopper-Pearson; where a problem has several answers, drawn over problems (BCa "
        "bootstrap). Lenient: the last formula or number of a text counts. Undecided answers are not "
        "counted as wrong in silence: accuracy would be at most its value plus theirs.",
    ]
    return lines


def _samples(data: ReportData) -> list[str]:
    rows = [(figure, sample) for figure in data.figures if not figure.group for sample in figure.samples]
    if not rows:
        return []
    lines = ["", "## Several answers", "", "| benchmark | model | form | figure | % | 95 % interval |"]
    lines.append("| --- | --- | --- | --- | ---: | --- |")
    for figure, (name, value, low, high) in rows:
        lines.append(
            f"| {figure.title} | {_plain(figure.run)} | {form_of(figure)} | {name} | {_percent(value)} "
            f"| {_percent(low)} to {_percent(high)} |"
        )
    return lines


def _seeds(data: ReportData) -> list[str]:
    if not data.seeds:
        return []
    lines = [
        "",
        "## Over the seeds of the training",
        "",
        "| benchmark | form | seeds | mean, % | deviation |",
    ]
    lines.append("| --- | --- | ---: | ---: | ---: |")
    return lines + [
        f"| {figure.title} | {budget_form(figure.view, figure.budget, is_forced=figure.is_forced)} "
        f"| {figure.n_seeds} | {_percent(figure.mean)} | {100 * figure.deviation:.2f} |"
        for figure in data.seeds
    ]


def _comparisons(data: ReportData) -> list[str]:
    lines = []
    if data.comparisons:
        lines += [
            "",
            "## Comparisons",
            "",
            "| first | second | benchmark | form | n | gained | lost | difference, points | 95 % interval "
            "| p | p, Holm | |",
            "| --- | --- | --- | --- | ---: | ---: | ---: | ---: | --- | ---: | ---: | --- |",
        ]
        lines += [line for comparison in data.comparisons for line in _rows(comparison)]
        lines += [
            "",
            "p: exact McNemar on the flipped problems (with several answers: sign flips of the problems' "
            "means); intervals: Newcombe's, paired. Adjusted after Holm over all rows.",
        ]
    for refusal in data.refusals:
        lines += ["", f"Not compared: {refusal}"]
    return lines


def _rows(comparison: Comparison) -> list[str]:
    return [
        f"| {_plain(comparison.a.label)} | {_plain(comparison.b.label)} | {row.benchmark} | "
        f"{row.view_a if row.view_a == row.view_b else f'{row.view_a}, {row.view_b}'} | {row.n} "
        f"| {row.gained} | {row.lost} | {100 * row.difference:+.1f} | {100 * row.interval[0]:+.1f} to "
        f"{100 * row.interval[1]:+.1f} | {row.p:.3g} | {row.adjusted_p:.3g} | {row.words} |"
        for row in comparison.rows
    ]


def _method(data: ReportData) -> list[str]:
    lines = ["", "## How it was measured", "", "| | " + " | ".join(map(_plain, data.names.values())) + " |"]
    lines.append("| --- " * (1 + len(data.runs)) + "|")
    for name in ("samples", "temperature", "top_p", "top_k", "max_tokens", "seed", "limit"):
        lines.append(f"| {name} | " + " | ".join(_value(run.settings[name]) for run in data.runs) + " |")
    for name in ("weights_id", "model", "numerics", "template", "thinking"):
        values = [run.model["identity"].get(name) for run in data.runs]
        if any(value is not None for value in values):
            lines.append(f"| {name} | " + " | ".join(map(_value, values)) + " |")
    lines.append("| prompt | " + " | ".join(run.model["prompt_mode"] for run in data.runs) + " |")
    for form in dict.fromkeys(form for run in data.runs for form in run.model["prompt_ids"]):
        ids = [_value(run.model["prompt_ids"].get(form)) for run in data.runs]
        lines.append(f"| prompt for {form} | " + " | ".join(ids) + " |")
    for name in dict.fromkeys(name for run in data.runs for name in run.versions):
        lines.append(f"| {name} | " + " | ".join(_value(run.versions.get(name)) for run in data.runs) + " |")
    return lines


def form_of(figure: Figure) -> str:
    """Name a form with its budget."""
    return budget_form(figure.view, figure.budget, is_forced=figure.is_forced)


def budget_form(view: str, budget: int | None, *, is_forced: bool) -> str:
    """Name a view at a budget."""
    return view if budget is None else f"{view}, {'forced' if is_forced else 'cut'} at {budget}"


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


def _value(value: object) -> str:
    return "" if value is None else _plain(str(value))


def _plain(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
