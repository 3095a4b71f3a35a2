"""The page of the Python interface: what `from curate import ...` gives, with signatures and docstrings."""

from __future__ import annotations

import importlib
import inspect

HEAD = """# Python interface

Everything here is imported from the package itself and usable from a notebook; heavy libraries are loaded
when they are needed. This page is written by `python docs/build.py`.
"""
PACKAGES = ("curate", "evaluate")


def api_page() -> str:
    """Describe every public name of the packages."""
    lines = [HEAD]
    for package in PACKAGES:
        module = importlib.import_module(package)
        names = sorted(getattr(module, "__all__", ()))
        if not names:
            continue
        lines += [f"## `{package}`", "", (inspect.getdoc(module) or "").split("\n\n")[0], ""]
        for name in names:
            lines += _entry(package, name, getattr(module, name))
    return "\n".join(lines).rstrip() + "\n"


def _entry(package: str, name: str, value: object) -> list[str]:
    lines = [f"### `{package}.{name}`", ""]
    if inspect.isclass(value):
        methods = [
            (key, method)
            for key, method in inspect.getmembers(value, inspect.isroutine)
            if not key.startswith("_") and (inspect.getdoc(method) or "") and key in vars(value)
        ]
        lines += [inspect.getdoc(value) or "", ""]
        for key, method in methods:
            lines.append(f"* `{key}{_signature(method)}`: {(inspect.getdoc(method) or '').splitlines()[0]}")
        return [*lines, ""]
    function = getattr(importlib.import_module("curate.api"), name) if package == "curate" else value
    return [*lines, f"`{name}{_signature(function)}`", "", inspect.getdoc(function) or "", ""]


def _signature(call: object) -> str:
    try:
        text = str(inspect.signature(call))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return "(...)"
    return text.replace("(self, ", "(").replace("(self)", "()").replace("'", "")
