"""Measures of texts mean what they say, on every text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.filters.facts import TextFeatures
from curate.filters.features import measure_text


def test_an_empty_text_measures_nothing() -> None:
    assert measure_text("") == measure_text(" \n ") == TextFeatures()


def test_other_numbers_are_other_windows() -> None:
    assert measure_text("so 1 + 1 = 2, so 2 + 2 = 4, so 3 + 3 = 6").repeat4_share == 0.0


def test_lines_that_come_again_are_counted() -> None:
    first, second = "we add the two numbers", "we take one away"
    assert measure_text(f"{first}\n{second}\n\n{first}\n{first}\n").dup_line_share == 0.5


def test_signs_that_open_and_close_formulas_are_no_repeated_lines() -> None:
    formulas = "".join(
        f"so it follows that\n\\[\nx_{n} = {n}\n\\]\n".replace("that", f"that {n}") for n in range(9)
    )
    assert measure_text(formulas).dup_line_share == 0


@pytest.mark.parametrize(
    ("text", "leftover"),
    [
        ("<Solution 3> we add", "<Solution 3>"),
        ("[INST] add [/INST]", "[INST]"),
        ("<|im_start|>assistant", "<|im_start|>"),
        ("solve {{question}}", "{{question}}"),
        ("if x <sol and y > 3 then", ""),
        ("a < b and the Answer is 3", ""),
        ("\\frac{{1}}{{2}}", ""),
    ],
)
def test_leftover_markup_is_found_and_mathematics_is_not(text: str, leftover: str) -> None:
    assert measure_text(text).leftover == leftover


@pytest.mark.parametrize(
    ("text", "n_chars"),
    [
        ("2 + 2 = 4. The answer is 4.", 0),
        ("The answer is \\boxed{4}$.", 0),
        ("#### 4", 0),
        ("The answer is 4.\nNow a next problem", 15),
        ("no answer is stated here at all?", 0),
        ("The answer is 3. Wait.\nThe answer is 4.\n", 0),
    ],
)
def test_what_follows_the_last_answer_is_counted_without_spaces(text: str, n_chars: int) -> None:
    assert measure_text(text).n_chars_after_answer == n_chars


@given(st.text())
def test_shares_are_shares_for_any_text(text: str) -> None:
    features = measure_text(text)
    assert 0 <= features.repeat4_share <= 1
    assert 0 <= features.dup_line_share <= 1
    assert features.n_chars in {0, len(text)}


def test_a_long_hostile_text_is_measured_in_linear_time() -> None:
    assert measure_text("<Answer " * 200_000).n_words == 20_000
