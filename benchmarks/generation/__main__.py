"""Measure the engine: `python -m benchmarks.generation [--only PART,...] [--curator] [--quick] [--write]`.

Parts: speed, faults, kills, memory. Everything runs on loopback; about 8 minutes for all on two free cores.
`--curator` installs bespokelabs-curator into a virtual environment of its own in a temporary folder and
runs it in the same harness. `--quick` takes small sizes to see that it works. Prints the page on standard
error and JSON on standard output; `--write` puts the page into docs/results/generation.md.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import venv
from dataclasses import dataclass
from pathlib import Path

from benchmarks.generation.harness import Server
from benchmarks.generation.page import Results, as_json, as_markdown
from benchmarks.generation.scenarios import run_faults, run_kills, run_memory, run_speed, run_torn

PAGE = Path(__file__).resolve().parents[2] / "docs" / "results" / "generation.md"


@dataclass(frozen=True)
class Sizes:
    """How much is asked in each part."""

    speed: int
    faults: int
    kills: int
    n_kills: int
    memory_few: int
    memory_many: int


FULL = Sizes(5_000, 20_000, 6_000, 12, 5_000, 100_000)
QUICK = Sizes(600, 600, 1_200, 3, 300, 1_500)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.generation",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--only", default="speed,faults,kills,memory", help="parts, separated by commas")
    parser.add_argument("--curator", action="store_true", help="install and measure bespokelabs-curator too")
    parser.add_argument("--quick", action="store_true", help="small sizes")
    parser.add_argument("--write", action="store_true", help="write docs/results/generation.md")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="tracemill-generation-"))
    try:
        results = measure_all(
            folder, options.only.split(","), QUICK if options.quick else FULL, options.curator
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    page = as_markdown(results)
    print(page, file=sys.stderr)
    print(json.dumps(as_json(results), indent=2))
    if options.write:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(page, encoding="utf-8")
    return 0


def measure_all(folder: Path, parts: list[str], sizes: Sizes, with_curator: bool) -> Results:
    results = Results()
    peers = {"aiohttp": sys.executable, "openai": sys.executable}
    if with_curator:
        python = install_curator(folder / "curator")
        if python is None:
            results.notes.append("bespokelabs-curator could not be installed here.")
        else:
            peers["curator"] = python
    with Server() as calm, Server(has_faults=True) as stormy:
        if "speed" in parts:
            results.speed = run_speed(calm, folder, sizes.speed, peers)
        if "faults" in parts:
            results.faults = run_faults(calm, stormy, folder, sizes.faults, ["aiohttp"])
        if "kills" in parts:
            for how in ("sigkill", "quiet sigkill", "sigterm"):
                place = folder / how.replace(" ", "-")
                results.kills.append(run_kills(calm, place, sizes.kills, sizes.n_kills, how))
            results.kills.append(run_torn(calm, folder / "torn", 100))
        if "memory" in parts:
            results.memory, restart = run_memory(calm, folder, sizes.memory_few, sizes.memory_many)
            results.restart = [restart]
    return results


def install_curator(folder: Path) -> str | None:
    """Install the peer into an environment of its own; None when that does not work here."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    command = [str(python), "-m", "pip", "install", "--quiet", "bespokelabs-curator"]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return str(python) if done.returncode == 0 else None


if __name__ == "__main__":
    sys.exit(main())
