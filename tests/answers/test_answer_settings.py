"""Named settings of a source: what each changes, and that nothing else changes."""

from __future__ import annotations

import pytest

from curate.answer_settings import DEFAULT_SETTINGS, AnswerSettings, parse_settings
from curate.answers import compare_answers
from curate.errors import UsageError


@pytest.mark.parametrize(
    ("settings", "gold", "answer", "default", "under"),
    [
        ("rounding=gold_places", "1.71428571429", "12/7", "not_equal", "equal"),
        ("rounding=gold_places", "0.33", "1/3", "not_equal", "equal"),
        ("rounding=gold_places", "0.33", "0.34", "not_equal", "not_equal"),
        ("rounding=gold_places", "12", "12.4", "not_equal", "not_equal"),
        ("rounding=gold_places", "1.41", "\\sqrt{2}", "not_equal", "equal"),
        ("rounding=gold_places", "1.75, 1.16666666667", "7/4, 7/6", "not_equal", "equal"),
        ("percent=hundredth", "60%", "60", "equal", "not_equal"),
        ("percent=hundredth", "60%", "0.6", "equal", "equal"),
        ("list_order=given", "2, 3", "3, 2", "equal", "not_equal"),
        ("list_order=given", "2, 3", "2, 3", "equal", "equal"),
        ("units=required", "5 cm", "5", "equal", "undecided"),
        ("units=required", "5 cm", "0.05 m", "equal", "equal"),
    ],
)
def test_a_setting_changes_what_it_names(
    settings: str, gold: str, answer: str, default: str, under: str
) -> None:
    assert compare_answers(gold=gold, answer=answer).status == default
    assert compare_answers(gold=gold, answer=answer, settings=parse_settings(settings)).status == under


def test_settings_have_one_canonical_text() -> None:
    settings = parse_settings("rounding=gold_places, list_order=given")
    assert settings.text == "list_order=given,rounding=gold_places"
    assert parse_settings(settings.text) == settings
    assert DEFAULT_SETTINGS.text == ""
    assert parse_settings("") == AnswerSettings()


@pytest.mark.parametrize("text", ["rounding", "rounding=loose", "tolerance=0.1", "percent=both,units=any"])
def test_an_unknown_setting_is_refused_with_the_known_ones(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_settings(text)
    assert "gold_places" in caught.value.hint
