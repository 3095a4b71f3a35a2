"""Comparisons as plain values, for `--json` and for reports."""

from __future__ import annotations

from curate.types import Json
from evaluate.comparison import Comparison


def comparison_json(comparison: Comparison) -> dict[str, Json]:
    """Give a comparison as plain values."""
    rows: list[Json] = []
    for row in comparison.rows:
        values: dict[str, Json] = {
            name: getattr(row, name)
            for name in (
                "benchmark", "view_a", "view_b", "n", "share_a", "share_b", "both", "gained", "lost",
                "neither", "difference", "p", "mid_p", "adjusted_p", "needed", "n_open_flips", "test",
            )
        }  # fmt: skip
        values["interval"] = list(row.interval)
        values["words"] = row.words
        values["flips"] = [
            {
                "item_id": flip.item.item_id,
                "kind": flip.kind,
                "question": flip.item.problem.question,
                "gold": flip.item.problem.gold,
                "first": list(flip.statuses_a),
                "second": list(flip.statuses_b),
            }
            for flip in row.flips
        ]
        rows.append(values)
    return {
        "first": comparison.a.name,
        "second": comparison.b.name,
        "rows": rows,
        "notes": list(comparison.notes),
    }
