"""A benchmark file, a fake model with set answers, and a tiny student with random weights."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from curate.evaluation_section import EvaluateSection
from curate.types import FinishReason, Json, Message
from evaluate.backend import Backend, Candidate, OnAnswer
from evaluate.types import Answer, Ask


@dataclass
class FakeBackend:
    """Answers by a function of the ask; its tokens are words."""

    say: Callable[[Ask], str]
    name: str = "fake"
    n_asked: int = 0
    stop_after: int | None = None
    identity_extra: Mapping[str, Json] = field(default_factory=dict)

    @property
    def identity(self) -> Mapping[str, Json]:
        return {"kind": "fake", "name": self.name, **self.identity_extra}

    def render(self, messages: Sequence[Message]) -> str:
        return "\n".join(f"{message.role}: {message.content}" for message in messages)

    def answer(self, asks: Sequence[Ask], on_answer: OnAnswer) -> None:
        for ask in asks:
            if self.stop_after is not None and self.n_asked >= self.stop_after:
                raise KeyboardInterrupt
            self.n_asked += 1
            prefix = "".join(map(chr, ask.prefix))
            words = self.say(ask)
            ids = tuple(map(ord, words))
            reason = FinishReason.STOP if len(ids) <= ask.max_tokens else FinishReason.LENGTH
            ids = ids[: ask.max_tokens]
            text = prefix + "".join(map(chr, ids))
            on_answer(Answer(ask.key, text, len(ask.prefix) + len(ids), reason, ids))

    def cut(self, answer: Answer, n_tokens: int) -> tuple[str, tuple[int, ...]]:
        ids = answer.token_ids[:n_tokens]
        return "".join(map(chr, ids)), ids

    def encode(self, text: str) -> tuple[int, ...]:
        return tuple(map(ord, text))


def candidate(backend: Backend, label: str = "fake") -> Candidate:
    return Candidate(label, label, "set answers", "instruct", lambda: backend)


def write_benchmark(folder: Path) -> Path:
    """Write ten problems: what is i plus 10?"""
    path = folder / "own.jsonl"
    rows = [
        {
            "id": f"q{i}",
            "question": f"What is {i} plus 10?",
            "answer": str(i + 10),
            "level": str(1 + i % 2),
            "year": "2024" if i < 5 else "2025",
        }
        for i in range(10)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def make_section(folder: Path, benchmark: Path) -> EvaluateSection:
    return EvaluateSection(benchmarks=(str(benchmark),), out=folder / "evaluation", max_tokens=200, workers=1)


@pytest.fixture
def benchmark(tmp_path: Path) -> Path:
    return write_benchmark(tmp_path)


@pytest.fixture
def section(tmp_path: Path, benchmark: Path) -> EvaluateSection:
    return make_section(tmp_path, benchmark)


def gold_of(ask: Ask) -> str:
    assert ask.item.problem.gold is not None
    return ask.item.problem.gold


def number_of(ask: Ask) -> int:
    return int(gold_of(ask)) - 10


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A student with random weights and a chat template."""
    from finetune.tiny import TinyShape, make_tiny_student

    texts = [f"What is {i} plus 10? The answer is {i + 10}." for i in range(50)]
    shape = TinyShape(n_layers=2, hidden=64, vocabulary=320, max_length=512)
    return make_tiny_student(tmp_path_factory.mktemp("student") / "tiny", texts, shape=shape)
