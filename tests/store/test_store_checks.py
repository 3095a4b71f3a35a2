"""Checks of a store: silent on a good one, each loud on the fault it is for. Views for people add up."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from curate.store import Store
from curate.store.records import DecisionsRecord, ExportRecord, MarkRecord, PolicyRecord, Record
from curate.types import Decision

RUN = "run-1"


def good(sample: Any) -> list[Record]:
    records = [
        *sample.head(RUN),
        sample.known(1),
        sample.known(2),
        *sample.pair(1, RUN),
        *sample.pair(2, RUN),
    ]
    records += [sample.verdicts(1, RUN), sample.verdicts(2, RUN, "incorrect"), sample.imported(1, RUN)]
    rules = tuple({"rule_id": f"r{n}", "name": f"rule{n}", "version": "1", "params": {}} for n in range(2))
    records.append(PolicyRecord("p1", "verified", rules, 1.0))
    decisions = [
        Decision(sample.trace_id(1), "r0", "rule0", False),
        Decision(sample.trace_id(1), "r1", "rule1", False),
        Decision(sample.trace_id(2), "r1", "rule1", True, 1.0, 0.5, {"a": 1}),
        Decision(sample.trace_id(2), "r0", "rule0", True),
    ]
    records.append(DecisionsRecord("p1", RUN, 2.0, tuple(decisions), is_last=True))
    ids = (sample.trace_id(1),)
    records.append(ExportRecord("e1", RUN, 3.0, "out", "messages", "p1", 1, "0" * 64, {}, ids))
    return records


def test_a_good_store_passes_every_check(store: Store, sample: Any, write: Any) -> None:
    write(RUN, good(sample))
    assert store.check() == []
    store.project()
    assert store.check() == []


def faults(sample: Any) -> dict[str, list[Record]]:
    nowhere = sample.verdicts(7, RUN)
    export = ExportRecord("e2", RUN, 3.0, "out", "messages", "p1", 1, "0" * 64, {}, ("b2-nowhere",))
    short = ExportRecord("e3", RUN, 3.0, "out", "messages", "p1", 5, "0" * 64, {}, (sample.trace_id(1),))
    stray = Decision(sample.trace_id(1), "r9", "rule9", True)
    return {
        "decisions_without_rule": [DecisionsRecord("p1", "run-2", 9.0, (stray,), is_last=False)],
        "orphan_verdicts": [nowhere],
        "answers_without_sent": [sample.answer(8, RUN)],
        "export_rows_without_lineage": [export],
        "export_row_counts": [short],
    }


@pytest.mark.parametrize(
    "name",
    [
        "decisions_without_rule",
        "orphan_verdicts",
        "answers_without_sent",
        "export_rows_without_lineage",
        "export_row_counts",
    ],
)
def test_each_check_finds_its_fault_and_no_other(store: Store, sample: Any, write: Any, name: str) -> None:
    write(RUN, [*good(sample), *faults(sample)[name]])
    [failed] = store.check()
    assert failed.name == name
    assert failed.n_rows == 1
    assert failed.question.endswith("?")


@pytest.mark.parametrize(
    "tamper",
    [
        "UPDATE judged SET status = 'incorrect'",
        "DELETE FROM judged",
        "UPDATE judged SET trace_key = uuid()",
        "DELETE FROM attempts",
        "UPDATE attempts SET attempt = 7",
    ],
)
def test_a_derived_table_that_does_not_follow_is_found(
    store: Store, sample: Any, write: Any, tamper: str
) -> None:
    write(RUN, good(sample))
    store.project()
    with duckdb.connect(str(store.path / "traces.duckdb")) as con:
        con.execute(tamper)
    [failed] = store.check()
    assert failed.name == "derived_tables"


def test_judged_says_what_a_trace_reached_and_cost(store: Store, sample: Any, write: Any) -> None:
    write(RUN, good(sample))
    for is_projected in (False, True):
        if is_projected:
            store.project()
        with store.read() as reader:
            rows = reader.rows(
                "SELECT origin, j.status, verifier, value, is_sound, is_solution, cost_usd IS NOT NULL,"
                " request_key IS NOT NULL, trace_key = id_key(trace_id)"
                " FROM judged AS j JOIN traces USING (trace_id) ORDER BY origin, status"
            )
        assert rows == [
            ("generated", "correct", "answer", "8", True, True, True, True, True),
            ("generated", "incorrect", "answer", "9", True, True, True, True, True),
            ("imported", None, None, None, True, True, False, False, True),
        ]


def test_the_key_of_an_id_is_its_bits(store: Store) -> None:
    [row] = store.sql(
        "SELECT id_key('b2-000102030405060708090a0b0c0d0e0f') AS own, id_key('e1') = id_key('e1') AS other,"
        " id_key(NULL) AS nothing"
    ).to_dict("records")
    assert str(row["own"]) == "00010203-0405-0607-0809-0a0b0c0d0e0f"
    assert row["other"] and row["nothing"] is None


def test_the_first_rule_is_the_first_of_the_policy(store: Store, sample: Any, write: Any) -> None:
    write(RUN, good(sample))
    rows = store.sql("SELECT trace_id, is_dropped, first_rule FROM trace_decisions").set_index("trace_id")
    assert rows.loc[sample.trace_id(2), "first_rule"] == "rule0"
    assert not rows.loc[sample.trace_id(1), "is_dropped"]


def test_an_unfinished_pass_of_a_policy_does_not_count(store: Store, sample: Any, write: Any) -> None:
    write(RUN, good(sample))
    dropped = Decision(sample.trace_id(1), "r0", "rule0", True)
    write("run-2", [DecisionsRecord("p1", "run-2", 9.0, (dropped,), is_last=False)])
    query = f"SELECT is_dropped FROM trace_decisions WHERE trace_id = '{sample.trace_id(1)}'"
    assert store.sql(query).is_dropped.tolist() == [False]
    write("run-3", [DecisionsRecord("p1", "run-3", 10.0, (dropped,), is_last=True)])
    assert store.sql(query).is_dropped.tolist() == [True]


def test_views_for_people_add_up(store: Store, sample: Any, write: Any) -> None:
    write(RUN, [*good(sample), sample.sent(3, RUN), MarkRecord(sample.trace_id(1), 1.0, "accept", "nice")])
    [spend] = store.sql("SELECT * FROM spend_v").to_dict("records")
    assert (spend["n_attempts"], spend["n_answers"], spend["n_open"]) == (3, 2, 1)
    assert (spend["cost_usd"], spend["maybe_billed_usd"], spend["n_tokens_out"]) == (0.004, 0.01, 40)
    rates = store.sql("SELECT question, n_traces, pass_rate FROM problems_v ORDER BY question").to_dict(
        "list"
    )
    assert rates["n_traces"] == [2, 1]
    assert rates["pass_rate"] == [1.0, 0.0]
    frame = store.sql("SELECT trace_id, mark, is_dropped, first_rule, origin, label FROM traces_v")
    assert len(frame) == 3
    assert frame.set_index("trace_id").loc[sample.trace_id(1), "mark"] == "accept"


def test_attempts_of_a_batch_that_another_run_collected_are_not_open(
    store: Store, sample: Any, write: Any
) -> None:
    write("run-1", [*sample.head("run-1"), sample.sent(1, "run-1"), sample.sent(2, "run-1")])
    write("run-2", [sample.answer(1, "run-2")])
    rows = store.sql("SELECT state, maybe_billed, cost_usd FROM attempts ORDER BY state").to_dict("list")
    assert rows["state"] == ["answer", "open"]
    assert rows["maybe_billed"] == [False, True]
    assert store.sql("SELECT * FROM spend_v").cost_usd.tolist() == [0.002]
