"""docs/queries.md: every named question and every check, from the heads of the files in queries/."""

from __future__ import annotations

from queries import Query, list_queries

_HEAD = """# Named queries

`tracemill query` lists them, `tracemill query NAME --store S --param name=value` asks one, and `--format`
gives table, json, csv or parquet. Each is one file in `queries/reports/`: plain SQL over the store's tables
and views, read-only, with bound parameters; what they cost is measured by
`python benchmarks/named_queries.py`. This page is written by `python docs/build.py`.

## Your own

A folder of `.sql` files of the same shape stands beside ours with `tracemill query --queries DIR`. The head
is a few comment lines, then one statement that reads; `tracemill sql` tries a statement without a file:

```sql
-- name: long_and_right
-- question: Which right traces are longer than others?
-- grain: one row per trace
-- param: min_words INTEGER = 500 -- least length
-- column: trace_id its id
-- column: n_words (words) of its text
SELECT trace_id, n_words FROM traces_v WHERE status = 'correct' AND n_words >= $min_words
```

A file with the name of one of ours, without a full head, or with a statement that writes is refused.

## Questions
"""


def queries_page() -> str:
    """Describe every query: what it asks, its parameters and its columns."""
    parts = [_HEAD, *map(_describe, list_queries("reports"))]
    parts += ["## Checks\n\nEach must return no row; `Store.check()` of the Python API runs them all.\n"]
    checks = [f"| `{query.name}` | {_cell(query.question)} |" for query in list_queries("checks")]
    return "\n".join([*parts, "| check | question |", "| --- | --- |", *checks]) + "\n"


def _describe(query: Query) -> str:
    lines = [f"### {query.name}", "", f"{query.question} {query.grain[:1].upper()}{query.grain[1:]}.", ""]
    if query.parameters:
        lines += ["| parameter | type | default | meaning |", "| --- | --- | --- | --- |"]
        for param in query.parameters:
            default = "required" if param.default is None else f"`{param.default}`"
            lines.append(f"| `{param.name}` | {param.type} | {default} | {_cell(param.text)} |")
        lines.append("")
    lines += ["| column | unit | meaning |", "| --- | --- | --- |"]
    lines += [
        f"| `{column.name}` | {_cell(column.unit)} | {_cell(column.text)} |" for column in query.columns
    ]
    return "\n".join([*lines, ""])


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
