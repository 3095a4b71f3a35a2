"""Second models in the loop: verifier, critic with repair rounds, compressor (Baral et al. 2026).

In: a store with solutions and a run file with `generate.agents`. Out: judgements, repairs and rewrites in the
journal, and an `AgentsReport`. Each call is an ordinary request; what was asked before, by any run of this
store, is not asked again. `ask_agents` works inside a session that is open already and so shares its cap;
`run_agents` opens one of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from curate.config import RunFile
from curate.curation_sections import AgentsSection
from curate.stages.agents_compression import CompressionCounts, compress_traces
from curate.stages.agents_desk import AgentDesk
from curate.stages.agents_judging import JudgeCounts, judge_traces
from curate.stages.agents_repair import RepairCounts, repair_traces
from curate.stages.engine.progress import GenerationProgress
from curate.stages.engine.session import RunOrder, Session, open_session
from curate.stages.engine.world import World
from curate.stages.plan import make_plan
from curate.stages.stop import StopSignal
from curate.store import Store


@dataclass(frozen=True, slots=True)
class AgentsReport:
    """What the agents did."""

    judged: JudgeCounts = field(default_factory=JudgeCounts)
    repaired: RepairCounts = field(default_factory=RepairCounts)
    compressed: CompressionCounts = field(default_factory=CompressionCounts)
    is_stopped: bool = False

    @property
    def n_unanswered(self) -> int:
        """Give the number of calls that another run must make."""
        return self.judged.n_unanswered + self.repaired.n_unanswered + self.compressed.n_unanswered

    @property
    def is_complete(self) -> bool:
        """Say whether every call was answered."""
        return self.n_unanswered == 0 and not self.is_stopped


def run_agents(
    store: Store,
    run: RunFile,
    *,
    run_id: str,
    limit: int | None = None,
    max_usd: Decimal | None = None,
    on_progress: Callable[[GenerationProgress], None] | None = None,
    stop: StopSignal | None = None,
    world: World | None = None,
) -> AgentsReport:
    """Run the agents of a run file over what its store holds; without any it does nothing.

    Raises:
        ConfigError: for a cap that cannot be kept.
        MissingError: when a key's variable is not set.
        StoreBusyError: when another run asks one of the teachers for this store.
        JournalError: when the disk refused a record; nothing was sent after it.
    """
    if run.generate.agents is None:
        return AgentsReport()
    order = RunOrder(
        run_id,
        "agents",
        run.config_hash(),
        tuple(section.teacher() for section in run.teachers),
        run.generate.max_usd if max_usd is None else max_usd,
        run.generate.max_usd_per_teacher,
    )
    with open_session(
        store,
        order,
        world=world or World(),
        stop=stop or StopSignal(),
        on_progress=on_progress or (lambda progress: None),
    ) as session:
        return ask_agents(session, run, limit=limit)


def ask_agents(session: Session, run: RunFile, *, limit: int | None = None) -> AgentsReport:
    """Run the agents inside an open session: repairs first, so that they are judged and rewritten too.

    Raises:
        JournalError: when the disk refused a record.
    """
    agents = run.generate.agents or AgentsSection()
    plan = make_plan(run, limit=limit)
    desk = AgentDesk(
        session,
        plan.teachers,
        frozenset(problem.problem_id for problem in plan.problems()),
        run.verify.workers,
    )
    desk.verify()
    repaired = repair_traces(desk, agents.critic) if agents.critic else RepairCounts()
    judged = judge_traces(desk, agents.verifier) if agents.verifier else JudgeCounts()
    compressed = compress_traces(desk, agents.compressor) if agents.compressor else CompressionCounts()
    return AgentsReport(judged, repaired, compressed, session.is_stopped)
