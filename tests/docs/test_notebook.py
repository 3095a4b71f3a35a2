"""The notebook is true: a fresh kernel shows what is saved in it, and a bar in each cell that works long."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import nbformat

SCRIPT = Path(__file__).parents[2] / "docs" / "notebook.py"


def load_script():
    spec = importlib.util.spec_from_file_location("docs_notebook", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_fresh_kernel_shows_what_is_saved(tmp_path: Path) -> None:
    script = load_script()
    fresh = script.execute_notebook(tmp_path)
    saved = nbformat.read(script.NOTEBOOK, as_version=4)
    assert script.outputs(fresh) == script.outputs(saved), "run `python docs/notebook.py`"
    assert not [output for cell in fresh.cells for output in cell.get("outputs", ()) if "text" in output]
    bars = [text for text in script.outputs(fresh, "text/html") if "<progress" in text]
    ends = [re.search(r">(\w+) <progress.*> (\d+) of (\d+) ", bar).groups() for bar in bars]
    assert ends == [
        ("generate", "360", "360"),
        ("verify", "360", "360"),
        ("filter", "360", "360"),
        ("export", "290", "290"),
    ]
