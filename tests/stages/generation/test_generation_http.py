"""The whole way over real sockets: chat, openai and batch teachers of one endpoint share their answers."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import orjson
import pytest

from curate.config import RunFile
from curate.stages.engine.world import World
from curate.stages.generation import generate
from curate.store import Store
from curate.teachers.embedded import EmbeddedServer

N = 12


def echo(body: bytes, sample_index: int) -> bytes:
    question = orjson.loads(body)["messages"][-1]["content"]
    message = {"role": "assistant", "content": f"<think>hm</think>{question[-20:]} The answer is 4"}
    usage = {"prompt_tokens": 10, "completion_tokens": 20, "total_tokens": 30}
    return orjson.dumps({"choices": [{"message": message, "finish_reason": "stop"}], "usage": usage})


@pytest.fixture
def ask(tmp_path: Path):
    """Ask a store's lacking answers over one transport; gives the report and the server's counts."""
    problems = tmp_path / "problems.jsonl"
    rows = [{"id": str(n), "question": f"What is 2 plus {n}?", "answer": "4"} for n in range(N)]
    problems.write_text("".join(json.dumps({**row, "gold": "4"}) + "\n" for row in rows))
    store = Store.open(tmp_path / "store", create=True)
    runs = iter(range(10))
    with EmbeddedServer(echo) as server:

        def ask(transport: str, samples: int = 1):
            run = RunFile.model_validate(
                {
                    "store": "unused",
                    "problems": [{"source": str(problems)}],
                    "teachers": [
                        {
                            "alias": transport,
                            "model": "embedded",
                            "base_url": server.base_url,
                            "transport": transport,
                            "price": {"input": 0, "output": 1_000_000},
                            "sampling": {"max_tokens": 50},
                        }
                    ],
                    "generate": {"samples": samples, "max_usd": 10_000},
                }
            )
            return generate(store, run, run_id=f"20260101T00000{next(runs)}Z-abcdef", world=World(environ={}))

        yield ask, store


@pytest.mark.parametrize(("transport", "usd"), [("chat", 20), ("openai", 20), ("batch", 10)])
def test_every_transport_brings_every_answer_at_its_price(ask, transport, usd) -> None:
    run, store = ask
    report = run(transport)
    assert (report.n_answered, report.n_left, report.exit_code) == (N, 0, 0)
    assert report.money.spent_usd == Decimal(usd * N)
    assert report.n_planned == N
    frame = store.sql(
        "SELECT count(*) AS n, min(x.reasoning) AS r FROM traces JOIN texts AS x USING (trace_id)"
    )
    assert (frame["n"][0], frame["r"][0]) == (N, "hm")


def test_transports_share_their_answers(ask) -> None:
    run, _ = ask
    assert run("chat").n_sent == N
    assert run("batch").n_sent == 0
    assert run("openai", samples=2).n_sent == N
    assert run("batch", samples=3).n_answered == N
    assert run("chat", samples=3).n_sent == 0
