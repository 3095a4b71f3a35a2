"""Write the reference pages from the code they describe; a test compares them with what is committed.

python docs/build.py            writes docs/reference/*.md and docs/queries.md
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from curate.config import RunFile

REFERENCE = Path(__file__).parent / "reference"


def run_file_page() -> str:
    """Describe every section and key of the run file."""
    lines = [
        "# The run file",
        "",
        "`tracemill init` writes a commented one. Unknown keys are refused with the nearest known one, all",
        "faults are named at once, and `3e-4` is a number. Relative paths are taken from the file's folder.",
        "This page is written by `python docs/build.py`.",
    ]
    for path, model in _sections("", RunFile):
        lines += ["", f"## {path or 'top level'}", "", (model.__doc__ or "").split("\n")[0], ""]
        lines += ["| key | default | meaning |", "| --- | --- | --- |"]
        for name, field in model.model_fields.items():
            inner = _model_in(field.annotation)
            meaning = field.description or (f"see `{path + '.' if path else ''}{name}`" if inner else "")
            lines.append(f"| `{name}` | {_default(field)} | {meaning} |")
    return "\n".join(lines) + "\n"


def _sections(path: str, model: type[BaseModel]) -> list[tuple[str, type[BaseModel]]]:
    found = [(path, model)]
    for name, field in model.model_fields.items():
        inner = _model_in(field.annotation)
        if inner is not None:
            found += _sections(f"{path}.{name}" if path else name, inner)
    return found


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)


def _default(field: FieldInfo) -> str:
    if field.default_factory is not None:
        return "`{}`"
    if field.default is PydanticUndefined:
        return "required"
    if isinstance(field.default, BaseModel) or (
        isinstance(field.default, tuple) and field.default and isinstance(field.default[0], BaseModel)
    ):
        return "see below"
    if field.default is None:
        return "null"
    if isinstance(field.default, tuple):
        return "`[" + ", ".join(str(value) for value in field.default) + "]`"
    return f"`{str(field.default).lower() if isinstance(field.default, bool) else field.default}`"


sys.path.insert(0, str(Path(__file__).parent))
from pages.api import api_page  # noqa: E402
from pages.commands import commands_page  # noqa: E402
from pages.queries import queries_page  # noqa: E402
from pages.rules import rules_page  # noqa: E402
from pages.schema import schema_page  # noqa: E402

PAGES = {
    "run-file.md": run_file_page,
    "commands.md": commands_page,
    "filter-rules.md": rules_page,
    "tables.md": schema_page,
    "python.md": api_page,
    "../queries.md": queries_page,
}


def main() -> int:
    REFERENCE.mkdir(exist_ok=True)
    for name, render in PAGES.items():
        (REFERENCE / name).write_text(render(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
