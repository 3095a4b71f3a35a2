"""The how-to pages are true: their files and commands work in order in an empty folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from textwrap import indent

import pytest
import yaml

from curate.config import RunFile

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted((DOCS / "howto").glob("*.md"))
BLOCK = re.compile(r"```(console|yaml|python|sql)(?: (\S+))?\n(.*?)```", re.DOTALL)


def _blocks(page: Path) -> list[tuple[str, str, str]]:
    return BLOCK.findall(page.read_text(encoding="utf-8"))


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_commands_of_a_page_work_in_order(page: Path, tmp_path: Path) -> None:
    binaries = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = {"PATH": binaries, "HOME": str(tmp_path), "LC_ALL": "C.UTF-8", "COLUMNS": "80"}
    for kind, name, text in _blocks(page):
        if kind in ("yaml", "sql"):
            if name:
                (tmp_path / name).write_text(text, encoding="utf-8")
            continue
        if kind == "python":
            (tmp_path / "page.py").write_text(f"if __name__ == '__main__':\n{indent(text, '    ')}")
            text = "$ python page.py"
        for command in (line[2:] for line in text.splitlines() if line.startswith("$ ")):
            done = subprocess.run(
                ["bash", "-c", command], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_pieces_of_run_files_are_valid(page: Path) -> None:
    for kind, name, text in _blocks(page):
        if kind == "yaml" and not name:
            whole = {
                "store": "store",
                "problems": [{"source": "builtin"}],
                "teachers": [
                    {"alias": "r1", "model": "m", "base_url": "embedded", "sampling": {"max_tokens": 9}}
                ],
            }
            RunFile.model_validate(whole | yaml.safe_load(text))


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda page: str(page.relative_to(DOCS)))
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []
