"""Put the true output of `tracemill demo` into the README, between its two marks; a test compares them.

python docs/readme_demo.py
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"
# How often progress is told depends on the machine; the page shows how each stage ended.
PROGRESS = re.compile(r"\w+: [\d,]+ of [\d,]+ ")
BLOCK = re.compile(r"(<!-- demo -->\n```\n)(.*?)(```\n<!-- /demo -->)", re.DOTALL)


def run_demo() -> str:
    """Run the demo in an empty folder and give what a person sees, without trailing blanks."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "tracemill", "demo", "--dir", "demo-store"],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={"COLUMNS": "80", "LC_ALL": "C.UTF-8", "PYTHONUNBUFFERED": "1"},
            text=True,
            check=True,
        )
    lines = [line.rstrip() for line in done.stdout.splitlines()]
    return "\n".join(line for line in lines if not PROGRESS.match(line)) + "\n"


def without_times(text: str) -> str:
    """Mask what differs between machines: durations."""
    return re.sub(r"\d+(\.\d+)? (s|min)\b", "N s", text)


def shown() -> str:
    """Give the output that stands in the README."""
    found = BLOCK.search(README.read_text(encoding="utf-8"))
    return found[2] if found else ""


if __name__ == "__main__":
    text = README.read_text(encoding="utf-8")
    output = run_demo()
    README.write_text(BLOCK.sub(lambda match: match[1] + output + match[3], text), encoding="utf-8")
