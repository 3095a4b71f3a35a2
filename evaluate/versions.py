"""Versions of what answers and scores, for results."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from curate.answers import PARSER_VERSION
from curate.verify import VERIFIER_VERSION

_PACKAGES = ("tracemill", "torch", "transformers", "peft", "bitsandbytes", "tokenizers", "scipy", "sympy")


def evaluation_versions() -> dict[str, str]:
    """Give the version of the rules and of every package that is installed, and of Python."""
    found = {"verifier": VERIFIER_VERSION, "parser": PARSER_VERSION, "python": platform.python_version()}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
