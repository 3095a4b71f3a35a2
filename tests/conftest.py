"""Fixtures that all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of real benchmarks and traces: TRACEMILL_DATA, else ../shared/data; skips without it."""
    named = os.environ.get("TRACEMILL_DATA")
    folder = Path(named) if named else Path(__file__).parents[2] / "shared" / "data"
    if not (folder / "benchmarks").is_dir():
        pytest.skip(
            f"no real data in {folder}: set TRACEMILL_DATA to the folder with benchmarks/ and traces/"
        )
    return folder
