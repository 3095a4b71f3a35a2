"""The engine of tracemill: problems and teachers in, verified training sets out.

The names below are looked up when they are first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from curate.api import check, execute, export, generate, import_traces, select, solve, verify
    from curate.store import Store

__all__ = ["Store", "check", "execute", "export", "generate", "import_traces", "select", "solve", "verify"]


def __getattr__(name: str) -> object:
    if name == "Store":
        return import_module("curate.store").Store
    if name in __all__:
        return getattr(import_module("curate.api"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
