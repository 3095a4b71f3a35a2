"""Let a package be called like the function of its name: `from curate import verify; verify(store)`.

The Python interface and the layout share two names, `verify` and `export`. Importing the sub-package puts the
module where the function would be, so the module itself takes the call and passes it on.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType


class _CallablePackage(ModuleType):
    def __call__(self, *args: object, **kwargs: object) -> object:
        return getattr(import_module("curate.api"), self.__name__.rpartition(".")[2])(*args, **kwargs)


def make_callable(package: str) -> None:
    """Make a sub-package of curate pass calls to the function of its name in `curate.api`."""
    sys.modules[package].__class__ = _CallablePackage
