"""The report: a picture per question, one page without script or network, model text shown as text."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from evaluate import run_evaluation
from evaluate.report import ReportFiles, write_report
from evaluate.runs import Run, open_runs
from evaluate.types import Ask
from tests.evaluate.conftest import (
    FakeBackend,
    candidate,
    gold_of,
    make_section,
    number_of,
    write_benchmark,
)

HOSTILE = "<script>alert(1)</script> </pre>"


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, ...]:
    folder = tmp_path_factory.mktemp("reported")
    section = make_section(folder, write_benchmark(folder))

    def weak(ask: Ask) -> str:
        return f"{HOSTILE} The answer is {gold_of(ask) if number_of(ask) < 2 else 0}"

    def strong(ask: Ask) -> str:
        return f"{'x' * 8 * number_of(ask)} The answer is {gold_of(ask) if number_of(ask) < 9 else 0}"

    asked = section.model_copy(update={"budgets": (30, 60)})
    fakes = [FakeBackend(weak, name="weak"), FakeBackend(strong, name="strong")]
    run_evaluation(asked, candidates=[candidate(fake, fake.name) for fake in fakes])
    return open_runs(section.out)


@pytest.fixture(scope="module")
def found(runs: tuple[Run, ...]) -> ReportFiles:
    return write_report(runs, runs[0].folder / "report")


def test_each_question_has_its_picture(found: ReportFiles) -> None:
    assert [path.stem for path in found.pictures] == ["accuracy", "budgets", "groups", "flips"]
    assert all(path.stat().st_size > 5000 and path.with_suffix(".svg").is_file() for path in found.pictures)


def test_page_is_whole_and_holds_no_script(found: ReportFiles) -> None:
    page = found.page.read_text()
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert not re.search(r"(?:src|href)=\"(?!data:)", page)
    assert "the second is better" in page


def test_table_for_a_paper_holds_every_interval(found: ReportFiles) -> None:
    text = found.markdown.read_text()
    assert "| own | weak | cot | 2/10 | 20.0 | 2.5 to 55.6 |" in text
    assert "| own | strong | cot | 9/10 | 90.0 | 55.5 to 99.7 |" in text
    assert "| weak | strong | own | cot | 10 | 7 | 0 | +70.0 |" in text


@pytest.mark.slow
def test_same_runs_write_the_same_bytes(runs: tuple[Run, ...], tmp_path: Path) -> None:
    first, second = (write_report(runs, tmp_path / name) for name in ("a", "b"))
    assert first.page.read_bytes() == second.page.read_bytes()
    assert first.data.read_bytes() == second.data.read_bytes()
    assert len(json.loads(first.data.read_text())["comparisons"][0]["rows"][0]["flips"]) == 7
