"""The page needs nothing else, shows what is there, and no model text can act in it."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest

from curate.errors import UsageError
from curate.report import write_report
from curate.report.maths import show_answer, show_maths
from curate.report.show import show_number, show_text, show_usd
from curate.stages.filtering import filter_store
from curate.store import Store

VOID = {"meta", "rect", "br", "input"}


class Page(HTMLParser):
    """Collects tags, attributes and visible text, and checks that tags close in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.extend(attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.extend(attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.fixture
def page(corpus: Store, tmp_path: Path) -> str:
    filter_store(corpus, policy="verified")
    return write_report(corpus, tmp_path / "r.html", now=lambda: 0.0).read_text(encoding="utf-8")


def test_a_trace_with_a_script_tag_is_shown_and_cannot_run(page: str) -> None:
    read = Page(page)
    assert read.tags.count("script") == 1, "the page's own"
    assert not any(name.startswith("on") or name == "style" for name, _ in read.attributes)
    assert "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;" in page
    assert read.open == [], "hostile text closes no tag of ours"


def test_the_policy_of_the_page_lets_no_script_run_but_its_own(page: str) -> None:
    script = page.split("<script>")[1].split("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'\"" in page


def test_control_and_direction_characters_are_shown_by_their_codes(page: str) -> None:
    assert "\x07" not in page and "\u202e" not in page
    assert '<span class="ctl">\\x07</span>' in page and '<span class="ctl">\\u202e</span>' in page


def test_the_page_needs_nothing_from_elsewhere(page: str) -> None:
    read = Page(page)
    links = [value for name, value in read.attributes if name in {"src", "href", "srcset", "data", "action"}]
    assert all(str(value).startswith("#") for value in links)
    assert not {"link", "img", "iframe", "object", "embed"} & set(read.tags)
    assert not re.search(r"url\(|@import|https?://", page.split("<body>")[0])


def test_it_is_made_for_phones_light_and_dark(page: str) -> None:
    assert 'name="viewport"' in page and "prefers-color-scheme: dark" in page and "max-width: 40rem" in page


def test_headline_funnel_and_reasons_are_there(page: str) -> None:
    words = " ".join(" ".join(Page(page).words).split())
    assert "61 asked or imported" in words and "30 kept by verified" in words
    assert "wrong_answer" in words and "7 first, 7 by it alone" in words
    assert "small · cot · level 3" in words and "60% of 30" in words


def test_dropped_traces_come_first_with_their_badges(page: str) -> None:
    samples = page.split('id="samples"')[1].split('id="tables"')[0]
    groups = re.findall(r"<h3>(\w+)</h3>", samples)
    assert groups[-1] == "kept" and "wrong_answer" in groups[:-1]
    assert "dropped: wrong_answer" in samples and "answer: incorrect" in samples


def test_the_same_store_seed_and_clock_write_the_same_page(corpus: Store, tmp_path: Path, page: str) -> None:
    again = write_report(corpus, tmp_path / "again.html", now=lambda: 0.0).read_text(encoding="utf-8")
    assert again == page
    other = write_report(corpus, tmp_path / "other.html", seed=5, n_samples=3, now=lambda: 0.0).read_text()
    assert other.count('<details class="sample"') == 3


def test_an_empty_store_has_a_page(empty: Store, tmp_path: Path) -> None:
    read = Page(write_report(empty, tmp_path / "new/r.html").read_text())
    assert read.open == [] and "There are no traces yet." in read.words


def test_an_older_page_is_replaced_whole(empty: Store, tmp_path: Path) -> None:
    out = tmp_path / "r.html"
    out.write_text("old")
    write_report(empty, out)
    assert out.read_text().lstrip().startswith("<!doctype html>")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "r.html"]


def test_a_place_that_cannot_be_written_is_named(empty: Store, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot write the report"):
        write_report(empty, tmp_path / "file/r.html")


def test_a_cut_text_says_how_much_is_missing() -> None:
    assert "1,990 more characters" in show_text("x" * 10, 2000)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, ""), (float("nan"), ""), (1234, "1,234"), (0.123456, "0.1235"), (True, "yes"), ("a", "a")],
)
def test_cells_are_short(value: object, shown: str) -> None:
    assert show_number(value) == shown


def test_money_has_cents_and_small_sums_have_digits() -> None:
    assert (show_usd(None), show_usd(0.0), show_usd(0.4), show_usd(1234.5), show_usd(0.00171)) == (
        "no price", "$0.00", "$0.40", "$1,234.50", "$0.00171",
    )  # fmt: skip


def test_pictures_show_cost_agreement_copies_and_suspects(page: str) -> None:
    words = " ".join(" ".join(Page(page).words).split())
    assert "$0.00" in words and "only cot" in words and "Texts that stand more than once" in words
    assert "Golds that may be wrong" in words


def test_samples_can_be_chosen_by_what_they_are(page: str) -> None:
    assert page.count('data-outcome="wrong_answer"') == 7 and page.count('data-format="pot"') == 6
    assert '<option value="wrong_answer">wrong_answer (7)</option>' in page
    assert '<form id="pick" hidden>' in page, "without scripts there is nothing to choose with"


def test_formulas_are_drawn_and_broken_ones_stay_readable() -> None:
    assert "<mfrac><mn>1</mn><mn>2</mn></mfrac>" in show_maths(r"so \(\frac12\)")
    assert show_maths(r"so \(\frac{\) and \[x") == r"so \(\frac{\) and \[x"
    assert "<mtr>" in show_maths(r"\begin{aligned} a &= b \\ c &= d \end{aligned}")
    assert 'class="boxed"' in show_maths(r"thus \boxed{\frac{3}{4}}.")


@pytest.mark.parametrize(
    "text", ["costs $5 and $6", "$20, for $5-$7 and $3. total", r"\$5 and $x", "$ x $", "US$5 or A$6", "$$"]
)
def test_prices_are_no_formulas(text: str) -> None:
    assert "<math" not in show_maths(text)


@pytest.mark.parametrize(
    "source",
    [
        r"\(\text{<script>alert(1)</script>}\)",
        r"\(\href{javascript:alert(1)}{x}\)",
        r"\(\style{color:red;background:url(//x)}{x}\)",
        r"\(\class{said}{x}\)",
        r"\(\text{</math></span><img src=x onerror=alert(1)>}\)",
        "\\(\\unicode{x202e}\\) \\(\\text{\u202e\x07}\\)",
        r"\(\text{&lt;img src=x&gt;}\)",
        r"\(\color{red\" onclick=\"x}{y}\)",
    ],
)
def test_a_formula_can_only_draw(source: str) -> None:
    read = Page(show_maths(source))
    assert set(read.tags) <= {"math", "mrow", "mtext", "mi", "mn", "mo", "mstyle", "span"}
    assert {name for name, _ in read.attributes} <= {"display", "class", "stretchy", "mathvariant"}
    assert {value for name, value in read.attributes if name == "class"} <= {"ctl"}
    assert read.open == [] and "\u202e" not in "".join(read.words) and "\x07" not in "".join(read.words)


@pytest.mark.parametrize("piece", ["$x", "\\(", "\\boxed{", "\\begin{align}", "$$", "{", "\\[x\\]"])
def test_hostile_repetition_costs_little(piece: str) -> None:
    started = time.process_time()
    show_maths(piece * 20_000)
    assert time.process_time() - started < 3


def test_an_answer_without_signs_around_it_is_drawn() -> None:
    assert "<mfrac>" in show_answer(r"\frac{3}{8}") and "<mfrac>" in show_answer(r"\(\frac{3}{8}\)")
    assert show_answer(r"\frac{3") == r"\frac{3" and show_answer("C") == "C" and show_answer("$5") == "$5"
