"""A small verified store, and a server over it on loopback."""

from __future__ import annotations

import http.client
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from curate.browse.desk import Desk
from curate.browse.server import browse
from curate.stages.filtering import filter_store
from curate.store import JournalWriter, Store
from curate.store.records import ProblemRecord, RunRecord, TraceRecord, VerdictsRecord
from curate.types import ImportedTrace, Problem, TraceFormat, Verdict, VerdictStatus

RUN = "20261101T000000Z-000001"
HOSTILE = (
    "<script>document.title='owned'</script><img src=x onerror=alert(1)></div></section>\x07\u202e"
    r" \(\text{<script>document.title='owned'</script>}\) \(\href{javascript:alert(1)}{x}\) The answer is 1."
)
QUESTIONS = [
    ("A boat carries 7 crates of figs to the island and 9 crates back. How many crates?", "16"),
    ("Olga knits 12 scarves in winter and sells 5 at the fair. How many are left?", "7"),
    (r"What is \(\frac{1}{2}+\frac{1}{4}\)?", r"\frac{3}{4}"),
]


@dataclass
class Visitor:
    """A browser without a picture: keeps its cookie, sends what it is told."""

    url: str
    cookie: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def port(self) -> int:
        return int(urlsplit(self.url).port or 0)

    @property
    def token(self) -> str:
        return urlsplit(self.url).query.removeprefix("token=")

    def ask(
        self, path: str, form: dict[str, str] | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, str, dict[str, str]]:
        """Send one request; gives status, text and headers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        sent = {"Cookie": self.cookie, **self.headers}
        if form is not None:
            sent |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.url.split("/?")[0]}
        sent |= headers or {}
        body = None if form is None else urlencode(form)
        connection.request(
            "GET" if form is None else "POST", path, body, {k: v for k, v in sent.items() if v}
        )
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        return response.status, text, dict(response.getheaders())

    def enter(self) -> Visitor:
        """Open the address that was printed, and keep its cookie."""
        status, _, headers = self.ask(f"/?token={self.token}")
        assert status == 303 and headers["Location"] == "/"
        self.cookie = headers["Set-Cookie"].split(";")[0]
        return self


def write_store(path: Path) -> Store:
    store = Store.open(path, create=True)
    with store.write_journal(RUN) as journal:
        journal.append(RunRecord(RUN, "start", 1.0, "import"))
        for question, gold in QUESTIONS:
            problem = Problem.of(source="ours", question=question, gold=gold, level="2")
            journal.append(ProblemRecord(problem))
            texts = (("large", f"We count.\n\nThe answer is {gold}."), ("small", "We guess 999."))
            for teacher, text in (*texts, ("small", f"Otherwise.\n\nThe answer is {gold}.")):
                add(journal, problem, teacher, text, is_right="guess" not in text)
        add(journal, problem, "hostile <b>", HOSTILE, is_right=False)
        journal.append(RunRecord(RUN, "stop", 9.0, "import"))
    filter_store(store, policy="verified")
    return store


def add(journal: JournalWriter, problem: Problem, teacher: str, text: str, *, is_right: bool) -> None:
    trace = ImportedTrace.of(
        problem_id=problem.problem_id, source="web", teacher=teacher, format=TraceFormat.COT, text=text
    )
    journal.append(TraceRecord(trace, RUN))
    status = VerdictStatus.CORRECT if is_right else VerdictStatus.INCORRECT
    verdict = Verdict(trace.trace_id, "answer", "v1", status, "same_value", "number", {"answer": "<b>"}, 1.0)
    journal.append(VerdictsRecord(trace.trace_id, RUN, 2.0, (verdict,)))


@pytest.fixture(scope="session")
def looked_at_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("looked-at") / "store"
    write_store(path)
    return path


@pytest.fixture
def store(looked_at_path: Path, tmp_path: Path) -> Store:
    """A copy of the store, to be marked at will."""
    shutil.copytree(looked_at_path, tmp_path / "store")
    return Store.open(tmp_path / "store")


@pytest.fixture
def serve() -> Iterator[Callable[[Desk], Visitor]]:
    """Serve desks, each to somebody who opened the printed address; the servers end with the test."""
    ended, threads = threading.Event(), []

    def start(desk: Desk) -> Visitor:
        opened = threading.Event()
        found: list[str] = []

        def tell(url: str) -> None:
            found.append(url)
            opened.set()

        threads.append(threading.Thread(target=browse, args=(desk, 0, tell, ended)))
        threads[-1].start()
        assert opened.wait(30)
        return Visitor(found[0]).enter()

    yield start
    ended.set()
    for thread in threads:
        thread.join(30)


@pytest.fixture
def visitor(store: Store, serve: Callable[[Desk], Visitor]) -> Visitor:
    """Somebody who looks at the small store; statements may take a second."""
    return serve(Desk(store, "20261102T000000Z-000002", timeout_s=3.0))
