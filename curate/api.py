"""The Python interface: what the commands do, each usable in ten lines from a notebook.

    from curate import Store, generate, verify, select, export
    store = Store.open(Path("store"), create=True)
    generate(store, "tracemill.yaml"); verify(store); select(store); export(store, out="corpus")
    store.sql("SELECT teacher, status, count(*) FROM traces_v GROUP BY ALL")

Thin on purpose: names, defaults and types; the work is in `curate.stages`. In a notebook the long ones show a
bar in the cell; elsewhere nothing is printed. `progress=True` and `progress=False` decide it by hand.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from curate.config import RunFile, read_run_file
from curate.curation_sections import ExportSection
from curate.progress import ProgressLine
from curate.progress.notebook import is_notebook
from curate.progress.tellers import (
    export_teller,
    filter_teller,
    generation_teller,
    import_teller,
    measuring_teller,
    verification_teller,
)

if TYPE_CHECKING:
    from curate.sandbox import ProgramResult
    from curate.stages.exporting import ExportReport
    from curate.stages.filter_tally import FilterReport
    from curate.stages.generation import GenerationReport
    from curate.stages.importing import ImportReport
    from curate.stages.verification import VerifyReport
    from curate.store import Store
    from curate.verify import CheckResult, SolveResult


def generate(
    store: Store,
    run: RunFile | Path | str,
    *,
    limit: int | None = None,
    max_usd: Decimal | None = None,
    progress: bool | None = None,
) -> GenerationReport:
    """Ask the teachers of a run file for what is missing in the store.

    Raises:
        ConfigError, MissingError, InputError, StoreBusyError, JournalError: as `tracemill generate`.
    """
    from curate.stages.generation import generate as ask

    run_file = run if isinstance(run, RunFile) else read_run_file(Path(run))
    run_id = store.new_run_id(time.time(), secrets.token_hex(3))
    with _line("generate", progress) as line:
        return ask(
            store,
            run_file,
            run_id=run_id,
            limit=limit,
            max_usd=max_usd,
            on_progress=generation_teller(line),
        )


def import_traces(
    store: Store,
    *paths: Path | str,
    columns: Mapping[str, str] | None = None,
    progress: bool | None = None,
) -> ImportReport:
    """Take in traces and problems from files; `columns` maps our field to theirs.

    Raises:
        InputError, ConfigError, StoreError: as `tracemill import`.
    """
    from curate.stages.importing import import_paths

    with _line("import", progress) as line:
        return import_paths(
            store, [Path(path) for path in paths], columns=columns, on_progress=import_teller(line)
        )


def verify(
    store: Store, *, workers: int | None = None, again: bool = False, progress: bool | None = None
) -> VerifyReport:
    """Check the traces that have no verdict of this version."""
    from curate.stages.verification import verify_store

    with _line("verify", progress) as line:
        return verify_store(store, workers=workers, again=again, on_progress=verification_teller(line))


def select(
    store: Store,
    policy: str | Path = "verified",
    *,
    decontaminate: Sequence[str] = (),
    benchmarks_dir: Path | str | None = None,
    progress: bool | None = None,
) -> FilterReport:
    """Decide which traces may be trained on; a later `export` writes what the policy keeps.

    Raises:
        ConfigError, MissingError, InputError: as `tracemill filter`.
    """
    from curate.stages.filtering import filter_store

    folder = Path(benchmarks_dir) if benchmarks_dir is not None else None
    with _line("filter", progress) as line:
        return filter_store(
            store,
            policy=policy,
            decontaminate=decontaminate,
            benchmarks_dir=folder,
            on_measured=measuring_teller(line),
            on_progress=filter_teller(line),
        )


def export(
    store: Store,
    *,
    out: Path | str,
    format: str = "messages",
    policy: str | Path = "verified",
    seed: int = 0,
    reasoning: str = "inline",
    progress: bool | None = None,
) -> ExportReport:
    """Write a training set of what a policy keeps.

    Raises:
        pydantic.ValidationError: for an unknown format.
        UsageError: for a policy that was not applied, or a folder that is not empty.
    """
    from curate.stages.exporting import export_store

    section = ExportSection.model_validate(
        {"format": format, "out": out, "seed": seed, "reasoning": reasoning}
    )
    with _line("export", progress) as line:
        return export_store(store, section, policy, on_progress=export_teller(line))


def check(
    *, gold: str, answer: str | None = None, response: str | None = None, choices: tuple[str, ...] = ()
) -> CheckResult:
    """Compare a bare answer, or the answer stated in a response, with a gold."""
    from curate.verify.api import check as compare

    return compare(gold=gold, answer=answer, response=response, choices=choices)


def execute(
    program: str, *, timeout_s: float = 5.0, memory_mb: int = 1024, backend: str | None = None
) -> ProgramResult:
    """Run one program, fenced or bare, in the sandbox and give its answer.

    Raises:
        MissingError: when this machine cannot shut programs in; nothing is run then.
    """
    from curate.sandbox import ExecLimits
    from curate.verify.programs import execute as run

    return run(program, limits=ExecLimits(timeout_s, memory_mb), backend=backend)


def solve(equations: str) -> SolveResult:
    """Solve one EoT/1 system exactly."""
    from curate.verify.api import solve as solve_system

    return solve_system(equations)


def _line(name: str, progress: bool | None) -> ProgressLine:
    return ProgressLine(name, is_quiet=not (is_notebook() if progress is None else progress))
