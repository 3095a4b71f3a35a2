"""Rounds over a real store: sampling that stops, teachers by price, and a plan that survives a stop."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from pathlib import Path

import pytest

from curate.config import RunFile
from curate.stages.generation import generate
from curate.stages.rounds import order_levels
from curate.store import Store
from curate.types import Request

EASY, HARD, WRONG_GOLD = "easy", "hard", "suspect"


@pytest.fixture
def problems(tmp_path: Path) -> Path:
    path = tmp_path / "problems.jsonl"
    rows = [{"question": f"{kind} {n}", "gold": "4"} for n in range(3) for kind in (EASY, HARD)]
    rows += [{"question": f"{WRONG_GOLD} 0", "gold": "4"}]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def run_file(problems: Path, **generate_section) -> RunFile:
    def teacher(alias: str, output: int) -> dict:
        price = {"input": 0, "output": output}
        return {"alias": alias, "model": alias, "base_url": "http://h/v1", "price": price}

    return RunFile.model_validate(
        {
            "store": "unused",
            "problems": [{"source": str(problems)}],
            "teachers": [teacher("dear", 10), teacher("cheap", 1)],
            "prompts": [{"format": "cot"}],
            "generate": {"samples": 8, **generate_section},
            "verify": {"workers": 1},
        }
    )


@pytest.fixture
def ask(lab, tmp_path, answer):
    """Run rounds; the cheap teacher solves easy problems, the dear one hard ones too, both doubt one gold."""
    store = Store.open(tmp_path / "store", create=True)
    runs = iter(range(100))

    def script(request: Request, n: int) -> bytes:
        body = request.body.decode()
        is_right = EASY in body or (HARD in body and request.teacher.alias == "dear")
        value = 4 if is_right else 7 if WRONG_GOLD in body else 5
        return answer(f"We add. The answer is {value}")

    lab.script = script

    def ask(run: RunFile):
        world = dataclasses.replace(lab.world(), environ={})
        return generate(
            store, run, run_id=f"20260101T0000{next(runs):02d}Z-abcdef", world=world, stop=lab.stop
        )

    return ask


def asked(lab) -> Counter[tuple[str, str]]:
    kinds = (EASY, HARD, WRONG_GOLD)
    return Counter(
        (request.teacher.alias, next(kind for kind in kinds if kind in request.body.decode()))
        for _, _, request in lab.calls
    )


def test_levels_go_by_price_only_in_a_cascade(problems) -> None:
    teachers = [section.teacher() for section in run_file(problems).teachers]
    assert [[t.alias for t in level] for level in order_levels(teachers, is_cascade=True)] == [
        ["cheap"],
        ["dear"],
    ]
    assert [[t.alias for t in level] for level in order_levels(teachers, is_cascade=False)] == [
        ["dear", "cheap"]
    ]


def test_sampling_stops_once_enough_are_verified(ask, lab, problems) -> None:
    report = ask(run_file(problems, stop_after_verified=2))
    counts = asked(lab)
    assert counts["cheap", EASY] == counts["dear", EASY] == 3, "one sample of each teacher is enough"
    assert counts["cheap", HARD] + counts["dear", HARD] == 3 * 3
    assert report.exit_code == 0
    assert report.rounds.n_solved == 6
    assert report.rounds.saved_requests == 7 * 2 * 8 - len(lab.calls)
    assert report.rounds.saved_usd > 0


def test_a_cascade_asks_the_dear_teacher_only_what_the_cheap_one_left(ask, lab, problems) -> None:
    report = ask(run_file(problems, cascade=True, samples=2))
    counts = asked(lab)
    assert counts["cheap", EASY] == counts["cheap", HARD] == 6
    assert counts["dear", EASY] == 0
    assert counts["dear", HARD] == 6
    assert report.rounds.n_solved == 6
    assert report.exit_code == 0


def test_a_hopeless_problem_is_given_up_and_goes_to_the_dearer_teacher(ask, lab, problems) -> None:
    ask(run_file(problems, cascade=True, stop_after_verified=1, samples=20))
    counts = asked(lab)
    assert counts["cheap", EASY] == 3
    assert counts["cheap", HARD] == 3 * 8, "0 of 8 is hopeless, so the other 12 are not asked"
    assert counts["dear", HARD] == 3


def test_two_teachers_against_the_gold_make_it_suspect(ask, lab, problems) -> None:
    report = ask(run_file(problems, cascade=True, samples=1))
    assert report.rounds.n_gold_suspect == 1
    assert len(report.rounds.gold_suspects) == 1


def test_the_same_run_again_asks_nothing(ask, lab, problems) -> None:
    ask(run_file(problems, cascade=True, stop_after_verified=2))
    n = len(lab.calls)
    report = ask(run_file(problems, cascade=True, stop_after_verified=2))
    assert len(lab.calls) == n
    assert report.exit_code == 0
    assert report.n_answered == 0


def test_a_stopped_run_goes_on_with_the_plan_it_would_have_had(ask, lab, problems, tmp_path, answer) -> None:
    run = run_file(problems, stop_after_verified=3)
    script = lab.script

    def stopping(request: Request, n: int) -> bytes:
        if len(lab.calls) == 17:
            lab.stop.request()
        return script(request, n)

    lab.script = stopping
    assert ask(run).exit_code == 4
    lab.stop = type(lab.stop)()
    lab.script = script
    assert ask(run).exit_code == 0
    whole = asked(lab)
    requests = [request.request_id for _, _, request in lab.calls]
    assert len(requests) == len(set(requests)), "nothing was bought twice"
    assert whole["cheap", EASY] + whole["dear", EASY] == 3 * 3


def test_the_wave_of_each_request_is_kept(ask, lab, problems, tmp_path) -> None:
    ask(run_file(problems, stop_after_verified=2))
    frame = Store.open(tmp_path / "store").sql("SELECT wave, count(*) AS n FROM traces GROUP BY 1 ORDER BY 1")
    assert list(frame["wave"])[:2] == [0, 1]
    assert frame["n"].sum() == len(lab.calls)
