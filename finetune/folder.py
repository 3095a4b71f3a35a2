"""The folder of a training: one training in it, one process at work on it.

`training.json` says which settings and which export it belongs to. It is written once something was trained
or is about to be, so a file with a mistake in it does not take a folder.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from curate.errors import StoreBusyError, StoreError, UsageError
from curate.store.filelocks import FileLock, read_holder
from finetune.processes import is_main

IDENTITY = "training.json"
LOCK = ".lock"


@contextmanager
def hold_folder(out: Path) -> Iterator[None]:
    """Keep other processes away from a folder; a killed process gives it back.

    Raises:
        StoreBusyError: when another process trains or merges there.
        StoreError: when the folder cannot be made or written.
    """
    if not is_main():
        yield
        return
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock = FileLock(out / LOCK)
        is_ours = lock.take()
    except OSError as error:
        raise StoreError(
            f"the folder {out} cannot be written: {error.strerror or error}",
            "name another one in finetune.out, or check its rights and the room on its disk",
        ) from None
    if not is_ours:
        raise StoreBusyError(
            f"another process ({read_holder(out / LOCK) or 'unknown'}) is at work in {out}",
            "wait for it, stop it (the same command then goes on), or name another folder in finetune.out",
        )
    try:
        yield
    finally:
        lock.release()


def require_same(out: Path, settings_id: str, export_sha256: str) -> None:
    """Refuse a folder in which another training stands.

    Raises:
        UsageError: naming what differs.
    """
    try:
        known = json.loads((out / IDENTITY).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return
    if known == _identity(settings_id, export_sha256) or not any(out.glob("seed-*/*")):
        return
    what = "another export" if known.get("export_sha256") != export_sha256 else "other settings"
    raise UsageError(
        f"{out} holds a training with {what}", "name a new folder in finetune.out, or remove this one"
    )


def claim(out: Path, settings_id: str, export_sha256: str) -> None:
    """Write which training a folder belongs to."""
    if is_main():
        write_whole(out / IDENTITY, json.dumps(_identity(settings_id, export_sha256), indent=2) + "\n")


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it is there whole or not at all, also after a power cut."""
    unfinished = path.with_name(path.name + ".part")
    with unfinished.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def _identity(settings_id: str, export_sha256: str) -> dict[str, str]:
    return {"settings_id": settings_id, "export_sha256": export_sha256}
