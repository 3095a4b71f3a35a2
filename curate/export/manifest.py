"""The manifest: what stands in an export, what it was made from, and the hash of each file.

It holds no time, path or machine, so the same store, policy and seed write the same manifest. `verify_export`
reads the folder back and names what no longer fits.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from curate.errors import InputError
from curate.export.folder import hash_file
from curate.export.rows import ExportResult, FileEntry
from curate.types import Json

MANIFEST = "manifest.json"
LINEAGE = "lineage.jsonl"
MANIFEST_VERSION = 1


@dataclass(frozen=True, slots=True)
class ManifestBase:
    """What the caller knows: the policy, the versions that made the verdicts, and an id of the input rows."""

    inputs_id: str
    policy_id: str
    policy: str
    rules: tuple[Mapping[str, Json], ...] = ()
    benchmarks: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    n_traces: int = 0
    n_kept: int = 0
    query: str = ""
    """The named query that chose the rows, and below a hash of its text."""
    query_id: str = ""
    order: str = ""
    """The order that the policy asks for and the rows stand in; empty when they are shuffled by the seed."""


@dataclass(frozen=True, slots=True)
class ExportCheck:
    """What a second look at a folder found; it is whole when `faults` is empty."""

    out: Path
    export_id: str
    n_files: int
    faults: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Say whether every file is what the manifest says."""
        return not self.faults


def manifest_json(
    base: ManifestBase,
    *,
    export_id: str,
    settings: Mapping[str, Json],
    counts: Mapping[str, Json],
    licences: Mapping[str, str],
    files: tuple[FileEntry, ...],
) -> dict[str, Json]:
    """Put a manifest together; keys are sorted when it is written."""
    return {
        "manifest_version": MANIFEST_VERSION,
        "export_id": export_id,
        "inputs_id": base.inputs_id,
        "policy": {
            "policy_id": base.policy_id,
            "name": base.policy,
            "rules": [dict(rule) for rule in base.rules],
            "benchmarks": list(base.benchmarks),
            **({"selection": {"order": base.order}} if base.order else {}),
        },
        "query": {"name": base.query, "query_id": base.query_id},
        "settings": dict(settings),
        "counts": {"traces": base.n_traces, "kept": base.n_kept, **counts},
        "licences": dict(licences),
        "versions": dict(base.versions),
        "lineage": LINEAGE,
        "files": [asdict(entry) for entry in files],
    }


def write_json(value: Json) -> bytes:
    """Write JSON for people: sorted, indented, UTF-8."""
    return (json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode(
        "utf-8", "surrogatepass"
    )


def read_export(out: Path) -> ExportResult | None:
    """Read what stands in a folder from its manifest and lineage, None when that is no readable export."""
    try:
        data = (out / MANIFEST).read_bytes()
        manifest = json.loads(data)
        is_led_back = "lineage" in manifest
        lineage = (out / LINEAGE).read_text(encoding="utf-8").splitlines() if is_led_back else []
        return ExportResult(
            str(manifest["export_id"]),
            out,
            manifest["settings"]["format"],
            manifest["counts"]["rows"],
            manifest["counts"]["problems"],
            manifest["counts"]["left_out_empty"],
            tuple(FileEntry(**entry) for entry in manifest["files"]),
            hashlib.sha256(data).hexdigest(),
            tuple(str(json.loads(line)["trace_id"]) for line in lineage),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def verify_export(out: Path) -> ExportCheck:
    """Hash every file of an export again and compare; also name files that the manifest does not know.

    Raises:
        InputError: when the folder holds no manifest, or one that cannot be read.
    """
    entries, export_id = _read_entries(out)
    faults = []
    for entry in entries:
        path = out / entry.path
        if not path.is_file():
            faults.append(f"{entry.path}: missing")
        elif (size := path.stat().st_size) != entry.n_bytes:
            faults.append(f"{entry.path}: {size} bytes, the manifest says {entry.n_bytes}")
        elif hash_file(path) != entry.sha256:
            faults.append(f"{entry.path}: changed, its sha256 is not that of the manifest")
    known = {entry.path for entry in entries} | {MANIFEST}
    found = sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())
    faults.extend(f"{name}: not in the manifest" for name in found if name not in known)
    return ExportCheck(out, export_id, len(entries), tuple(faults))


def _read_entries(out: Path) -> tuple[tuple[FileEntry, ...], str]:
    try:
        manifest = json.loads((out / MANIFEST).read_bytes())
        files = tuple(FileEntry(**entry) for entry in manifest["files"])
        if any(".." in Path(entry.path).parts or Path(entry.path).is_absolute() for entry in files):
            raise ValueError("a file path leaves the folder")
        return files, str(manifest["export_id"])
    except FileNotFoundError:
        raise InputError(
            f"{out} has no {MANIFEST}; it is no export", "name a folder that export wrote"
        ) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{out / MANIFEST} cannot be read: {error}", "export again to a new folder"
        ) from None
