"""Read an answer from the sentence that states it: "the answer is ...", "Answer: ...", ``Answer("C")``.

In: a bounded text and its lower-case twin. Out: where the last stating phrase starts, its answer or a code.
A sentence that denies ("is not 7") or leaves a choice ("5 or 6") is refused with its own code. A sentence
with one number only gives that number; this never looks at numbers that no phrase announces.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from curate.answers.dressing import drop_math_marks, undress
from curate.answers.units import is_unit_word

_MAX_CLAUSE = 600
_MAX_LOOKS = 64
_MAX_CORRECT = 200
_MAX_BEFORE = 24
_GOOD = ("correct", "right", "best", "the correct", "the right", "the best", "the only correct")
_LINK = re.compile(
    r"answers?(?:\s{1,3}(?:choice|option))?"
    r"(?:\s{1,3}(?:to|for|of)\s{1,3}(?:this|the|our)\s{1,3}(?:\w{1,20}\s{1,3})?(?:question|problem|exercise))?"
    r"[\s*_`\"')]{0,8}"
    r"(?:(?P<deny>isn['’]t|(?:is|was)\s{1,3}(?:definitely\s{1,3}|certainly\s{1,3})?(?:not|never)\b|cannot\b|can['’]?t\b)"
    r"|is|are|was|would\s{1,3}be|will\s{1,3}be|should\s{1,3}be|must\s{1,3}be|=|:|：)"
    r"(?!\s{0,3}(?:correct|verified|consistent|confirmed|expressed|in\s{1,3}terms|given\s{1,3}by|based\s{1,3}on|"
    r"obtained|derived|valid|reasonable)\b)"
    r"(?=[\s:*_`\"'$\\({\[“\d+.–−-]|$)"
    r"(?:\s{1,3}(?:therefore|thus|then|hence|simply|just|that|as\s{1,3}follows)\b,?)?[\s*_`]{0,8}[:：]?[\s*_`]{0,12}",
    re.IGNORECASE,
)  # fmt: skip
_CALL = re.compile(r"answer\(\s{0,3}[\"']?([^\"'\n()]{1,200})[\"']?\s{0,3}\)", re.IGNORECASE)
_OPTION = re.compile(r"correct (?:option|choice)(?: is|:)\s{0,3}", re.IGNORECASE)
_LETTER = re.compile(
    r"answer(?:\s{1,3}(?:choice|option))?\s{1,3}\(?([A-J])\)?(?=[\s.*]*$|[).])", re.IGNORECASE
)
_HEADING = re.compile(
    r"[\s#*_\d.)-]{0,12}(?:(?:the|my|final|correct)\s{1,3}){0,3}answers?[\s*_]{0,6}\n\s{0,8}(?=[^\s#])",
    re.IGNORECASE,
)
_IS_CORRECT = re.compile(
    r"(?:\b(?:option|choice)\s{1,3}[*_]{0,3}\(?([A-J])\)?|(?:^|[.,:;\n]\s{0,3}|\b(?:so|thus|hence|therefore|that)\s{1,3})"
    r"[*_]{0,3}\(?([A-J])\)?)[*_]{0,3}\s{1,3}is\s{1,3}(?:the\s{1,3})?(?:only\s{1,3})?(?:correct|right|best)"
    r"(?:\s{1,3}(?:answer|option|choice|one))?(?=[.,;:!*\s]|$)(?!\s{1,3}(?:only|if|when|unless|except|but|for|or|about)\b)",
    re.IGNORECASE,
)
_SUPPOSED = re.compile(
    r"\b(?:if|whether|when|suppose|supposing|assume|assuming|unless|says?|claims?|thinks?|is)\s{1,3}(?:that\s{1,3})?(?:the\s{1,3})?\w?$",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"\s\((?:since|because|as|i\.e|that\s{1,3}is|using|by|after|from|zero|one|two|three|four|five|six|seven|eight|nine|ten|"
    r"eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|hundred)\b[^()]{0,200}\)$",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"(?:given|provided|expected|reference|previous|wrong|incorrect|initial|your|his|her|their|student['’]?s|other|"
    r"possible|an|no|this|any|every|each|earlier|old|first)\s{1,3}$",
    re.IGNORECASE,
)
_END = re.compile(r"\n|[.!](?=\s+[A-Z(\[\"“*]|\s*\n|\s*$)|。")
_OPENERS = {"$$": "$$", r"\[": r"\]", r"\(": r"\)"}
_AFTERTHOUGHT = re.compile(r",?\s(?:which|because|since|so|as|i\.e\.|where|when|meaning)\s", re.IGNORECASE)
_DENIED = re.compile(
    r"(?:wrong|incorrect|inconsistent|not|never|neither|none\s{1,3}of\s{1,3}\w+\s{1,3}but)\b", re.IGNORECASE
)
_OR = re.compile(r"\bor\b", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w.])-?\$?\d[\d,]*(?:\.\d+)?(?:\s?/\s?\d+)?%?(?![\w/])")
_VERBS = re.compile(
    r"is|are|was|were|be|equals?|ha[sd]|have|made|took|got|paid|spent|sold|bought|ate|gave|left|won|lost|drove|ran|"
    r"wrote|read|kept|found|(?:cost|total|need|make|take|use|get|earn|pay|spend|save|sell|learn|buy|eat|run|collect|"
    r"receive|give|leave|travel|plant|owe|weigh|cover|become|remain)s?|\w{3,}ed|total\s+of",
    re.IGNORECASE,
)
_RELATIVE = re.compile(r"\b(?:that|which|who)\s{1,3}(?:could|might)\b", re.IGNORECASE)
_UNSURE = re.compile(
    r"\b(?:not|never|or|if|unless|maybe|perhaps|might|could|either|neither|except|wrong|incorrect|cannot|unknown|"
    r"than|doubt|unclear|guess|times|half|twice|divided|plus|minus|squared|out|consecutive|assuming|missing|error)\b|n['’]t\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Stated:
    """An answer that a phrase announces; `answer` is None when `note` says why it is refused."""

    start: int
    answer: str | None
    note: str


def find_last_stated(text: str, lower: str, low_end: int = 0) -> Stated | None:
    """Give the last phrase that states an answer and starts after `low_end`, or None."""
    option = max(lower.rfind("correct option", low_end), lower.rfind("correct choice", low_end))
    link = _OPTION.match(text, option) if option >= 0 else None
    if link is not None:
        low_end = option
    stated = _last_answer(text, lower, low_end)
    if stated is None and link is not None:
        stated = Stated(option, *read_clause(text, link.end()))
    correct = _last_correct(text, lower, stated.start if stated else low_end)
    return correct if correct is not None else stated


def _last_correct(text: str, lower: str, low_end: int) -> Stated | None:
    """Read "Option B is correct" or "so (B) is the correct answer", after all other statements."""
    end = len(text)
    for _ in range(_MAX_CORRECT):
        at = lower.rfind(" is ", low_end, end)
        if at < 0:
            return None
        if lower.startswith(_GOOD, at + 4):
            start = max(low_end, at - _MAX_BEFORE)
            for found in _IS_CORRECT.finditer(text, start, at + 60):
                letter = found[1] or found[2]
                is_supposed = (
                    _SUPPOSED.search(text, max(0, found.start() - 24), found.start() + 1) is not None
                )
                if found.start() < at < found.end() and letter.isupper() and not is_supposed:
                    return Stated(found.start(), letter, "answer_letter")
        end = at
    return None


def _last_answer(text: str, lower: str, low_end: int) -> Stated | None:
    end = len(text)
    for _ in range(_MAX_LOOKS):
        at = lower.rfind("answer", low_end, end)
        if at < 0:
            return None
        stated = _read_at(text, at)
        if stated is not None:
            return stated
        end = at
    return None


def _read_at(text: str, at: int) -> Stated | None:
    call = _CALL.match(text, at)
    if call:
        return Stated(at, call[1].strip(), "answer_call")
    if _ELSEWHERE.search(text, max(0, at - 24), at):
        return None
    link = _LINK.match(text, at)
    if link is None:
        heading = _HEADING.match(text, text.rfind("\n", 0, at) + 1)
        if heading is not None and heading.end() > at:
            plain = undress(drop_math_marks(_clause(text, heading.end())))
            return Stated(at, plain, "answer_heading") if plain and not is_either_or(plain) else None
        letter = _LETTER.match(text, at)
        return Stated(at, letter[1].upper(), "answer_letter") if letter and letter[1].isupper() else None
    if link["deny"]:
        return Stated(at, None, "negated")
    answer, note = read_clause(text, link.end())
    return Stated(at, answer, note)


def read_clause(text: str, start: int) -> tuple[str | None, str]:
    """Read the answer that starts at `start` and ends with its sentence; the code says how."""
    clause = _clause(text, start)
    if _DENIED.match(clause):
        return None, "negated"
    plain = undress(drop_math_marks(clause)).rstrip("`*")
    cut = _AFTERTHOUGHT.search(plain)
    if cut and cut.start():
        plain = undress(plain[: cut.start()])
    if plain.endswith(")"):
        plain = undress(_ASIDE.sub("", plain))
    if not plain:
        return None, "no_anchor"
    if is_either_or(plain):
        return None, "ambiguous_answer"
    return _value_of(plain)


def is_either_or(answer: str) -> bool:
    """Say whether two different values are joined by "or"; options in words and inequalities are not."""
    if "or" not in answer and "OR" not in answer:
        return False
    parts = [undress(drop_math_marks(part)) for part in _OR.split(answer)]
    if len(parts) < 2 or re.search(r"[<>≤≥]|\\[lg]eq?\b", answer):
        return False
    return len(set(parts)) > 1 and all(re.search(r"\d", part) or len(part) == 1 for part in parts if part)


def _clause(text: str, start: int) -> str:
    window = text[start : start + _MAX_CLAUSE]
    for opener, closer in _OPENERS.items():
        if window.startswith(opener):
            end = window.find(closer, len(opener))
            if end > 0:
                rest = window[end + len(closer) :]
                return window[: end + len(closer)].replace("\n", " ") + _first_sentence(rest)
    return _first_sentence(window)


def _first_sentence(text: str) -> str:
    end = _END.search(text)
    return text[: end.start()] if end else text


def _value_of(plain: str) -> tuple[str, str]:
    plain = plain.replace("**", "")
    words = plain.split(None, 5)
    numbers = _NUMBER.findall(plain) if len(words) > 2 else []
    if len(numbers) != 1 or _UNSURE.search(_RELATIVE.sub("", plain)):
        return plain, "answer_is"
    number = numbers[0]
    before, after = (part.split() for part in plain.split(number, 1))
    is_said = bool(before) and _VERBS.fullmatch(before[-1].strip("(:*$")) is not None
    if " ".join(before[-2:]).lower() == "total of":
        is_said = True
    if is_said or (not before and len(after) > 4 and after[0].isalpha() and after[0] != "and"):
        unit = after[0].strip(".,") if after and is_unit_word(after[0].strip(".,")) else ""
        return f"{number} {unit}".strip(), "answer_is_sentence"
    return plain, "answer_is"
