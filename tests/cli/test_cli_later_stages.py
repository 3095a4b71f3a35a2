"""`run` goes on with training and evaluation where the file asks, by a door that is handed down to it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

import tracemill
from curate.cli.run import go_on
from curate.config import RunFile
from curate.errors import MissingError


def _file(**sections: object) -> RunFile:
    teacher = {"alias": "t", "model": "embedded", "base_url": "embedded"}
    values = {"store": "store", "problems": [{"source": "builtin"}], "teachers": [teacher], **sections}
    return RunFile.model_validate(values)


def test_stages_are_called_in_order_with_the_file() -> None:
    called: list[tuple[str, Path]] = []
    go_on(
        _file(evaluate={}, finetune={}),
        Path("run.yaml"),
        lambda section, file: called.append((section, file)),
    )
    assert called == [("finetune", Path("run.yaml")), ("evaluate", Path("run.yaml"))]


def test_a_file_without_those_sections_calls_nothing() -> None:
    go_on(_file(), Path("run.yaml"), None)


def test_without_a_door_the_missing_stage_is_named() -> None:
    with pytest.raises(MissingError, match="finetune"):
        go_on(_file(finetune={}), Path("run.yaml"), None)


@pytest.mark.parametrize("section", sorted(tracemill.LATER_STAGES))
def test_every_later_stage_can_be_called(section: str) -> None:
    assert callable(import_module(tracemill.LATER_STAGES[section]).run_stage)
