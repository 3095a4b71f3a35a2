"""Climb the ladder: try each rung in its own process, compare it with fp32, and remember the result.

In: a student. Out: one `RungReport` per rung. A rung holds when its process ended well, nothing was NaN or
infinite, and its logits are close to those of fp32 with eager attention. Results are kept by student,
hardware and versions, so that a machine is probed once. Nothing falls back in silence: the rung that is taken
is named wherever the training is described, and a rung that failed says by which signal or fault.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from curate.errors import GateError
from finetune.numerics.hardware import H20_CURE, hardware_facts
from finetune.student import RUNGS
from finetune.versions import training_versions

REFERENCE = "fp32-eager"
MAX_KL = 0.05
"""Mean divergence from fp32 (nats) above which a rung does not hold; a small student had 0.0014 in NF4."""
TIMEOUT_S = 900.0


@dataclass(frozen=True, slots=True)
class RungReport:
    """How a rung did; `kl` (nats) and `top1` (share) are against fp32 with eager attention."""

    rung: str
    holds: bool
    fault: str = ""
    kl: float | None = None
    top1: float | None = None


def climb(
    student: str, rungs: Sequence[str] | None = None, *, cache: Path | None = None
) -> tuple[RungReport, ...]:
    """Probe rungs (all by default), or read what an earlier probe of this machine found.

    Raises:
        GateError: when even fp32 with eager attention does not run.
    """
    wanted = tuple(rungs or (numerics.rung for numerics in RUNGS))
    path = (cache or default_cache()) / f"{machine_key(student, wanted)}.json"
    known = _read(path)
    if known is not None:
        return known
    with tempfile.TemporaryDirectory() as folder:
        logits = {name: Path(folder) / f"{name}.npy" for name in (*wanted, REFERENCE)}
        faults = {name: run_probe(_command(name, student, out)) for name, out in logits.items()}
        if faults[REFERENCE]:
            raise GateError(
                f"even {REFERENCE} does not run: {faults[REFERENCE]}",
                "check the student and the installation",
            )
        reports = tuple(_report(name, faults[name], logits[name], logits[REFERENCE]) for name in wanted)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(report) for report in reports]), encoding="utf-8")
    return reports


def choose_rung(reports: Sequence[RungReport], wanted: Sequence[str]) -> str:
    """Give the first of the wanted rungs that holds.

    Raises:
        GateError: when none does; the message says why each failed.
    """
    by_name = {report.rung: report for report in reports}
    for name in wanted:
        if name in by_name and by_name[name].holds:
            return name
    said = "; ".join(f"{name}: {by_name[name].fault}" for name in wanted if name in by_name)
    raise GateError(
        f"no rung of the numerics ladder holds here ({said})", "see `tracemill finetune preflight`"
    )


def run_probe(command: Sequence[str], timeout_s: float = TIMEOUT_S) -> str:
    """Run a probe; gives "" when it ended well, else what went wrong, signals by their name."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout_s, check=False)
    except subprocess.TimeoutExpired:
        return f"it did not end within {timeout_s:.0f} s"
    if done.returncode == 0:
        return ""
    if done.returncode < 0:
        name = signal.Signals(-done.returncode).name
        return f"{name}; {H20_CURE}" if name == "SIGFPE" else name
    for line in reversed(done.stdout.splitlines()):
        if line.startswith("{") and "fault" in line:
            return str(json.loads(line)["fault"])
    last = done.stderr.strip().splitlines()
    return last[-1][:200] if last else f"exit code {done.returncode}"


def machine_key(student: str, rungs: Sequence[str]) -> str:
    """Identify what a probe depends on: student, rungs, hardware, versions."""
    facts: list[object] = [student, ",".join(rungs), hardware_facts(), training_versions()]
    config = Path(student) / "config.json"
    if config.is_file():
        facts.append(hashlib.sha256(config.read_bytes()).hexdigest())
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:24]


def default_cache() -> Path:
    """Give the folder of remembered probes."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "tracemill" / "preflight"


def _command(rung: str, student: str, out: Path) -> list[str]:
    return [sys.executable, "-m", "finetune.numerics.probe", rung, student, str(out)]


def _report(name: str, fault: str, logits: Path, reference: Path) -> RungReport:
    if fault:
        return RungReport(name, holds=False, fault=fault)
    kl, top1 = _distance(logits, reference)
    if not kl <= MAX_KL:
        return RungReport(name, False, f"{kl:.3f} nats from fp32, more than {MAX_KL}", kl, top1)
    return RungReport(name, True, "", kl, top1)


def _distance(logits: Path, reference: Path) -> tuple[float, float]:
    """Give KL(reference || rung) in nats a token, and the share of equal first tokens."""
    import numpy as np
    from scipy.special import log_softmax

    ours, theirs = (log_softmax(np.load(path).astype(np.float64), axis=-1) for path in (logits, reference))
    kl = float((np.exp(theirs) * (theirs - ours)).sum(axis=-1).mean())
    return kl, float((ours.argmax(-1) == theirs.argmax(-1)).mean())


def _read(path: Path) -> tuple[RungReport, ...] | None:
    try:
        return tuple(RungReport(**entry) for entry in json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
