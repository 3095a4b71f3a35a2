"""The reference says what the code does, to the letter."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


def load_build_script():
    spec = importlib.util.spec_from_file_location("docs_build", DOCS / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


BUILD = load_build_script()


@pytest.mark.parametrize("name", sorted(BUILD.PAGES))
def test_page_equals_what_the_code_would_write(name: str) -> None:
    committed = (DOCS / "reference" / name).read_text(encoding="utf-8")
    assert committed == BUILD.PAGES[name](), (
        f"run `python docs/build.py`: docs/reference/{name} is out of date"
    )
