"""What landing and projecting cost: `python benchmarks/landing.py [--answers 200000]`.

Prints, for answers of 2.4 kB with their `sent` records: journal appends per second (flushed as in a run), CPU
seconds to project them all into DuckDB (imports, read, checksum, JSON, completion, parse, text), the same per
million, peak resident memory, the files' sizes, the time a restart needs to know what is answered, and the
time to open a reader. Beside it two ways of loading ready rows, so that the chosen one can be judged: Arrow
batches, and DuckDB's own read_json. CPU seconds are the figure; wall times depend on what else runs.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import orjson

from curate.store import JournalWriter, Store, new_run_id
from curate.store.records import (
    AnswerRecord,
    ProblemRecord,
    Record,
    SentRecord,
    TeacherRecord,
    TemplateRecord,
)
from curate.types import Problem, PromptTemplate, Request, Sampling, Style, Teacher, TraceFormat, Usage

RUN_ID = new_run_id(1_700_000_000.0, "abcdef")
URL = "http://127.0.0.1:9/v1/chat/completions"
TEACHER = Teacher.of(alias="bench", model="m", base_url=URL.rsplit("/", 2)[0], sampling=Sampling())
TEMPLATE = PromptTemplate.of(
    name="cot", format=TraceFormat.COT, granularity=3, style=Style.PLAIN, system="", user="{{question}}"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--answers", type=int, default=200_000)
    n_answers = parser.parse_args().answers
    folder = Path(tempfile.mkdtemp(prefix="landing-"))
    try:
        for step in (land, project, restart, open_reader, load_rows_as_arrow, load_rows_as_json):
            apart(step, folder / "store", n_answers)
    finally:
        shutil.rmtree(folder)


def apart(step: Callable[[Path, int], str], path: Path, n_answers: int) -> None:
    """Run a step in a process of its own, so that its memory and CPU are its own."""
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=told, args=(step, path, n_answers))
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(f"{step.__name__} failed")


def told(step: Callable[[Path, int], str], path: Path, n_answers: int) -> None:
    """Run a step and print what it says, its CPU time and its memory."""
    before = cpu_s()
    said = step(path, n_answers)
    rss_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{step.__name__:20} {said}; {cpu_s() - before:.1f} CPU s in all, peak {rss_mb:.0f} MB", flush=True)


def cpu_s() -> float:
    return time.process_time()


def land(path: Path, n_answers: int) -> str:
    """Append every record, flushed in batches as a run does it."""
    store = Store.open(path, create=True)
    started, before, n_records = time.monotonic(), cpu_s(), 0
    with store.write_journal(RUN_ID) as journal:
        for records in chunks(n_answers):
            n_records += append(journal, records)
    wall, cpu = time.monotonic() - started, cpu_s() - before
    rate, per_cpu = n_records / wall, n_records / cpu
    return f"{n_records:,} records: {rate:,.0f}/s wall, {per_cpu:,.0f} per CPU s (making them included)"


def append(journal: JournalWriter, records: list[Record]) -> int:
    for record in records:
        journal.append(record)
    return len(records)


def chunks(n_answers: int) -> Iterator[list[Record]]:
    yield [TeacherRecord(TEACHER), TemplateRecord(TEMPLATE)]
    for number in range(n_answers):
        yield list(records_of(number))


def records_of(number: int) -> Iterator[Record]:
    problem = Problem.of(
        source="bench", question=f"How many are {number // 4} and 7?", gold=str(number // 4 + 7)
    )
    if number % 4 == 0:
        yield ProblemRecord(problem)
    asked = {"model": "m", "messages": [{"role": "user", "content": f"{problem.question} {'Think. ' * 60}"}]}
    body = orjson.dumps(asked)
    request = Request(
        Request.identity(URL, body, number % 4),
        TEACHER,
        URL,
        body,
        number % 4,
        problem.problem_id,
        TEMPLATE.template_id,
        TraceFormat.COT,
    )
    at = 1_700_000_000.0 + number / 1000
    yield SentRecord(request, 1, RUN_ID, at, Decimal("0.0132"))
    message = {"role": "assistant", "content": text_of(number)}
    answer = {
        "id": f"chatcmpl-{number}",
        "object": "chat.completion",
        "model": "m-2026",
        "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
        "usage": {"prompt_tokens": 90, "completion_tokens": 600, "total_tokens": 690},
    }
    response = orjson.dumps(answer)
    usage, cost = Usage(90, 0, 600, 0), Decimal("0.001364")
    yield AnswerRecord(request.request_id, 1, RUN_ID, at, 200, response, {}, 210.0, usage, cost)


def text_of(number: int) -> str:
    """Write an answer of about 2.2 kB that differs from all others."""
    lines = [
        f"Step {step}: we take {number + step} and add {step * 7}, which gives {number + step * 8} so far."
        for step in range(1, 33)
    ]
    return "\n".join([*lines, f"The answer is {number // 4 + 7}."])


def project(path: Path, n_answers: int) -> str:
    """Build the projection from nothing."""
    before = cpu_s()
    report = Store.open(path).project()
    cpu = cpu_s() - before
    sizes = [sum(p.stat().st_size for p in path.rglob(name)) / 1e6 for name in ("*.jsonl", "traces.duckdb")]
    return (
        f"{report.n_records:,} records: {cpu:.1f} CPU s, {cpu / n_answers * 1e6:.0f} CPU s per 1M answers,"
        f" {report.seconds:.1f} s wall, journal {sizes[0]:.0f} MB, file {sizes[1]:.0f} MB"
    )


def restart(path: Path, n_answers: int) -> str:
    """Find out what is answered and what was spent, as a resumed run does."""
    store, started = Store.open(path), time.monotonic()
    n_answered = len(store.answered_ids())
    answered_s, started = time.monotonic() - started, time.monotonic()
    spent = store.totals().spent_usd
    totals_s, started = time.monotonic() - started, time.monotonic()
    store.totals()
    again_s = time.monotonic() - started
    assert n_answered == n_answers
    said = f"{n_answered:,} ids in {answered_s:.2f} s, totals (${spent}) in {totals_s:.2f} s"
    return f"{said}, again in {again_s:.3f} s"


def open_reader(path: Path, n_answers: int) -> str:
    """Open a reader on the file alone, and with a tail that is not projected yet."""
    store = Store.open(path)
    times = []
    for turn in range(4):
        started = time.monotonic()
        with store.read() as reader:
            reader.rows("SELECT count(*) FROM traces")
        times.append(time.monotonic() - started)
        if turn == 1:
            with store.write_journal("20260101T000000Z-tail01") as journal:
                for records in chunks(1000):
                    append(journal, records)
    tail = f"with a tail of 1,000 answers {times[3]:.2f} s"
    return f"first {times[0]:.2f} s (imports), then {times[1]:.3f} s, {tail}"


def ready_rows(path: Path) -> list[dict[str, object]]:
    """Take projected rows with their text out again, as material for the two ways of loading."""
    with Store.open(path).read() as reader:
        columns = "trace_id, problem_id, format, n_words, norm_hash, text"
        query = f"SELECT {columns} FROM traces JOIN texts USING (trace_id) LIMIT 50000"
        batches = reader.batches(query, size=20_000)
        return [row for batch in batches for row in batch.to_pylist()]


def load_rows_as_arrow(path: Path, n_answers: int) -> str:
    """Load ready rows as Arrow batches in one transaction."""
    import duckdb
    import pyarrow

    rows = ready_rows(path)
    con = duckdb.connect(str(path.parent / "arrow.duckdb"))
    before = cpu_s()
    con.execute("BEGIN")
    for start in range(0, len(rows), 10_000):
        batch = pyarrow.Table.from_pylist(rows[start : start + 10_000])
        con.register("batch", batch)
        con.execute("INSERT INTO t FROM batch" if start else "CREATE TABLE t AS FROM batch")
    con.execute("COMMIT")
    con.close()
    return f"{len(rows):,} rows: {len(rows) / (cpu_s() - before):,.0f} per CPU s"


def load_rows_as_json(path: Path, n_answers: int) -> str:
    """Load the same rows through a file of JSON lines, writing it included."""
    import duckdb

    rows = ready_rows(path)
    con = duckdb.connect(str(path.parent / "json.duckdb"))
    before = cpu_s()
    lines = path.parent / "rows.jsonl"
    lines.write_bytes(b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows))
    con.execute("CREATE TABLE t AS FROM read_json($file, format = 'newline_delimited')", {"file": str(lines)})
    con.close()
    return f"{len(rows):,} rows: {len(rows) / (cpu_s() - before):,.0f} per CPU s"


if __name__ == "__main__":
    main()
