"""What must stay light: importing the package and asking for help."""

from __future__ import annotations

import json
import subprocess
import sys

HEAVY = (
    "torch",
    "transformers",
    "datasets",
    "openai",
    "aiohttp",
    "httpx",
    "duckdb",
    "sympy",
    "pandas",
    "pyarrow",
)


def modules_after(statement: str) -> set[str]:
    code = f"{statement}\nimport json, sys\njson.dump(sorted(sys.modules), sys.stdout)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in json.loads(result.stdout)}


def test_importing_curate_pulls_in_nothing_heavy() -> None:
    assert not modules_after("import curate") & set(HEAVY)


def test_the_public_names_are_there_without_their_weight() -> None:
    statement = "from curate import Store, generate, import_traces, verify, select, export, check, solve"
    assert not modules_after(statement) & {"torch", "transformers", "datasets", "openai", "aiohttp", "httpx"}


def test_help_imports_no_command() -> None:
    silently = "with contextlib.redirect_stdout(io.StringIO()):"
    loaded = modules_after(f"import tracemill, io, contextlib\n{silently}\n tracemill.main(['--help'])")
    assert not loaded & {*HEAVY, "typer", "pydantic", "rich"}
