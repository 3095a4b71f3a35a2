"""The sandbox: programs that a model wrote, run by a fork server that shuts each of them in.

Looked up when first used: the fork server's own process imports parts of this package and must stay small.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from curate.sandbox.backends import BackendReport, choose_backend, test_backend
    from curate.sandbox.many import execute, execute_many
    from curate.sandbox.pool import SandboxPool
    from curate.sandbox.result import ExecLimits, OtherAnswer, ProgramResult

_HOMES = {
    "BackendReport": "backends", "choose_backend": "backends", "test_backend": "backends", "execute": "many",
    "execute_many": "many", "SandboxPool": "pool", "ExecLimits": "result", "OtherAnswer": "result",
    "ProgramResult": "result",
}  # fmt: skip
__all__ = [
    "BackendReport",
    "ExecLimits",
    "OtherAnswer",
    "ProgramResult",
    "SandboxPool",
    "choose_backend",
    "execute",
    "execute_many",
    "test_backend",
]


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(f"curate.sandbox.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
