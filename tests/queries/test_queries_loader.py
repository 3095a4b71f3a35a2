"""SQL files: headers are read, parameters are converted and bound, mistakes are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from curate.errors import UsageError
from queries import (
    Parameter,
    Query,
    list_queries,
    load_query,
    read_migrations,
    read_views,
    split_statements,
)

QUERY = Query(
    "q",
    "?",
    "one row",
    (
        Parameter("text", "VARCHAR", "all", ""),
        Parameter("n", "INTEGER", None, "how many"),
        Parameter("share", "DOUBLE", "0.5", ""),
        Parameter("all", "BOOLEAN", "false", ""),
        Parameter("nothing", "VARCHAR", "null", ""),
    ),
    (),
    "SELECT 1",
)


def test_values_are_converted_and_defaults_filled_in() -> None:
    assert QUERY.bind({"n": "3", "all": "yes"}) == {
        "text": "all",
        "n": 3,
        "share": 0.5,
        "all": True,
        "nothing": None,
    }


@pytest.mark.parametrize(
    ("given", "said", "hint"),
    [
        ({}, "needs the parameter n", "--param n="),
        ({"n": "x"}, "n='x' is no INTEGER", "how many"),
        ({"n": "1", "share": "half"}, "share='half'", ""),
        ({"n": "1", "all": "maybe"}, "all='maybe'", ""),
        ({"n": "1", "shar": "1"}, "no parameter 'shar'", "share"),
    ],
)
def test_a_wrong_parameter_is_named_with_a_hint(given: dict[str, str], said: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        QUERY.bind(given)
    assert said in caught.value.message
    assert hint in caught.value.hint


def test_an_unknown_query_names_the_nearest() -> None:
    with pytest.raises(UsageError) as caught:
        load_query("duplicate_id", "checks")
    assert "duplicate_ids" in caught.value.hint


@pytest.mark.parametrize("group", ["reports", "checks"])
def test_every_file_has_a_full_header(group: str) -> None:
    queries = list_queries(group)  # type: ignore[arg-type]
    assert queries
    for query in queries:
        assert query.question.endswith("?"), query.name
        assert query.grain, query.name
        assert ";" not in query.sql, query.name
        for parameter in query.parameters:
            assert f"${parameter.name}" in query.sql, query.name
        assert load_query(query.name, group) == query  # type: ignore[arg-type]


def test_statements_are_split_at_the_ends_of_lines() -> None:
    script = "-- a comment\nCREATE TABLE a (x VARCHAR);\n\nINSERT INTO a VALUES (';');\n-- end\n"
    parts = split_statements(script)
    assert len(parts) == 2
    assert parts[1] == "INSERT INTO a VALUES (';')"


def test_migrations_are_numbered_and_views_are_apart() -> None:
    assert [number for number, _ in read_migrations()] == list(range(1, len(read_migrations()) + 1))
    assert "CREATE OR REPLACE VIEW traces_v" in read_views()


OWN = """-- name: mine
-- question: How many?
-- grain: one row
-- param: least INTEGER = 0
SELECT $least AS n
"""


def test_a_folder_of_ones_own_queries_stands_beside_ours(tmp_path: Path) -> None:
    (tmp_path / "mine.sql").write_text(OWN)
    names = [query.name for query in list_queries(folder=tmp_path)]
    assert "mine" in names and "accept_rate" in names and names == sorted(names)
    assert load_query("mine", folder=tmp_path).bind({"least": "3"}) == {"least": 3}
    assert load_query("accept_rate", folder=tmp_path) == load_query("accept_rate")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("accept_rate", OWN, "has the name of one of tracemill's own"),
        ("other", OWN, "needs a header with name: other"),
        ("mine", "SELECT 1", "needs a header"),
        ("mine", OWN.replace("INTEGER", "WHOLE"), "cannot read the parameter line"),
        ("mine", "-- name: mine\n-- question: ?\n-- grain: one\n", "then one statement"),
    ],
)
def test_a_fault_in_ones_own_query_names_the_file(tmp_path: Path, name: str, text: str, said: str) -> None:
    (tmp_path / f"{name}.sql").write_text(text)
    with pytest.raises(UsageError) as caught:
        list_queries(folder=tmp_path)
    assert said in caught.value.message and name in caught.value.message


def test_a_folder_without_queries_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no \.sql files"):
        load_query("mine", folder=tmp_path / "nowhere")
