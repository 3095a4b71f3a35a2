"""The lock holds the core's dependencies: each at the version that was tried, each file with its hash."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PINNED = re.compile(r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)", re.MULTILINE)


def _name(text: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[<>=!~\[ ;]", text, maxsplit=1)[0]).lower()


def _pins(path: Path) -> dict[str, str]:
    return {_name(name): version for name, version in PINNED.findall(path.read_text(encoding="utf-8"))}


def test_every_dependency_of_the_core_is_locked_at_the_version_that_was_tried() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    locked, tried = _pins(ROOT / "requirements.lock"), _pins(ROOT / "constraints.txt")
    for requirement in project["dependencies"]:
        name = _name(requirement)
        assert locked.get(name) == tried.get(name), f"{name}: run `make lock`"
    assert {name: locked[name] for name in locked if name in tried} == {
        name: version for name, version in tried.items() if name in locked
    }


def test_every_entry_of_the_lock_has_hashes_and_names_no_host() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())
    assert len(entries) > 40
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in text
