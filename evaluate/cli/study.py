"""The end of `tracemill run FILE` where the file names a study: its published figures beside this run's."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from curate.cli.common import say, write_table
from curate.config import read_training_file
from curate.errors import ConfigError
from curate.yaml_files import read_yaml
from evaluate.study import StudyRow, StudyTable, read_study


def run_stage(file: Path) -> None:
    """Print the study's table and write it as `study.json` beside the evaluation.

    Raises:
        ConfigError: when the file evaluates nothing.
    """
    run = read_training_file(file)
    if run.evaluate is None or run.study is None:
        raise ConfigError(
            f"{file} names a study and evaluates nothing", "add `evaluate:`, or leave `study:` out"
        )
    table = read_study(run.study, run.evaluate.out, level=_level(file))
    path = run.evaluate.out / "study.json"
    path.write_text(json.dumps(asdict(table), indent=1) + "\n", encoding="utf-8")
    student = run.finetune.student or "the preset's student" if run.finetune else "an untrained student"
    tell(table, student)


def tell(table: StudyTable, student: str) -> None:
    """Print the table at 80 columns, and what its figures are."""
    columns = ("figure of the study", "published", "here", "95 %", "n", "on")
    write_table(columns, [_cells(row) for row in table.rows], title=table.title)
    say("in percent, greedy answers; `on` is what this run was measured on")
    say("published: the study's own figures, of its students, data and problems; none is of this run")
    say(
        f"here: this run, student {student}; several seeds give mean and deviation, the interval of the first"
    )
    if any(row.measured and not row.is_same_benchmark for row in table.rows):
        say("other problems than the study's stand in the last column: such a figure is no rerun of it")
    for note in table.notes:
        say(f"note: {note}")


def _cells(row: StudyRow) -> tuple[str, ...]:
    published, measured = row.published, row.measured
    said = f"{published.percent:.2f}".rstrip("0").rstrip(".")
    said += f" ({published.right}/{published.n})" if published.right is not None else ""
    said += f" sd {published.sd}" if published.sd is not None else ""
    if measured is None:
        return (published.what, said, "not run", "", "", "")
    here = f"{measured.percent:.1f}" + (f" sd {measured.sd:.1f}" if measured.sd is not None else "")
    interval = f"{100 * measured.interval.low:.1f}-{100 * measured.interval.high:.1f}"
    return (
        published.what,
        said,
        here,
        interval,
        str(measured.n),
        measured.benchmark,
    )


def _level(file: Path) -> int | None:
    """Give the granularity of a file that asks for one alone."""
    data = read_yaml(file)
    prompts = data.get("prompts", []) if isinstance(data, dict) else []
    levels = {prompt.get("granularity") for prompt in prompts}
    return levels.pop() if len(levels) == 1 else None
