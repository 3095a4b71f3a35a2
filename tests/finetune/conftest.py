"""A small export and a tiny student, made once: nothing is downloaded, no GPU is needed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from curate.export import ManifestBase, write_export
from curate.export.rows import ExportRow
from curate.types import TraceFormat
from finetune.tiny import TinyShape, make_tiny_student

N_PROBLEMS = 20


def _rows() -> list[ExportRow]:
    rows = []
    for number in range(N_PROBLEMS):
        for form, text in (
            (TraceFormat.COT, f"{number} + 3 = {number + 3}. The answer is {number + 3}."),
            (TraceFormat.POT, f"ans = {number} + 3"),
        ):
            rows.append(
                ExportRow(
                    trace_id=f"t{number}{form.value}",
                    problem_id=f"p{number}",
                    question=f"Ann has {number} pens and buys 3. How many has she?",
                    text=text,
                    format=form,
                    source="own",
                    licence="CC0-1.0",
                )
            )
    return rows


RULES = ("wrong_answer", "unverified", "contamination")


def _base(benchmarks: tuple[str, ...] = ("own_test",), rules: tuple[str, ...] = RULES) -> ManifestBase:
    listed = tuple({"name": name, "rule_id": name, "version": "1", "params": {}} for name in rules)
    return ManifestBase("inputs", "policy", "verified", listed, benchmarks, {}, 40, 40)


@pytest.fixture(scope="session")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("export") / "corpus"
    write_export(_rows(), format="messages", out=out, seed=0, manifest_base=_base())
    return out


@pytest.fixture(scope="session")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("pairs") / "corpus"
    rows = [replace(row, rejected=replace(row, text="The answer is 0.")) for row in _rows()]
    write_export(rows, format="dpo", out=out, seed=0, manifest_base=_base())
    return out


@pytest.fixture(scope="session")
def unchecked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("unchecked") / "corpus"
    write_export(_rows(), format="messages", out=out, seed=0, manifest_base=_base((), ("contamination",)))
    return out


SHAPE = TinyShape(n_layers=2, hidden=64, n_heads=2, vocabulary=300, max_length=256)


@pytest.fixture(scope="session")
def student(tmp_path_factory: pytest.TempPathFactory) -> Path:
    texts = [row.question + row.text for row in _rows()]
    return make_tiny_student(tmp_path_factory.mktemp("student") / "tiny", texts, shape=SHAPE)


@pytest.fixture(scope="session")
def seq2seq_student(tmp_path_factory: pytest.TempPathFactory) -> Path:
    texts = [row.question + row.text for row in _rows()]
    out = tmp_path_factory.mktemp("t5") / "tiny"
    return make_tiny_student(out, texts, shape=SHAPE, is_seq2seq=True)
