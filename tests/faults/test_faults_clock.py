"""The clock is set back, or two runs share a second: what came last is still what was done last."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from curate.stages.filtering import filter_store
from curate.stages.importing import import_paths
from curate.stages.verification import verify_store
from curate.store import Store

LAST = "SELECT policy FROM traces_v LIMIT 1"
YEAR_S = 365 * 86_400.0


@pytest.fixture
def store(tmp_path: Path) -> Store:
    lines = tmp_path / "own.jsonl"
    lines.write_text('{"question": "What is 1 + 1?", "gold": "2", "response": "The answer is 2."}\n')
    store = Store.open(tmp_path / "store", create=True)
    import_paths(store, [lines])
    verify_store(store, workers=1)
    return store


def _last_policy(store: Store) -> str:
    with store.read() as reader:
        return str(reader.rows(LAST)[0][0])


def test_a_clock_that_is_set_back_a_year_changes_no_order(store: Store) -> None:
    filter_store(store, policy="all", now=lambda: 2_000_000_000.0)
    filter_store(store, policy="verified", now=lambda: 2_000_000_000.0 - YEAR_S)
    assert _last_policy(store) == "verified"
    filter_store(store, policy="strict", now=lambda: 2_000_000_000.0 - 2 * YEAR_S)
    assert _last_policy(store) == "strict"


def test_runs_of_one_second_keep_the_order_in_which_they_began(store: Store) -> None:
    draw = random.Random(1)
    for number in range(6):
        policy = ("all", "verified", "strict")[number % 3]
        filter_store(
            store,
            policy=policy,
            now=lambda: 2_100_000_000.0,
            random_hex=lambda: f"{draw.getrandbits(24):06x}",
        )
        assert _last_policy(store) == policy


def test_a_rebuilt_projection_has_the_same_order(store: Store) -> None:
    filter_store(store, policy="verified", now=lambda: 2_000_000_000.0)
    filter_store(store, policy="all", now=lambda: 1_000_000_000.0)
    store.rebuild()
    assert _last_policy(store) == "all"


def test_a_verdict_after_the_clock_went_back_is_the_one_that_counts(store: Store) -> None:
    runs = "SELECT run_id FROM verdicts ORDER BY segment DESC, position DESC LIMIT 1"
    verify_store(store, workers=1, again=True, now=lambda: 1_000_000_000.0)
    with store.read() as reader:
        last = str(reader.rows(runs)[0][0])
        began = [str(row[0]) for row in reader.rows("SELECT run_id FROM runs WHERE command = 'verify'")]
    assert last == max(began)
