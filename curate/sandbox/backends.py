"""Choose how programs are shut in, by doing: a backend counts only after its self-test passed here.

`namespaces` first, then `landlock`; when neither holds, the sandbox refuses and says which layer failed and
what to change. It never falls back to running a program unprotected: `unsafe` is only used when asked for
by name, and stands in every record then.
"""

from __future__ import annotations

import os
import platform
import sys
from dataclasses import dataclass
from functools import cache

from curate.errors import MissingError, UsageError
from curate.sandbox.inside.syscalls import machine_index
from curate.sandbox.refusals import remedy_for
from curate.sandbox.selftest import Finding, run_self_test

ISOLATED = ("namespaces", "landlock")
UNSAFE = "unsafe"


@dataclass(frozen=True, slots=True)
class BackendReport:
    """What the self-test of one backend found, line by line."""

    backend: str
    findings: tuple[Finding, ...]

    @property
    def is_safe(self) -> bool:
        """Say whether every line of the self-test held."""
        return bool(self.findings) and all(finding.is_good for finding in self.findings)

    @property
    def first_fault(self) -> str:
        """Give the first line that did not hold."""
        return next((f"{one.name}: {one.detail}" for one in self.findings if not one.is_good), "")


def choose_backend(wanted: str | None = None) -> str:
    """Give the name of a backend that holds on this machine; the self-test runs once in a process.

    Raises:
        UsageError: for a name that is no backend.
        MissingError: when the wanted one, or every one, fails its self-test.
    """
    if wanted == UNSAFE:
        return UNSAFE
    if wanted is not None and wanted not in ISOLATED:
        raise UsageError(f"{wanted!r} is no sandbox backend", f"use one of {', '.join(ISOLATED)}")
    _require_known_machine()
    reports = []
    for name in (wanted,) if wanted else ISOLATED:
        report = test_backend(name)
        if report.is_safe:
            return name
        reports.append(report)
    raise MissingError(
        "Programs cannot be run safely on this machine, so none was run. "
        + " ".join(f"{report.backend}: {report.first_fault}." for report in reports),
        "; ".join(dict.fromkeys(remedy_for(report.first_fault, report.backend) for report in reports))
        + "; or use a container or virtual machine that allows one of them",
    )


@cache
def test_backend(name: str) -> BackendReport:
    """Run the self-test of one backend; the result is kept for the life of this process."""
    return BackendReport(name, run_self_test(name))


def _require_known_machine() -> None:
    if sys.platform != "linux":
        raise MissingError(
            f"The program sandbox needs Linux; this is {platform.system()}.",
            "use Docker, or WSL2 on Windows",
        )
    if machine_index() is None or not hasattr(os, "pidfd_open"):
        raise MissingError(
            f"The program sandbox knows x86_64 and aarch64; this is {platform.machine()}.",
            "use a machine or a container of one of these kinds",
        )
