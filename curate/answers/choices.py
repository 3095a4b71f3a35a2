"""Compare answers of multiple-choice questions: letters, letters with text, an option's own text."""

from __future__ import annotations

import re
from collections.abc import Callable

from curate.answers.matching import Outcome
from curate.answers.normal import fold

_GOLD = re.compile(r"(?:(?i:option|choice|answer)\s*)?:?\s*\(?([A-Ja-j])\)?[.):]?(?:\s+is correct)?")
_ALONE = re.compile(r"(?:(?:option|choice|answer)\s*:?\s*)?[\[(]?\s*([A-Ja-j])\s*[\])]?[.):]?", re.IGNORECASE)
_WITH_TEXT = re.compile(
    r"(?:(?:option|choice)\s+)?(?:\(([A-Ja-j])\)|([A-J])(?:\)|[.:]\s|\s[-–—:]\s))\s*[.:]?\s*(\S.*)", re.DOTALL
)
_LETTERED = re.compile(r"\(?([A-J])[).]\s+\S")
_SEVERAL = re.compile(r"\(?[A-J]\)?(?:\s*(?:,|and|or|&|/)\s*\(?[A-J]\)?)+")
_PREFIX = re.compile(r"\(?[A-Ja-j][).:]\s*")
_ANOTHER = re.compile(r"(?:^|\s)(?:\([A-J]\)|[A-J]\)\s*\S)")
_PATH = "typed:choice"

Compare = Callable[[str, str], Outcome]


def names_same_option(gold: str, answer: str) -> bool | None:
    """Compare a gold such as "C. x = 42" with a lone letter; None when they are no such pair."""
    found = _LETTERED.match(gold)
    alone = _ALONE.fullmatch(answer) if found is not None and len(answer) <= 12 else None
    return found[1] == alone[1] if found is not None and alone is not None and alone[1].isupper() else None


def is_choice(gold: str) -> bool:
    """Say whether a gold is the letter of an option."""
    found = _GOLD.fullmatch(gold) if len(gold) <= 20 else None
    return found is not None and found[1].isupper()


def compare_choices(gold: str, answer: str, choices: tuple[str, ...], compare: Compare) -> Outcome:
    """Compare a folded gold and answer under the options; `compare` settles texts."""
    options = tuple(fold(_PREFIX.sub("", option, count=1)) for option in choices)
    wanted = _GOLD.fullmatch(gold)
    if wanted is None or (not wanted[1].isupper() and "(" not in gold):
        return _text_gold(gold, answer, options, compare)
    if _SEVERAL.fullmatch(answer):
        return Outcome("not_equal", "different_value", _PATH)
    letter = _letter_of(answer, options, compare)
    if letter == "?":
        return Outcome("undecided", "ambiguous_answer")
    if letter:
        return verdict(letter == wanted[1].upper())
    if not options:
        return Outcome("undecided", "different_kind")
    return _by_text(wanted[1].upper(), answer, options, compare)


def _text_gold(gold: str, answer: str, options: tuple[str, ...], compare: Compare) -> Outcome:
    """Compare when the gold is an option's text and the answer may be its letter."""
    direct = compare(gold, answer)
    if direct.status == "equal" or not options:
        return direct
    letter = _letter_of(answer, options, compare)
    if not letter or letter == "?" or ord(letter) - 65 >= len(options):
        return direct
    found = compare(gold, options[ord(letter) - 65])
    return Outcome(found.status, "same_choice" if found.status == "equal" else found.reason, _PATH)


def _letter_of(answer: str, options: tuple[str, ...], compare: Compare) -> str:
    """Give the letter that an answer names, "?" when letter and text disagree, empty when it names none."""
    alone = _ALONE.fullmatch(answer)
    if alone:
        return alone[1].upper()
    both = _WITH_TEXT.fullmatch(answer)
    if both is None:
        return ""
    letter, text = (both[1] or both[2]).upper(), both[3]
    if _ANOTHER.search(text):
        return "?"
    if not options:
        return letter
    for at, option in enumerate(options):
        if chr(65 + at) != letter and compare(option, text).status == "equal":
            own = ord(letter) - 65
            if own >= len(options) or compare(options[own], text).status != "equal":
                return "?"
    return letter


def _by_text(wanted: str, answer: str, options: tuple[str, ...], compare: Compare) -> Outcome:
    own = ord(wanted) - 65
    if own >= len(options):
        return Outcome("undecided", "gold_unparsed")
    equal = [at for at, option in enumerate(options) if compare(option, answer).status == "equal"]
    if equal:
        return verdict(own in equal) if len(equal) == 1 else Outcome("undecided", "ambiguous_answer")
    found = compare(options[own], answer)
    return found if found.status == "undecided" else Outcome("not_equal", "different_value", _PATH)


def verdict(is_same: bool) -> Outcome:
    """Say that two answers name one option, or two."""
    return (
        Outcome("equal", "same_choice", _PATH) if is_same else Outcome("not_equal", "different_value", _PATH)
    )
