"""The page of the commands: every command with its arguments and options, read from the front door."""

from __future__ import annotations

import importlib
import re
from typing import Any

import typer

import tracemill

HEAD = """# Commands

Data goes to standard output, words and progress to standard error. Exit codes: 0 done, 1 internal, 2 usage or
configuration, 3 missing prerequisite, 4 incomplete but resumable, 5 a gate failed, 130 interrupted.
This page is written by `python docs/build.py`.
"""


def commands_page() -> str:
    """Describe every command."""
    parts = [HEAD]
    group = ""
    for entry in tracemill.COMMANDS:
        if entry.group != group:
            group = entry.group
            parts.append(f"\n## {group}\n")
        command = typer.main.get_command(importlib.import_module(entry.module).app)
        parts += _command(f"tracemill {entry.name}", command)
    return "\n".join(parts) + "\n"


def _command(name: str, command: Any) -> list[str]:
    inner = getattr(command, "commands", None)
    lines = [f"### `{name}`", "", _sentence(command.help or ""), ""]
    if inner:
        for child, each in sorted(inner.items()):
            lines += _command(f"{name} {child}", each)
        return lines
    rows = [_row(parameter) for parameter in command.params if parameter.name not in ("help",)]
    if rows:
        lines += ["| argument or option | default | meaning |", "| --- | --- | --- |", *rows, ""]
    return lines


def _row(parameter: Any) -> str:
    names = ", ".join(f"`{name}`" for name in (*parameter.opts, *parameter.secondary_opts))
    if parameter.param_type_name == "argument":
        names = f"`{parameter.metavar or parameter.name.upper()}`"
    shown = "required" if parameter.required else _default(parameter.default)
    meaning = _sentence(getattr(parameter, "help", "") or "").replace("|", "\\|")
    return f"| {names} | {shown} | {meaning} |"


def _default(value: object) -> str:
    is_plain = isinstance(value, str | int | float | bool) and value is not False and value != ""
    return f"`{value}`" if is_plain else ""


def _sentence(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
