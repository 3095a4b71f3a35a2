"""Ask teachers for what the store lacks: the stage behind `tracemill generate`.

In: a store and a run file. Out: answers in the store's journal and a `GenerationReport`. Whatever is answered
already, by any run of this store, is not asked again. A cap on money is per run; what earlier runs spent
stands in `Store.totals()`. With `stop_after_verified` or `cascade` the work is done in rounds with
verification between them (curate.stages.rounds). Nothing is parsed, verified or filtered here.
"""

from __future__ import annotations

import time
from decimal import Decimal

from curate.config import RunFile
from curate.errors import InputError
from curate.stages.engine.progress import GenerationProgress
from curate.stages.engine.session import OnProgress, RunOrder, open_session
from curate.stages.engine.world import World
from curate.stages.generation_report import GenerationReport, make_report
from curate.stages.plan import GenerationPlan, make_plan
from curate.stages.rounds import ask_in_rounds
from curate.stages.stop import StopSignal
from curate.store import Store
from curate.types import Problem

__all__ = ["GenerationProgress", "GenerationReport", "StopSignal", "World", "generate"]


def generate(
    store: Store,
    run: RunFile,
    *,
    run_id: str,
    limit: int | None = None,
    max_usd: Decimal | None = None,
    on_progress: OnProgress | None = None,
    stop: StopSignal | None = None,
    world: World | None = None,
) -> GenerationReport:
    """Ask every teacher of a run file for what is missing; `limit` takes the first problems only.

    `max_usd` goes before the run file's cap. Progress is told twice a second, on the thread that asks.

    Raises:
        ConfigError: for a cap that cannot be kept.
        InputError: when there is no problem to ask about.
        MissingError: when a key's variable is not set.
        StoreBusyError: when another run asks the same teacher for this store.
        JournalError: when the disk refused a record; nothing was sent after it.
    """
    plan = make_plan(run, limit=limit)
    require_problem(plan, run)
    order = RunOrder(
        run_id,
        "generate",
        run.config_hash(),
        plan.teachers,
        run.generate.max_usd if max_usd is None else max_usd,
        run.generate.max_usd_per_teacher,
    )
    started = time.monotonic()
    with open_session(
        store,
        order,
        world=world or World(),
        stop=stop or StopSignal(),
        on_progress=on_progress or (lambda progress: None),
    ) as session:
        if run.generate.stop_after_verified is not None or run.generate.cascade:
            rounds = ask_in_rounds(session, plan, run)
        else:
            session.ask(plan)
            rounds = None
    return make_report(session, time.monotonic() - started, rounds)


def require_problem(plan: GenerationPlan, run: RunFile) -> None:
    """See that the sources hold at least one problem.

    Raises:
        InputError: naming the sources, and the first complaint if there was one.
    """
    complaint = ""
    for row in plan.read_rows():
        if isinstance(row, Problem):
            return
        complaint = complaint or f"; {row.path}, line {row.line}: {row.message}"
    sources = ", ".join(section.source for section in run.problems)
    raise InputError(
        f"there is no problem in {sources}{complaint}",
        "check the file, its `columns:` mapping and its `limit:`",
    )
