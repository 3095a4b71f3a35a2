"""How long a person waits for the local page over a large store, measured over loopback.

    python -m benchmarks.browse [--traces 100000] [--page docs/results/browse.md]

In: nothing; a store of imported traces (4 for each problem, 3 teachers, about 900 characters each) with verdicts and
the decisions of the policy `verified` is made in a temporary folder. Out: for each kind of click the time until the
whole page is there, median and worst of several, in wall milliseconds and in CPU milliseconds of the server's
process; the time that the index takes. It measures no browser: drawing a page of 50 rows is the same
for any store.
"""

from __future__ import annotations

import argparse
import http.client
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from curate.browse.desk import Desk
from curate.browse.index import read_index
from curate.browse.server import browse
from curate.stages.filtering import filter_store
from curate.store import Store
from curate.store.records import ProblemRecord, TraceRecord, VerdictsRecord
from curate.types import ImportedTrace, Problem, TraceFormat, Verdict, VerdictStatus

RUN = "20261101T000000Z-000001"
TEXT = "the train boat carries seven crates of figs and then nine more so we add them to get a sum of"
WORDS = TEXT.split()
LIMIT_MS = 300


@dataclass(frozen=True)
class Click:
    """What a person does, and how long it took each time."""

    what: str
    wall_ms: list[float]
    cpu_ms: list[float]


def write_store(path: Path, n_traces: int) -> Store:
    """Write the journal of a store, project it, and apply a policy."""
    draw = random.Random(0)
    store = Store.open(path, create=True)
    with store.write_journal(RUN) as journal:
        for number in range(n_traces // 4):
            gold = str(draw.randrange(1000))
            question = f"Problem {number}: {' '.join(draw.choices(WORDS, k=40))}?"
            problem = Problem.of(
                source=f"set{number % 5}", question=question, gold=gold, level=str(number % 5)
            )
            journal.append(ProblemRecord(problem))
            for sample in range(4):
                journal.append(TraceRecord(trace := make_trace(draw, problem, sample), RUN))
                journal.append(VerdictsRecord(trace.trace_id, RUN, 2.0, (verdict(draw, trace),)))
    store.project()
    filter_store(store, policy="verified")
    return store


def make_trace(draw: random.Random, problem: Problem, sample: int) -> ImportedTrace:
    """Make one trace of about 900 characters."""
    text = f"{sample} {' '.join(draw.choices(WORDS, k=180))}\n\nThe answer is {problem.gold}."
    form = (TraceFormat.COT, TraceFormat.COT, TraceFormat.POT, TraceFormat.EOT)[sample]
    return ImportedTrace.of(
        problem_id=problem.problem_id, source="web", teacher=f"teacher{draw.randrange(3)}", format=form, text=text,
        granularity=1 + sample,
    )  # fmt: skip


def verdict(draw: random.Random, trace: ImportedTrace) -> Verdict:
    """Make the verdict that counts for a trace: three in four are right."""
    status = draw.choices(list(VerdictStatus), weights=[15, 3, 1, 1, 1, 1][: len(VerdictStatus)])[0]
    verifier = {TraceFormat.POT: "program", TraceFormat.EOT: "equations"}.get(trace.format, "answer")
    return Verdict(trace.trace_id, verifier, "v1", status, "made_up")


def click(url: str, paths: dict[str, str], n: int) -> Iterator[Click]:
    """Ask for each page several times over one connection, as a browser does; `{n}` makes words differ."""
    port, query = urlsplit(url).port, urlsplit(url).query
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", f"/?{query}")
    response = connection.getresponse()
    response.read()
    cookie = {"Cookie": str(response.getheader("Set-Cookie")).split(";")[0]}
    for what, path in paths.items():
        found = Click(what, [], [])
        for time_ in range(n):
            wall, cpu = time.perf_counter(), time.process_time()
            connection.request("GET", path.format(n=time_), headers=cookie)
            response = connection.getresponse()
            body = response.read()
            assert response.status == 200 and b"</html>" in body, (path, response.status)
            found.wall_ms.append(1000 * (time.perf_counter() - wall))
            found.cpu_ms.append(1000 * (time.process_time() - cpu))
        yield found


def report(clicks: list[Click], n_traces: int, load_s: float, journal_mb: float) -> str:
    """Write the page of results."""
    lines = [
        "# How long the local page lets a person wait",
        "",
        f"    python -m benchmarks.browse --traces {n_traces} --page docs/results/browse.md",
        "",
        f"{n_traces:,} imported traces on {n_traces // 4:,} problems, with verdicts and decisions, in a journal of"
        f" {journal_mb:,.0f} MB. Reading the index",
        f"took {load_s:.1f} CPU seconds. Times are until the whole page has come over loopback; the CPU",
        "column counts server and client, which share a process here.",
        "",
        "| click | median, CPU ms | worst, CPU ms | median, wall ms | worst, wall ms |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {each.what} | {statistics.median(each.cpu_ms):.0f} | {max(each.cpu_ms):.0f} |"
        f" {statistics.median(each.wall_ms):.0f} | {max(each.wall_ms):.0f} |"
        for each in clicks
    ]
    filters = [each for each in clicks if each.what.startswith("filter")]
    worst = max(max(each.cpu_ms) for each in filters)
    verdict_ = "holds" if worst <= LIMIT_MS else "does not hold"
    lines += [
        "",
        f"Asked for: a filter answers within {LIMIT_MS} ms. It {verdict_}: the slowest took {worst:.0f} ms of CPU."
        " Wall times come from",
        "a machine of 2 cores that other work shared. Words in the texts of traces are no filter over the index: they",
        "are looked for in every text, once per words.",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    """Make the store, serve it, click."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--traces", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--page", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = write_store(Path(folder) / "store", given.traces)
        journal_mb = sum(path.stat().st_size for path in (store.path / "journal").iterdir()) / 1e6
        started = time.process_time()
        with store.read() as reader:
            trace_id = str(reader.rows("SELECT min(trace_id) FROM traces")[0][0])
            index = read_index(reader)
        load_s = time.process_time() - started
        del index
        desk = Desk(store, "20261102T000000Z-000002")
        opened, ended = threading.Event(), threading.Event()
        urls: list[str] = []

        def tell(url: str) -> None:
            urls.append(url)
            opened.set()

        thread = threading.Thread(target=browse, args=(desk, 0, tell, ended))
        thread.start()
        opened.wait()
        paths = {
            "open the list": "/",
            "filter by status": "/?status=incorrect",
            "filter by five columns": "/?status=correct&teacher=teacher1&format=cot&granularity=1&level=2",
            "filter by rule, longest first": "/?decision=wrong_answer&order=longest",
            "filter by words in questions": "/?words=problem+{n}4",
            "filter by words that nothing has": "/?words=hippopotamus+{n}",
            "page 1,000": "/?page=1000",
            "open a trace with its siblings": f"/trace/{trace_id}?status=correct",
            "run the named query accept_rate": "/queries/accept_rate",
        }
        clicks = list(click(urls[0], paths, given.repeats))
        clicks += click(urls[0], {"look for words in all texts, first time": "/?texts=1&words=zebra"}, 1)
        ended.set()
        thread.join()
    page = report(clicks, given.traces, load_s, journal_mb)
    print(page)
    if given.page:
        given.page.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
