"""The local page: who is let in, what it finds, what it marks, and what it refuses."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from curate.browse.desk import Desk
from curate.browse.server import browse
from curate.browse.wish import Wish
from curate.errors import UsageError
from curate.stages.filtering import filter_store
from curate.store import Store

if TYPE_CHECKING:
    from conftest import Visitor


def ids(page: str) -> list[str]:
    return re.findall(r'<a class="entry" href="/trace/([^?"]+)', page)


def rows(store: Store, query: str) -> list[tuple[object, ...]]:
    with store.read() as reader:
        return reader.rows(query)


def test_nobody_comes_in_without_the_token(visitor: Visitor) -> None:
    for path in ("/", "/trace/x", "/sql", "/queries", "/files/browse.js"):
        status, text, _ = visitor.ask(path, headers={"Cookie": ""})
        assert status == 403 and "token is missing or wrong" in text
    assert visitor.ask("/?token=wrong", headers={"Cookie": ""})[0] == 403
    assert visitor.ask("/", headers={"Cookie": f"tracemill-{visitor.port}=w\u00f6rong"})[0] == 403
    assert visitor.ask("/")[0] == 200


def test_the_token_leaves_the_address_and_its_cookie_stays_here(visitor: Visitor) -> None:
    status, _, headers = visitor.ask(f"/?token={visitor.token}&status=correct", headers={"Cookie": ""})
    assert status == 303 and headers["Location"] == "/?status=correct"
    assert "HttpOnly" in headers["Set-Cookie"] and "SameSite=Strict" in headers["Set-Cookie"]


def test_another_name_for_this_address_is_refused(visitor: Visitor) -> None:
    for host in ("evil.example", f"evil.example:{visitor.port}", "127.0.0.1", ""):
        assert visitor.ask("/", headers={"Host": host or "x"})[0] == 403
    assert visitor.ask("/", headers={"Host": f"localhost:{visitor.port}"})[0] == 200


def test_another_page_can_neither_mark_nor_ask(visitor: Visitor, store: Store) -> None:
    trace_id = ids(visitor.ask("/")[1])[0]
    for origin in ("http://evil.example", "null", "https://127.0.0.1", ""):
        status, _, _ = visitor.ask(f"/trace/{trace_id}/mark", {"say": "accept"}, {"Origin": origin})
        assert status == 403
    assert visitor.ask("/", headers={"Origin": "http://evil.example"})[0] == 403
    assert rows(store, "FROM marks") == []


def test_every_answer_forbids_what_the_page_does_not_need(visitor: Visitor) -> None:
    for path in ("/", "/nowhere", "/files/browse.css", "/sql"):
        _, text, headers = visitor.ask(path)
        assert "default-src 'none'; script-src 'self'; style-src 'self'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff" and headers["Cache-Control"] == "no-store"
        assert not re.search(r"<[^>]+\s(on\w+|style)\s*=", text), "no inline handlers or styles"


def test_filters_words_and_order_find_traces(visitor: Visitor) -> None:
    _, page, _ = visitor.ask("/")
    assert "10 of 10 traces" in page
    assert len(ids(visitor.ask("/?status=incorrect")[1])) == 4
    assert len(ids(visitor.ask("/?status=incorrect&teacher=small")[1])) == 3
    assert len(ids(visitor.ask("/?words=OLGA+knits")[1])) == 3
    assert len(ids(visitor.ask("/?words=guess")[1])) == 0
    assert len(ids(visitor.ask("/?words=guess&texts=1")[1])) == 3
    assert len(ids(visitor.ask("/?status=never")[1])) == 0
    assert visitor.ask("/?words=%ED%A0%80&page=%D9%A3&teacher=%FF")[0] == 200, "bytes that are no text"
    assert "Nothing fits" in visitor.ask("/?status=never")[1]
    first = ids(page)[0]
    assert "dropped: wrong_answer" in visitor.ask(f"/?words={first}")[1]
    assert sorted(ids(visitor.ask("/?order=longest&page=99")[1])) == sorted(ids(page))


def test_a_choice_counts_what_the_others_leave(visitor: Visitor) -> None:
    _, page, _ = visitor.ask("/?teacher=small")
    assert '<option value="large">large (3)</option>' in page
    assert '<option value="correct">correct (3)</option>' in page


def test_a_trace_stands_beside_a_sibling_with_its_checks(visitor: Visitor) -> None:
    _, page, _ = visitor.ask("/?words=Olga&status=incorrect")
    [trace_id] = ids(page)
    _, page, _ = visitor.ask(f"/trace/{trace_id}?status=incorrect")
    assert "We guess 999." in page and "dropped: wrong_answer" in page and "answer: &lt;b&gt;" in page
    siblings = re.findall(r"beside=([\w.-]+)", page)
    assert len(set(siblings)) == 2
    _, both, _ = visitor.ask(f"/trace/{trace_id}?beside={siblings[0]}")
    assert "Its sibling" in both and "We guess 999." in both and "The answer is 7." in both
    assert visitor.ask("/trace/nothing")[0] == 404


def test_formulas_are_drawn(visitor: Visitor) -> None:
    [trace_id, *_] = ids(visitor.ask("/?words=What+is&status=correct")[1])
    assert (
        "<mfrac><mrow><mn>1</mn></mrow><mrow><mn>4</mn></mrow></mfrac>"
        in visitor.ask(f"/trace/{trace_id}")[1]
    )


def test_a_hostile_trace_is_text(visitor: Visitor) -> None:
    [trace_id] = ids(visitor.ask("/?teacher=hostile+%3Cb%3E")[1])
    _, page, _ = visitor.ask(f"/trace/{trace_id}")
    assert page.count("<script") == 1 and "<img" not in page and "javascript:" not in page.split("<main>")[1]
    assert "\x07" not in page and "\u202e" not in page and "\\u202e" in page
    assert "&lt;script&gt;document.title=" in page


def test_a_mark_is_kept_shown_and_honoured(visitor: Visitor, store: Store) -> None:
    [trace_id] = ids(visitor.ask("/?words=Olga&status=incorrect")[1])
    form = {"say": "accept", "comment": "<i>good</i> \u202e", "status": "incorrect"}
    status, _, headers = visitor.ask(f"/trace/{trace_id}/mark", form)
    assert status == 303 and headers["Location"] == f"/trace/{trace_id}?status=incorrect"
    assert "marked: <b>accept</b>" in visitor.ask(headers["Location"])[1]
    assert ids(visitor.ask("/?mark=accept")[1]) == [trace_id]
    assert rows(store, "SELECT trace_id, mark, comment FROM marks") == [
        (trace_id, "accept", form["comment"].strip())
    ]
    store.rebuild()
    filter_store(store, policy="verified")
    assert rows(store, "SELECT trace_id FROM traces_v WHERE status = 'incorrect' AND NOT is_dropped") == [
        (trace_id,)
    ]
    _, page, _ = visitor.ask(f"/trace/{trace_id}")
    assert "overruled: wrong_answer" in page, "the page shows what other commands decided meanwhile"
    visitor.ask(f"/trace/{trace_id}/mark", {"say": "none"})
    assert ids(visitor.ask("/?mark=accept")[1]) == []


def test_marks_are_refused_with_a_sentence(visitor: Visitor, store: Store) -> None:
    trace_id = ids(visitor.ask("/")[1])[0]
    for form, path in (
        ({"say": "maybe"}, trace_id),
        ({}, trace_id),
        ({"say": "accept"}, "b2-nothing"),
        ({"say": "accept", "comment": "x" * 2001}, trace_id),
    ):
        status, page, _ = visitor.ask(f"/trace/{path}/mark", form)
        assert status == 400 and 'role="alert"' in page
    assert visitor.ask(f"/trace/{trace_id}/mark", {"say": "accept", "comment": "x" * 70_000})[0] == 413
    assert visitor.ask(f"/trace/{trace_id}/mark", {"say": b"\xff"})[0] == 400  # type: ignore[dict-item]
    assert rows(store, "FROM marks") == []


def test_own_sql_reads_and_only_reads(visitor: Visitor) -> None:
    status, page, _ = visitor.ask("/sql", {"statement": "SELECT trace_id, format FROM traces_v ORDER BY 1"})
    assert status == 200 and "10 rows." in page and 'href="/trace/' in page
    for statement in (
        "DELETE FROM traces",
        "COPY traces TO '/tmp/x'",
        "SELECT 1; SELECT 2",
        "SELEC 1",
        "ATTACH 'x'",
    ):
        status, page, _ = visitor.ask("/sql", {"statement": statement})
        assert status == 400 and 'role="alert"' in page and statement in unescape(page)
    assert visitor.ask("/sql", {"statement": "SELECT * FROM read_text('/etc/passwd')"})[0] == 400


def test_an_endless_query_is_stopped_and_a_long_one_is_cut(visitor: Visitor) -> None:
    endless = "WITH RECURSIVE t AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM t) SELECT count(*) FROM t"
    started = time.monotonic()
    status, page, _ = visitor.ask("/sql", {"statement": endless})
    assert status == 400 and "took longer than 3 s" in page and time.monotonic() - started < 20
    status, page, _ = visitor.ask("/sql", {"statement": "SELECT * FROM range(1000000000000)"})
    assert status == 200 and "500 rows; there are more" in page
    _, page, _ = visitor.ask("/sql", {"statement": "SELECT repeat('x', 50000) FROM range(100)"})
    assert len(page) < 100_000 and "there are more" in page


def test_named_queries_are_listed_and_answered(visitor: Visitor) -> None:
    assert 'href="/queries/accept_rate"' in visitor.ask("/queries")[1]
    status, page, _ = visitor.ask("/queries/accept_rate?min_traces=2")
    assert status == 200 and "<td>large</td>" in page and "hostile" not in page
    assert visitor.ask("/queries/accept_rate?min_traces=two")[0] == 400
    assert visitor.ask("/queries/acept_rate")[0] == 400


def test_an_empty_store_has_a_page_that_says_what_to_do(
    tmp_path: Path, serve: Callable[[Desk], Visitor]
) -> None:
    desk = Desk(Store.open(tmp_path / "empty", create=True), "20261102T000000Z-000002")
    status, page, _ = serve(desk).ask("/")
    assert status == 200 and "There are no traces yet" in page
    assert rows(desk.store, "FROM runs") == [], "looking leaves nothing behind"


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    desk = Desk(Store.open(tmp_path / "empty", create=True), "20261102T000000Z-000002")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(UsageError, match="is in use"):
            browse(desk, taken.getsockname()[1], print, threading.Event())


def test_a_wish_is_what_its_link_says() -> None:
    wish = Wish.of(
        {"status": "correct", "words": " a&b ", "texts": "1", "order": "longest", "page": "3", "x": "y"}
    )
    assert wish.link() == "status=correct&words=a%26b&texts=1&order=longest&page=3"
    assert Wish.of({"page": "-1", "order": "no"}) == Wish()
    assert wish.link(page="") == "status=correct&words=a%26b&texts=1&order=longest"
