"""What the store's tests share: small records by the dozen, stores, and tables as comparable rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb
import orjson
import pytest

from curate.store import Store, new_run_id
from curate.store.records import (
    AnswerRecord,
    FaultRecord,
    ProblemRecord,
    Record,
    RunRecord,
    SentRecord,
    TeacherRecord,
    TemplateRecord,
    TraceRecord,
    VerdictsRecord,
)
from curate.types import (
    ImportedTrace,
    Problem,
    PromptTemplate,
    Request,
    Sampling,
    Style,
    Teacher,
    TraceFormat,
    Usage,
    Verdict,
    VerdictStatus,
    generated_trace_id,
)

URL = "http://127.0.0.1:9/v1/chat/completions"


def run_id_of(number: int) -> str:
    return new_run_id(1_700_000_000.0 + number, f"{number:06x}")


@dataclass(frozen=True)
class Sample:
    """Makes records that belong together; a number stands for a problem and its request."""

    teacher: Teacher
    template: PromptTemplate

    def problem(self, number: int, gold: str | None = "7") -> Problem:
        return Problem.of(source="tests", question=f"What is {number} and 7?", gold=gold, level="1")

    def request(self, number: int, sample: int = 0) -> Request:
        body = b'{"messages":[{"content":"q%d","role":"user"}],"model":"m"}' % number
        return Request(
            Request.identity(URL, body, sample),
            self.teacher,
            URL,
            body,
            sample,
            self.problem(number).problem_id,
            self.template.template_id,
            self.template.format,
        )

    def trace_id(self, number: int, sample: int = 0) -> str:
        return generated_trace_id(self.request(number, sample).request_id)

    def response(self, number: int, text: str = "") -> bytes:
        said = text or f"Add 7 to {number}.\nThe answer is {number + 7}."
        message = {"role": "assistant", "content": said}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        return orjson.dumps({"model": "m-1", "choices": [choice], "usage": {"prompt_tokens": 9}})

    def head(self, run_id: str) -> list[Record]:
        return [
            RunRecord(run_id, "start", 1_700_000_000.0, "generate", "hash", {"tracemill": "0"}),
            TeacherRecord(self.teacher),
            TemplateRecord(self.template),
        ]

    def known(self, number: int, gold: str | None = "7") -> ProblemRecord:
        return ProblemRecord(self.problem(number, gold))

    def sent(self, number: int, run_id: str, attempt: int = 1, sample: int = 0) -> SentRecord:
        at = 1_700_000_000.0 + number
        return SentRecord(self.request(number, sample), attempt, run_id, at, Decimal("0.01"))

    def answer(
        self, number: int, run_id: str, attempt: int = 1, sample: int = 0, body: bytes | None = None
    ) -> AnswerRecord:
        return AnswerRecord(
            self.request(number, sample).request_id,
            attempt,
            run_id,
            1_700_000_001.0 + number,
            200,
            self.response(number) if body is None else body,
            {"x-request-id": f"r{number}"},
            12.5,
            Usage(9, 0, 20, 0),
            Decimal("0.002"),
        )

    def fault(self, number: int, run_id: str, attempt: int = 1, *, is_final: bool = False) -> FaultRecord:
        rid = self.request(number).request_id
        return FaultRecord(rid, attempt, run_id, 1_700_000_002.0, "timeout", None, "late", True, is_final)

    def verdicts(self, number: int, run_id: str, status: str = "correct") -> VerdictsRecord:
        trace_id = self.trace_id(number)
        verdict = Verdict(trace_id, "answer", "1", VerdictStatus(status), "equal", "number", {"a": 1}, 0.5)
        return VerdictsRecord(trace_id, run_id, 1_700_000_003.0, (verdict,))

    def imported(self, number: int, run_id: str, text: str = "") -> TraceRecord:
        trace = ImportedTrace.of(
            problem_id=self.problem(number).problem_id,
            source="tests",
            teacher="somebody",
            format=TraceFormat.COT,
            text=text or f"It is {number}. The answer is {number}.",
            label=True,
            label_by="hand",
            origin_id=str(number),
            extra={"rank": number},
        )
        return TraceRecord(trace, run_id)

    def pair(self, number: int, run_id: str) -> list[Record]:
        return [self.sent(number, run_id), self.answer(number, run_id)]


@pytest.fixture
def sample() -> Sample:
    teacher = Teacher.of(
        alias="t", model="m", base_url=URL.rsplit("/", 2)[0], sampling=Sampling(temperature=0.6)
    )
    template = PromptTemplate.of(
        name="cot-3",
        format=TraceFormat.COT,
        granularity=3,
        style=Style.PLAIN,
        system="",
        user="{{question}}",
    )
    return Sample(teacher, template)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(tmp_path / "store", create=True)


@pytest.fixture
def write(store: Store) -> Callable[..., None]:
    def write_records(run_id: str, records: list[Record], shard: str = "0") -> None:
        with store.write_journal(run_id, shard) as journal:
            for record in records:
                journal.append(record)

    return write_records


@pytest.fixture
def tables() -> Callable[[Path], dict[str, list[str]]]:
    """Read every table of a DuckDB file as sorted rows, through a connection like a plain shell's."""

    def read(database: Path) -> dict[str, list[str]]:
        with duckdb.connect(str(database), read_only=True) as con:
            names = [row[0] for row in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
            return {
                name: sorted(str(row) for row in con.execute(f"SELECT * FROM {name}").fetchall())
                for name in names
            }

    return read
