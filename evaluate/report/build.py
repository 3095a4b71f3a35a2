"""Write a report's folder: pictures, `report.md`, `report.json`, and `report.html` with all of it inside."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from curate.errors import UsageError
from evaluate.plain import comparison_json
from evaluate.report.figures import draw_all
from evaluate.report.markdown import render_markdown
from evaluate.report.page import render_page
from evaluate.report.rows import read_report
from evaluate.runs import Run


@dataclass(frozen=True, slots=True)
class ReportFiles:
    """What was written."""

    page: Path
    markdown: Path
    data: Path
    pictures: tuple[Path, ...]


def write_report(runs: Sequence[Run], out: Path) -> ReportFiles:
    """Write the report of the runs into a folder; older files of the same names are replaced.

    Raises:
        UsageError: when the folder cannot be written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        data = read_report(runs)
        pictures = draw_all(data, out)
        found = ReportFiles(
            out / "report.html", out / "report.md", out / "report.json", tuple(path for _, path in pictures)
        )
        found.markdown.write_text(render_markdown(data), encoding="utf-8")
        values = {
            "figures": [asdict(figure) for figure in data.figures],
            "comparisons": [comparison_json(one) for one in data.comparisons],
        }
        found.data.write_text(json.dumps(values, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        found.page.write_text(render_page(data, pictures), encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"the report cannot be written to {out}: {error.strerror or error}",
            "name another folder with --out",
        ) from None
    return found
