"""A model behind an endpoint: asked through the engine, resumed from its store, refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from curate.curation_sections import TeacherSection
from curate.errors import ConfigError, MissingError
from curate.evaluation_section import EvaluateSection
from curate.stages.embedding import answer_embedded
from curate.store import Store
from curate.teachers.embedded import EmbeddedServer
from evaluate import run_evaluation


@pytest.fixture
def asked(tmp_path: Path) -> EvaluateSection:
    return EvaluateSection(
        benchmarks=("builtin",),
        limit=6,
        endpoint=TeacherSection(alias="served", model="embedded-strong", base_url="embedded"),
        out=tmp_path / "evaluation",
        forms=("cot", "pot", "eot"),
        workers=1,
    )


@pytest.mark.slow
def test_endpoint_is_measured_in_all_forms(asked: EvaluateSection) -> None:
    result = run_evaluation(asked)
    cells = {cell.view: cell for cell in result.model("served").suite("builtin").cells}
    assert set(cells) == {"cot", "pot", "eot", "vote", "fall-back", "any"}
    assert cells["any"].right >= 5
    assert result.models[0].n_tokens > 0


@pytest.mark.slow
def test_server_over_http_is_measured(asked: EvaluateSection) -> None:
    with EmbeddedServer(answer_embedded) as server:
        served = TeacherSection(alias="served", model="embedded", base_url=server.base_url)
        section = asked.model_copy(
            update={"endpoint": served, "forms": ("cot",), "samples": 2, "temperature": 1.0}
        )
        result = run_evaluation(section)
    figures = {figure.name for figure in result.models[0].suite("builtin").cell("cot").samples}
    assert {"avg@2", "pass@1", "pass@2", "maj@2"} == figures


@pytest.mark.slow
def test_answers_are_bought_once(asked: EvaluateSection) -> None:
    section = asked.model_copy(update={"forms": ("cot",)})
    run_evaluation(section)
    (section.out / "predictions.jsonl").unlink()
    run_evaluation(section)
    store = Store.open(section.out / "endpoint")
    assert store.sql("SELECT count(*) AS n FROM sends").n[0] == 6


def test_unreachable_endpoint_is_one_clear_sentence(asked: EvaluateSection) -> None:
    closed = TeacherSection(alias="served", model="m", base_url="http://127.0.0.1:9/v1")
    with pytest.raises(MissingError, match=r"the endpoint of served: .*does not answer"):
        run_evaluation(asked.model_copy(update={"endpoint": closed}))


def test_endpoint_cannot_be_cut_at_tokens(asked: EvaluateSection) -> None:
    with pytest.raises(ValueError, match="which an endpoint does not tell"):
        EvaluateSection(endpoint=asked.endpoint, budgets=(10,))


def test_nothing_to_measure_is_said(asked: EvaluateSection) -> None:
    with pytest.raises(ConfigError, match="nothing says which model to measure"):
        run_evaluation(asked.model_copy(update={"endpoint": None}))
