"""`tracemill doctor [FILE]`: what this machine can do, and what stands in the way of a run.

Every line is one check with its finding and, where something is wrong, the remedy. Exit 3 when a check that
the run file depends on fails (a key, an endpoint, a writable store); a missing GPU is a finding, no failure.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import textwrap
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Literal

import typer

from curate.cli.common import JsonOption, new_app, show, write_json
from curate.config import RunFile, read_run_file
from curate.errors import MissingError, StoreError

app = new_app("Say what this machine can do, and what is in the way of a run.")

CORE = ("duckdb", "openai", "aiohttp", "httpx", "datasets", "sympy", "pandas", "math-verify", "rich")
TRAIN = ("torch", "transformers", "peft", "trl", "bitsandbytes", "accelerate")
CHECK_WIDTH = 19
LOW_DISK_BYTES = 2 * 1024**3
NETWORK_FILE_SYSTEMS = ("nfs", "cifs", "smb", "sshfs", "9p", "lustre", "gluster", "ceph", "fuse.")


@dataclass(frozen=True)
class Finding:
    """One check: `ok`, `note` (works, but know this) or `fail` (a run would not work)."""

    check: str
    status: Literal["ok", "note", "fail"]
    finding: str
    remedy: str = ""


@app.command()
def doctor(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="Run file to check keys and endpoints of.")
    ] = None,
    store: Annotated[Path | None, typer.Option("--store", help="Folder of a store.")] = None,
    json_: JsonOption = False,
) -> None:
    """Say what this machine can do, and what is in the way of a run."""
    run = read_run_file(file) if file else None
    findings = list(_find(run, store or (run.store if run else None)))
    if json_:
        write_json([asdict(finding) for finding in findings])
    else:
        _print(findings)
    failed = [finding.check for finding in findings if finding.status == "fail"]
    if failed:
        raise MissingError(
            f"{len(failed)} of {len(findings)} checks failed: {', '.join(failed)}", "see the remedies above"
        )


def _print(findings: list[Finding]) -> None:
    signs = {"ok": "ok  ", "note": "note", "fail": "FAIL"}
    for entry in findings:
        lines = _wrapped(show(entry.finding))
        print(f"{signs[entry.status]}  {entry.check:<{CHECK_WIDTH}}{lines[0]}")
        for line in [*lines[1:], *(_wrapped(f"-> {show(entry.remedy)}") if entry.remedy else [])]:
            print(" " * (6 + CHECK_WIDTH) + line)


def _wrapped(text: str) -> list[str]:
    width = shutil.get_terminal_size().columns - 6 - CHECK_WIDTH
    return textwrap.wrap(text, max(20, width)) or [""]


def _find(run: RunFile | None, store: Path | None) -> Iterator[Finding]:
    yield Finding("python", "ok", f"{platform.python_version()} on {platform.system()} {platform.machine()}")
    yield _packages("core packages", CORE, is_needed=True)
    yield _packages("training packages", TRAIN, is_needed=False)
    yield _cores()
    yield _gpu()
    yield from _sandbox()
    yield from _store(store)
    yield from _teachers(run)


def _packages(check: str, names: tuple[str, ...], *, is_needed: bool) -> Finding:
    found, missing = [], []
    for name in names:
        try:
            found.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            missing.append(name)
    if not missing:
        return Finding(check, "ok", ", ".join(found))
    if is_needed:
        return Finding(
            check, "fail", f"not installed: {', '.join(missing)}", "run `make demo`, or pip install tracemill"
        )
    return Finding(
        check,
        "note",
        f"not installed: {', '.join(missing)} (needed to fine-tune)",
        "run `make test`, or pip install 'tracemill[train]'",
    )


def _cores() -> Finding:
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return Finding("cores", "ok", f"{usable} usable")


def _gpu() -> Finding:
    if shutil.which("nvidia-smi") is None and not Path("/dev/nvidiactl").exists():
        return Finding("gpu", "note", "none found; curation needs none")
    return Finding("gpu", "ok", "an NVIDIA device is present")


def _sandbox() -> Iterator[Finding]:
    """Run the self-test of each backend; the first that holds is what programs run under."""
    from curate.sandbox import test_backend
    from curate.sandbox.backends import ISOLATED, choose_backend

    try:
        chosen = choose_backend()
    except MissingError as error:
        yield Finding("program sandbox", "note", error.message, error.hint)
        return
    yield Finding("program sandbox", "ok", f"{chosen}: it passed its self-test")
    for backend in ISOLATED:
        report = test_backend(backend)
        for line in report.findings:
            status: Literal["ok", "note"] = "ok" if line.is_good else "note"
            yield Finding(f"  {backend}", status, f"{line.name}: {line.detail}")


def _store(folder: Path | None) -> Iterator[Finding]:
    place = folder or Path()
    existing = next(parent for parent in (place.resolve(), *place.resolve().parents) if parent.exists())
    free = shutil.disk_usage(existing).free
    text = f"{free / 1024**3:.1f} GB free in {existing}"
    if free < LOW_DISK_BYTES:
        yield Finding("disk", "note", text, "a million answers of 2,000 tokens need about 10 GB")
    else:
        yield Finding("disk", "ok", text)
    kind = _file_system(existing)
    if kind.startswith(NETWORK_FILE_SYSTEMS):
        yield Finding(
            "file system",
            "note",
            f"{kind}: locks and appends are not safe there",
            "keep the store on a local disk",
        )
    if folder is None:
        return
    if not os.access(existing, os.W_OK):
        yield Finding("store", "fail", f"{existing} may not be written", "name a folder you may write to")
    elif folder.exists():
        yield _open_store(folder)


def _open_store(folder: Path) -> Finding:
    from curate.store import Store

    try:
        Store.open(folder)
    except StoreError as error:
        return Finding("store", "fail", error.message, error.hint)
    return Finding("store", "ok", f"{folder} opens")


def _file_system(folder: Path) -> str:
    """Read the type of the file system that holds a folder; empty where the system does not say."""
    try:
        mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text(encoding="utf-8").splitlines()]
    except OSError:
        return ""
    holding = [
        (len(point), kind) for point, kind in mounts if folder.is_relative_to(point.replace("\\040", " "))
    ]
    return max(holding)[1] if holding else ""


def _teachers(run: RunFile | None) -> Iterator[Finding]:
    if run is None:
        return
    from curate.teachers.probe import probe_endpoint

    for section in run.teachers:
        probe = probe_endpoint(section.teacher(), os.environ)
        status: Literal["ok", "note", "fail"] = "ok" if probe.status == "ok" else "note"
        yield Finding(
            f"teacher {probe.alias}", status if probe.is_usable else "fail", probe.message, probe.hint
        )
