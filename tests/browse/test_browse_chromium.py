"""The local page in a real browser: load, filter, open, mark, and a trace that tries to act."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from curate.browse.desk import Desk
from curate.store import Store

if TYPE_CHECKING:
    from conftest import Visitor

pytestmark = pytest.mark.slow
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
def page() -> Iterator[Any]:
    """A page of the machine's own Chromium; what it complains of on its console is a failure."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium on this machine: install the package chromium to run this test")
    driver = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with driver.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        opened = browser.new_page()
        complaints: list[str] = []
        opened.on("console", lambda message: complaints.append(message.text))
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        yield opened
        browser.close()
    assert complaints == []


def test_load_filter_open_compare_and_mark(page: Any, store: Store, serve: Callable[[Desk], Visitor]) -> None:
    visitor = serve(Desk(store, "20261102T000000Z-000002"))
    page.goto(visitor.url)
    assert "token" not in page.url
    assert page.inner_text("#count").startswith("10 of 10 traces")
    with page.expect_navigation():
        page.select_option("select[name=status]", "incorrect")
    assert page.inner_text("#count").startswith("4 of 10 traces") and page.url.endswith(
        "/?status=incorrect&order=dropped+first"
    )
    page.fill("input[name=words]", "Olga")
    page.press("input[name=words]", "Enter")
    page.wait_for_selector("text=1 of 10 traces")
    page.click("a.entry")
    page.click("section .entries a.entry")
    assert page.locator("section.trace").count() == 2
    page.fill("input[name=comment]", "worth keeping")
    page.click("button[value=accept]")
    assert "marked: accept" in page.inner_text("#mark")
    page.keyboard.press("u")
    page.wait_for_selector("text=marked: accept")
    assert page.evaluate("document.cookie") == "", "no script can read the token"


def test_keys_lead_through_the_list(page: Any, store: Store, serve: Callable[[Desk], Visitor]) -> None:
    page.goto(serve(Desk(store, "20261102T000000Z-000002")).url)
    page.click("a.entry")
    page.wait_for_selector("text=1 of 10")
    for key, place in (("j", "2 of 10"), ("j", "3 of 10"), ("k", "2 of 10")):
        page.wait_for_load_state("load")  # before that no script listens to keys
        page.keyboard.press(key)
        page.wait_for_selector(f"text={place}")


def test_a_hostile_trace_cannot_act(page: Any, store: Store, serve: Callable[[Desk], Visitor]) -> None:
    page.goto(serve(Desk(store, "20261102T000000Z-000002")).url)
    page.select_option("select[name=teacher]", "hostile <b>")
    page.wait_for_selector("text=1 of 10 traces")
    page.click("a.entry")
    assert page.title() != "owned"
    assert "<script>document.title='owned'</script><img src=x onerror=alert(1)>" in page.inner_text(
        "section.trace .said >> nth=1"
    )
    assert page.locator("img, section.trace script, a[href^=javascript]").count() == 0


def test_it_fits_a_phone(page: Any, store: Store, serve: Callable[[Desk], Visitor]) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(serve(Desk(store, "20261102T000000Z-000002")).url)
    for path in ("a.entry", "section .entries a.entry"):
        page.click(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
