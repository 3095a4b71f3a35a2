"""The stage over a real store: run file in, journal and report out, and nothing bought twice."""

from __future__ import annotations

import dataclasses
import json
from decimal import Decimal
from pathlib import Path

import pytest

from curate.config import RunFile
from curate.errors import ConfigError, InputError, MissingError, StoreBusyError
from curate.stages.estimation import estimate
from curate.stages.generation import generate
from curate.store import Store

KEY = "sk-secret-42"


@pytest.fixture
def problems(tmp_path: Path) -> Path:
    path = tmp_path / "problems.jsonl"
    rows = [
        {"id": str(n), "question": f"What is {n} plus {n}?", "gold": str(2 * n), "answer": str(2 * n)}
        for n in range(20)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(tmp_path / "store", create=True)


def run_file(problems: Path, *, teachers: list | None = None, prompts: list | None = None, **more) -> RunFile:
    teacher = {
        "alias": "a",
        "model": "m",
        "base_url": "http://h/v1",
        "sampling": {"max_tokens": 10, "temperature": 0.5},
        "price": {"input": 0, "output": 1_000_000},
    }
    return RunFile.model_validate(
        {
            "store": "unused",
            "problems": [{"source": str(problems)}],
            "teachers": teachers or [teacher],
            "prompts": prompts or [{"format": "cot"}],
            **more,
        }
    )


@pytest.fixture
def ask(lab, store):
    """Run the stage over scripted teachers in virtual time."""
    runs = iter(range(100))

    def ask(run: RunFile, environ: dict[str, str] | None = None, **more):
        world = dataclasses.replace(lab.world(), environ=environ or {})
        run_id = f"20260101T0000{next(runs):02d}Z-abcdef"
        return generate(store, run, run_id=run_id, world=world, stop=lab.stop, **more)

    return ask


def journal_of(store: Store) -> str:
    return "".join(path.read_text() for path in (store.path / "journal").iterdir())


def test_a_run_asks_problems_times_prompts_times_samples(ask, problems) -> None:
    run = run_file(problems, prompts=[{"format": "cot"}, {"format": "pot"}], generate={"samples": 3})
    report = ask(run)
    assert (report.n_planned, report.n_answered, report.exit_code) == (120, 120, 0)


def test_the_same_run_again_asks_nothing(ask, problems, lab) -> None:
    ask(run_file(problems))
    report = ask(run_file(problems))
    assert (report.n_sent, report.n_already, report.n_planned, report.exit_code) == (0, 20, 20, 0)


def test_raising_samples_from_4_to_8_buys_only_4_more(ask, problems, lab) -> None:
    ask(run_file(problems, generate={"samples": 4}))
    report = ask(run_file(problems, generate={"samples": 8}))
    assert (report.n_sent, report.n_already) == (80, 80)


def test_a_limit_takes_the_first_problems_and_the_rest_follows(ask, problems) -> None:
    assert ask(run_file(problems), limit=5).n_sent == 5
    assert ask(run_file(problems)).n_sent == 15


def test_another_parameter_or_endpoint_asks_anew_and_another_name_or_price_does_not(ask, problems) -> None:
    base = {"alias": "a", "model": "m", "base_url": "http://h/v1", "sampling": {"temperature": 0.5}}
    ask(run_file(problems, teachers=[base]))
    for change in (
        {"alias": "b"},
        {"price": {"input": 1, "output": 1}},
        {"limits": {"concurrency": 3}},
        {"weight": 5},
    ):
        assert ask(run_file(problems, teachers=[{**base, **change}])).n_sent == 0, change
    for change in (
        {"sampling": {"temperature": 0.6}},
        {"base_url": "http://other/v1"},
        {"system": "Other."},
        {"model": "m2"},
    ):
        assert ask(run_file(problems, teachers=[{**base, **change}])).n_sent == 20, change


def test_a_key_never_reaches_the_journal_or_the_report(ask, problems, store) -> None:
    teacher = {"alias": "a", "model": "m", "base_url": "http://h/v1", "api_key_env": "MY_KEY"}
    report = ask(run_file(problems, teachers=[teacher]), environ={"MY_KEY": KEY})
    assert report.exit_code == 0
    assert KEY not in journal_of(store) + repr(report)


def test_a_missing_key_is_named_and_leaves_no_run_behind(ask, problems, store) -> None:
    teacher = {"alias": "a", "model": "m", "base_url": "http://h/v1", "api_key_env": "MY_KEY"}
    with pytest.raises(MissingError, match="MY_KEY"):
        ask(run_file(problems, teachers=[teacher]))
    assert list((store.path / "journal").iterdir()) == []


def test_a_cap_of_the_command_line_goes_before_the_files(ask, problems) -> None:
    report = ask(run_file(problems, generate={"max_usd": 1000}), max_usd=Decimal(30))
    assert report.money.cap_usd == 30
    assert report.money.spent_usd <= 30
    assert report.exit_code == 4


def test_a_cap_without_a_price_is_refused(ask, problems) -> None:
    teacher = {"alias": "a", "model": "m", "base_url": "http://h/v1", "sampling": {"max_tokens": 5}}
    with pytest.raises(ConfigError, match="price"):
        ask(run_file(problems, teachers=[teacher]), max_usd=Decimal(1))


def test_an_empty_problem_file_is_named(ask, tmp_path) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.write_text("")
    with pytest.raises(InputError, match=r"empty\.jsonl") as caught:
        ask(run_file(empty))
    assert caught.value.exit_code == 2


def test_a_row_that_is_no_problem_is_counted_and_located_and_stops_nothing(ask, problems, store) -> None:
    lines = problems.read_text().splitlines()
    problems.write_text("\n".join([*lines[:3], '{"question": "torn', *lines[3:]]) + "\n")
    report = ask(run_file(problems))
    assert (report.n_answered, report.n_complaints) == (20, 1)
    assert '"kind":"complaint"' in journal_of(store)


def test_a_second_run_on_the_same_teacher_and_store_is_refused_while_the_first_works(
    ask, problems, store, lab, answer
) -> None:
    seen: list[BaseException] = []

    def script(request, n):
        if not seen:
            try:
                ask(run_file(problems))
            except StoreBusyError as error:
                seen.append(error)
        return answer()

    lab.script = script
    report = ask(run_file(problems))
    assert report.n_answered == 20
    assert isinstance(seen[0], StoreBusyError)


def test_it_works_where_an_event_loop_runs_already(ask, problems) -> None:
    import asyncio

    async def notebook():
        return ask(run_file(problems))

    assert asyncio.run(notebook()).n_answered == 20


def test_an_estimate_deducts_what_is_answered_and_learns_from_it(ask, problems, store, lab, answer) -> None:
    teacher = {
        "alias": "a",
        "model": "m",
        "base_url": "http://h/v1",
        "sampling": {"max_tokens": 1000},
        "price": {"input": 0, "output": 1_000_000},
    }
    run = run_file(problems, teachers=[teacher], generate={"samples": 4})
    before = estimate(store, run)
    assert (before.n_requests, before.n_left) == (80, 80)
    assert before.prompts[0].basis == "prior"
    assert before.usd.low < before.usd.expected < before.usd.high <= 80 * 1000
    lab.script = lambda request, n: answer(n_out=8)
    ask(run_file(problems, teachers=[teacher], generate={"samples": 2}))
    after = estimate(store, run)
    assert (after.n_requests, after.n_left) == (80, 40)
    assert after.prompts[0].basis == "40 stored answers"
    assert after.usd.expected == 40 * 8
    assert after.batch_usd.expected == 40 * 4
    assert after.prompts[0].n_tokens_in == 40 * 10


def test_an_estimate_names_the_limit_that_takes_longest(problems, store) -> None:
    teacher = {
        "alias": "a",
        "model": "m",
        "base_url": "http://h/v1",
        "limits": {"requests_per_minute": 1, "concurrency": 100},
    }
    found = estimate(store, run_file(problems, teachers=[teacher]))
    assert found.teachers[0].bound_by == "requests_per_minute"
    assert found.hours.expected == pytest.approx(20 / 60)
    assert found.unpriced == ("a",)
    assert found.usd is None
