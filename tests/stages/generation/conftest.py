"""A laboratory for the engine: a clock that jumps, teachers that follow a script, a journal in memory."""

from __future__ import annotations

import asyncio
import contextlib
import json
import selectors
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

import pytest

from curate.stages.engine.outcome import PassOutcome
from curate.stages.engine.session import RunOrder, Session, open_session
from curate.stages.engine.world import World
from curate.stages.generation_report import GenerationReport, make_report
from curate.stages.stop import StopSignal
from curate.stages.units import ListedWork, Unit
from curate.store.records import AnswerRecord, FaultRecord, Record, SentRecord
from curate.teachers.bodies import build_request
from curate.teachers.transport import TeacherFault, TeacherReply
from curate.types import (
    Limits,
    Message,
    Price,
    Problem,
    PromptTemplate,
    Request,
    Sampling,
    Style,
    Teacher,
    TraceFormat,
)

TEMPLATE = PromptTemplate.of(
    name="cot", format=TraceFormat.COT, granularity=None, style=Style.PLAIN, system="", user="{{question}}"
)


class _JumpingSelector(selectors.DefaultSelector):
    """Instead of waiting, moves the clock to where the wait would end."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0

    def select(self, timeout: float | None = None):
        ready = super().select(0 if timeout is not None else None)
        if not ready and timeout is not None and timeout > 0:
            self.now += timeout
        return ready


class JumpingLoop(asyncio.SelectorEventLoop):
    """An event loop in which an hour of waiting takes no time."""

    def __init__(self) -> None:
        self.jumping = _JumpingSelector()
        super().__init__(self.jumping)

    def time(self) -> float:
        return self.jumping.now


class MemoryJournal:
    """Keeps records; what is appended is durable `flush_s` later, with None only at `sync`."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.flush_s: float | None = 0.0
        self.fails_after: int | None = None
        self._pending: list[Callable[[], None]] = []

    def append(self, record: Record, on_durable: Callable[[], None] | None = None) -> None:
        from curate.errors import JournalError

        if self.fails_after is not None and len(self.records) >= self.fails_after:
            raise JournalError("no space left on device")
        self.records.append(record)
        if on_durable is not None:
            self._pending.append(on_durable)
        if self.flush_s == 0:
            self.sync()
        elif self.flush_s and len(self._pending) == 1:
            asyncio.get_running_loop().call_later(self.flush_s, self.sync)

    def sync(self) -> None:
        pending, self._pending = self._pending, []
        for callback in pending:
            callback()

    def of(self, kind: type) -> list:
        return [record for record in self.records if isinstance(record, kind)]


class MemoryStore:
    """The part of a store that the engine uses."""

    def __init__(self, journal: MemoryJournal) -> None:
        self.journal = journal
        self.locked: list[str] = []

    @contextlib.contextmanager
    def lock_teacher(self, teacher_id: str) -> Iterator[None]:
        assert teacher_id not in self.locked
        self.locked.append(teacher_id)
        yield
        self.locked.remove(teacher_id)

    @contextlib.contextmanager
    def write_journal(self, run_id: str, shard: str = "0") -> Iterator[MemoryJournal]:
        yield self.journal

    def answered_ids(self) -> set[bytes]:
        return {bytes.fromhex(r.request_id[3:]) for r in self.journal.of(AnswerRecord)}

    def final_fault_ids(self) -> set[bytes]:
        return {bytes.fromhex(r.request_id[3:]) for r in self.journal.of(FaultRecord) if r.is_final}


def completion(text: str = "The answer is 4", n_in: int = 10, n_out: int = 5) -> bytes:
    return json.dumps(
        {
            "choices": [{"message": {"content": text}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": n_in, "completion_tokens": n_out},
        }
    ).encode()


Script = Callable[[Request, int], bytes | TeacherFault]


@dataclass
class Lab:
    """Runs passes in virtual time and remembers what was on the wire."""

    journal: MemoryJournal = field(default_factory=MemoryJournal)
    script: Script = field(default=lambda request, n: completion())
    latency_s: float = 0.2
    stop: StopSignal = field(default_factory=StopSignal)
    max_usd: Decimal | None = None
    max_usd_per_teacher: dict[str, Decimal] = field(default_factory=dict)
    calls: list[tuple[float, str, Request]] = field(default_factory=list)
    n_on_wire: int = 0
    most_on_wire: int = 0
    tries: dict[str, int] = field(default_factory=dict)
    progress: list = field(default_factory=list)
    session: Session | None = None
    ended_at: float = 0.0
    n_runs: int = 0

    def __post_init__(self) -> None:
        self.store = MemoryStore(self.journal)

    def teacher(self, alias: str = "a", model: str = "m", **more) -> Teacher:
        limits = Limits(**more.pop("limits", {}))
        sampling = more.pop("sampling", Sampling(max_tokens=10))
        return Teacher.of(
            alias=alias, model=model, base_url="http://h/v1", sampling=sampling, limits=limits, **more
        )

    def priced(self, alias: str = "a", **more) -> Teacher:
        """One USD per token out, none for the prompt: a request reserves 10 USD and is billed 5."""
        return self.teacher(alias, price=Price(Decimal(0), Decimal(1_000_000)), **more)

    def units(self, teacher: Teacher, n: int, samples: int = 1) -> list[Unit]:
        return [self.unit(teacher, number, sample) for number in range(n) for sample in range(samples)]

    def unit(self, teacher: Teacher, number: int, sample: int = 0) -> Unit:
        problem = Problem.of(source="s", question=f"What is {number} + {number}?", gold=str(2 * number))
        request = build_request(
            teacher,
            [Message("user", problem.question)],
            problem_id=problem.problem_id,
            template_id=TEMPLATE.template_id,
            format=TraceFormat.COT,
            sample_index=sample,
        )
        return Unit(request, problem, TEMPLATE)

    def ask(self, units: list[Unit]) -> PassOutcome:
        """Run one whole session over a list of units."""
        work = ListedWork(tuple(units))
        self.n_runs += 1
        order = RunOrder(
            f"run{self.n_runs}", "generate", "", work.teachers, self.max_usd, self.max_usd_per_teacher
        )
        with open_session(
            self.store, order, world=self.world(), stop=self.stop, on_progress=self.progress.append
        ) as self.session:
            return self.session.ask(work)

    def report(self) -> GenerationReport:
        assert self.session is not None
        return make_report(self.session, 1.0)

    def world(self) -> World:
        return World(
            clock=lambda: 1_700_000_000.0,
            uniform=lambda low, high: high,
            environ={},
            make_transport=lambda teacher, environ, clock: LabTransport(self, teacher),
            loop_factory=JumpingLoop,
        )

    def sent(self) -> list[SentRecord]:
        return self.journal.of(SentRecord)

    def answers(self) -> list[AnswerRecord]:
        return self.journal.of(AnswerRecord)

    def faults(self) -> list[FaultRecord]:
        return self.journal.of(FaultRecord)


class LabTransport:
    """Answers by the lab's script, after its latency in virtual time."""

    def __init__(self, lab: Lab, teacher: Teacher) -> None:
        self.lab, self.teacher = lab, teacher

    async def call_teacher(self, request: Request) -> TeacherReply:
        lab = self.lab
        now = asyncio.get_running_loop().time() - 1000.0
        lab.calls.append((now, self.teacher.alias, request))
        lab.tries[request.request_id] = lab.tries.get(request.request_id, 0) + 1
        lab.n_on_wire += 1
        lab.most_on_wire = max(lab.most_on_wire, lab.n_on_wire)
        try:
            outcome = lab.script(request, lab.tries[request.request_id])
            await asyncio.sleep(lab.latency_s)
        finally:
            lab.n_on_wire -= 1
            lab.ended_at = asyncio.get_running_loop().time() - 1000.0
        if isinstance(outcome, TeacherFault):
            raise outcome
        return TeacherReply(200, outcome, {}, lab.latency_s * 1000)

    async def close(self) -> None:
        pass


@pytest.fixture
def lab() -> Lab:
    return Lab()


@pytest.fixture
def answer() -> Callable[..., bytes]:
    """Make a completion's body."""
    return completion
