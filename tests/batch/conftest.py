"""A store, a loopback endpoint and a way to run batches over both, as often as a test needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest

from curate.stages.batching import generate_batches
from curate.stages.batching.jobs import BatchLimits
from curate.stages.engine.lineage import Lineage
from curate.stages.stop import StopSignal
from curate.stages.units import BatchOutcome, BatchWork, Unit
from curate.store.scan import id_digest
from curate.store.store import Store
from curate.teachers.batch import BatchEndpoint, OpenAIBatchEndpoint
from curate.teachers.bodies import build_request
from curate.teachers.budget import Budget
from curate.teachers.embedded import BatchBehaviour, EmbeddedServer, ServerConfig
from curate.types import (
    Limits,
    Message,
    Price,
    Problem,
    PromptTemplate,
    Sampling,
    Style,
    Teacher,
    TraceFormat,
)

N_TOKENS_IN, N_TOKENS_OUT = 10, 20
TEMPLATE = PromptTemplate.of(
    name="t", format=TraceFormat.COT, granularity=None, style=Style.PLAIN, system="", user="{{question}}"
)


def echo(body: bytes, sample_index: int) -> bytes:
    """Answer with the question, and with a usage that is always the same."""
    asked = orjson.loads(body)["messages"][-1]["content"]
    message = {"role": "assistant", "content": f"{asked} {sample_index}"}
    usage = {"prompt_tokens": N_TOKENS_IN, "completion_tokens": N_TOKENS_OUT, "total_tokens": 30}
    return orjson.dumps({"choices": [{"message": message, "finish_reason": "stop"}], "usage": usage})


@dataclass
class Bench:
    """One store and one endpoint."""

    folder: Path
    server: EmbeddedServer
    price: Price | None = field(default_factory=lambda: Price(Decimal(2), Decimal(8)))
    max_attempts: int = 6
    n_runs: int = 0
    pauses: list[float] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    budget: Budget = field(default_factory=Budget)

    @property
    def teacher(self) -> Teacher:
        return Teacher.of(
            alias="b",
            model="embedded",
            base_url=self.server.base_url,
            sampling=Sampling(max_tokens=100),
            limits=Limits(max_attempts=self.max_attempts, give_up_s=1000),
            price=self.price,
            transport="batch",
        )

    @property
    def store(self) -> Store:
        return Store.open(self.folder, create=not self.folder.exists())

    def units(self, n: int) -> list[Unit]:
        """Give `n` units with bodies of their own."""
        return [self._unit(f"question {number}") for number in range(n)]

    def run(
        self,
        units: list[Unit],
        *,
        endpoint: BatchEndpoint | None = None,
        wrap_journal: Callable[[Any], Any] = lambda journal: journal,
        stop: StopSignal | None = None,
        pause: Callable[[float], None] | None = None,
        limits: BatchLimits | None = None,
        cap: Decimal | None = None,
    ) -> BatchOutcome:
        """Run the batches of some units in a run of their own; time passes only in pauses."""
        self.n_runs += 1
        run_id = f"20260101T00000{self.n_runs % 10}Z-{self.n_runs:06x}"
        self.budget = Budget(cap)
        store, now = self.store, [1000.0 * self.n_runs]

        def wait(seconds: float) -> None:
            self.pauses.append(seconds)
            now[0] += seconds
            assert len(self.pauses) < 500, "it waits for ever"

        with store.write_journal(run_id) as journal:
            wrapped = wrap_journal(journal)
            work = BatchWork(
                store,
                self.teacher,
                self._unanswered(store, units),
                wrapped,
                Lineage(wrapped).append_lineage,
                run_id,
                self.budget,
                stop or StopSignal(),
                {},
                lambda outcome: self.notes.append(outcome.note),
            )
            used = endpoint or OpenAIBatchEndpoint(self.teacher, {})
            try:
                return generate_batches(
                    work, endpoint=used, pause=pause or wait, clock=lambda: now[0], limits=limits
                )
            finally:
                used.close()

    def records(self, kind: str) -> list[dict[str, Any]]:
        """Read all records of a kind, in the order of the segments."""
        lines = []
        for path in sorted((self.folder / "journal").glob("*.jsonl")):
            for line in path.read_bytes().splitlines():
                data = orjson.loads(line)
                if data["kind"] == kind:
                    lines.append(data)
        return lines

    def answers(self) -> Counter[str]:
        """Count answers by request id."""
        return Counter(record["request_id"] for record in self.records("answer"))

    def states(self) -> list[str]:
        return [record["state"] for record in self.records("batch")]

    def _unit(self, question: str) -> Unit:
        problem = Problem.of(source="test", question=question, gold="1")
        request = build_request(
            self.teacher,
            [Message("user", question)],
            problem_id=problem.problem_id,
            template_id=TEMPLATE.template_id,
            format=TraceFormat.COT,
            sample_index=0,
        )
        return Unit(request, problem, TEMPLATE)

    def _unanswered(self, store: Store, units: list[Unit]) -> Iterator[Unit]:
        settled = store.answered_ids() | store.final_fault_ids()
        return (unit for unit in units if id_digest(unit.request.request_id) not in settled)


MakeBench = Callable[..., Bench]


@pytest.fixture
def make_bench(tmp_path: Path) -> Iterator[MakeBench]:
    """Give benches with endpoints that behave as asked; all are closed at the end."""
    servers: list[EmbeddedServer] = []

    def make(*, api_key: str = "", **behaviour: Any) -> Bench:
        config = ServerConfig(api_key, batches=replace(BatchBehaviour(), **behaviour))
        server = EmbeddedServer(echo, config).__enter__()
        servers.append(server)
        return Bench(tmp_path / f"store{len(servers)}", server)

    yield make
    for server in servers:
        server.__exit__(None, None, None)
