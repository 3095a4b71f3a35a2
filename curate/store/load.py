"""Load rows into their tables, so that which row stands depends on its place in the journal alone.

Rows go in as Arrow tables (benchmarks/landing.py measures that against JSON lines). A trace takes its lineage
from its request, template and problem; when one of these comes later in the journal than the trace, or an
earlier request turns up, the trace is made again from its stored text.
All of it belongs in one transaction of the caller, with what `derived` makes of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from curate.store.home import Home, same_key
from curate.store.rows import Row, Rows
from curate.store.tables import BY_NAME, PLACE, TABLES, Table, arrow_schema
from curate.store.trace_rows import read_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_TRACES, _TEXTS = BY_NAME["traces"], BY_NAME["texts"]
# a row comes with its lineage still open when it is generated
_LINEAGE = {
    "problem_id": "coalesce(i.problem_id, r.problem_id)",
    "source": "coalesce(i.source, p.source)",
    "teacher": "coalesce(i.teacher, r.teacher)",
    "teacher_id": "r.teacher_id",
    "template_id": "r.template_id",
    "role": "coalesce(i.role, r.role)",
    "parent_trace_id": "r.parent_trace_id",
    "granularity": "coalesce(i.granularity, m.granularity)",
    "style": "coalesce(i.style, m.style)",
    "sample_index": "r.sample_index",
    "wave": "r.wave",
    "with_gold": "coalesce(i.with_gold, m.with_gold)",
}
_LATE = {
    "requests": "t.request_id = i.request_id",
    "prompt_templates": "t.template_id = i.template_id AND (t.granularity, t.style, t.with_gold)"
    " IS DISTINCT FROM (i.granularity, i.style, i.with_gold)",
    "problems": "t.problem_id = i.problem_id AND t.source IS DISTINCT FROM i.source",
}


def load_rows(home: Home, rows: Rows) -> set[str]:
    """Load all rows of a stretch of the journal; give the traces that were read again for it."""
    late: set[str] = set()
    for table in TABLES:
        found = rows.by_table[table.name]
        if not found:
            continue
        _register(home, table, found.values() if isinstance(found, dict) else found)
        if table is _TRACES:
            late |= _load_traces(home)
        else:
            late |= _find_late(home, table)
            _load(home, table, f"SELECT {_columns(table)} FROM incoming AS i")
        home.con.unregister("incoming")
    if late:
        _make_again(home, sorted(late))
    return late


def _register(home: Home, table: Table, rows: Iterable[Sequence[object]]) -> None:
    import pyarrow

    schema = arrow_schema(table)
    columns = [
        pyarrow.array(values, type=field.type)
        for values, field in zip(zip(*rows, strict=True), schema, strict=True)
    ]
    home.con.register("incoming", pyarrow.Table.from_arrays(columns, schema=schema))


def _columns(table: Table, lineage: dict[str, str] | None = None) -> str:
    parts = []
    for name, kind in (*table.columns, *((name, "") for name in PLACE)):
        value = (lineage or {}).get(name, f"i.{name}")
        parts.append(
            f"TRY_CAST({value} AS DECIMAL(18, 9)) AS {name}" if kind == "money" else f"{value} AS {name}"
        )
    if table.keyed:
        parts.append(f"id_key(i.{table.keyed}) AS {table.keyed.removesuffix('_id')}_key")
    return ", ".join(parts)


def _load(home: Home, table: Table, select: str) -> None:
    """Insert the rows of a select; of rows with one key the better one stands, whichever came first."""
    if table.stands == "all":
        home.con.execute(f"INSERT INTO {home.into(table)} BY NAME {select}")
        return
    home.con.execute(
        f"CREATE OR REPLACE TEMP TABLE clashes AS SELECT {', '.join(f'i.{n}' for n in table.key)},"
        f" {_is_better(table)} AS is_better"
        f" FROM incoming AS i JOIN {table.name} AS o ON {same_key(table, 'i', 'o')}"
    )
    if home.con.execute("SELECT count(*) FROM clashes").fetchall() == [(0,)]:
        home.con.execute(f"INSERT INTO {home.into(table)} BY NAME {select}")
        return
    home.con.execute("CREATE OR REPLACE TEMP TABLE gone AS SELECT * FROM clashes WHERE is_better")
    home.hide(table, "gone")
    home.con.execute(
        f"INSERT INTO {home.into(table)} BY NAME SELECT n.* FROM ({select}) AS n"
        f" ANTI JOIN (SELECT * FROM clashes WHERE NOT is_better) AS g ON {same_key(table, 'n', 'g')}"
    )


def _is_better(table: Table) -> str:
    new, old = "(i.segment, i.position)", "(o.segment, o.position)"
    if table.stands == "first":
        return f"{new} < {old}"
    if table.stands == "last":
        return f"{new} > {old}"
    return (
        f"((i.gold IS NOT NULL AND o.gold IS NULL)"
        f" OR ((i.gold IS NULL) = (o.gold IS NULL) AND {new} > {old}))"
    )


def _load_traces(home: Home) -> set[str]:
    """Insert traces with what their requests know; give those that were parsed in another form than asked."""
    joined = (
        "FROM incoming AS i LEFT JOIN requests AS r ON r.request_id = i.request_id"
        " LEFT JOIN prompt_templates AS m ON m.template_id = r.template_id"
        " LEFT JOIN problems AS p ON p.problem_id = r.problem_id"
    )
    _load(home, _TRACES, f"SELECT {_columns(_TRACES, _LINEAGE)} {joined}")
    wrong = "SELECT i.trace_id FROM incoming AS i JOIN requests AS r ON r.request_id = i.request_id"
    return {row[0] for row in home.con.execute(f"{wrong} WHERE r.format <> i.format").fetchall()}


def _find_late(home: Home, table: Table) -> set[str]:
    """Give the traces that stand already and whose lineage one of these rows may change."""
    if table.name not in _LATE:
        return set()
    rows = home.con.execute(
        f"SELECT t.trace_id FROM incoming AS i JOIN traces AS t ON {_LATE[table.name]}"
        " WHERE t.origin = 'generated'"
    ).fetchall()
    return {row[0] for row in rows}


def _make_again(home: Home, trace_ids: list[str]) -> None:
    """Read stored texts again and put the traces back in their places, with their lineage as it is now."""
    home.con.execute(
        "CREATE OR REPLACE TEMP TABLE late AS SELECT unnest($ids) AS trace_id", {"ids": trace_ids}
    )
    stored = home.con.execute(
        "SELECT t.*, x.text, x.reasoning, coalesce(r.format, 'other')"
        " FROM traces AS t JOIN late USING (trace_id)"
        " JOIN texts AS x USING (trace_id) LEFT JOIN requests AS r ON r.request_id = t.request_id"
    ).fetchall()
    names = _TRACES.names
    traces, texts = [], []
    for row in stored:
        old = dict(zip(names, row, strict=False))
        trace, text = _read_again(old, *row[len(names) :])
        traces.append(trace)
        texts.append(text)
    for table, again in ((_TEXTS, texts), (_TRACES, traces)):
        home.hide(table, "late")
        _register(home, table, again)
        if table is _TRACES:
            _load_traces(home)
        else:
            _load(home, table, f"SELECT {_columns(table)} FROM incoming AS i")
        home.con.unregister("incoming")


def _read_again(old: dict[str, object], text: str, reasoning: str, format: str) -> tuple[Row, Row]:
    finish = old["finish_reason"]
    read = read_text(str(old["trace_id"]), text, reasoning, format, None if finish is None else str(finish))
    place = (old["segment"], old["position"])
    row = {**old, **dict.fromkeys(_LINEAGE), "format": read.format}
    first = _TRACES.names.index("stated_answer")
    row.update(zip(_TRACES.names[first : first + len(read.measures)], read.measures, strict=True))
    return tuple(row[name] for name in _TRACES.names), (read.trace_id, *read.texts, *place)
