"""Arithmetic claims of a text: closed equalities and comparisons, each with its place and a finding.

In: reasoning as text. Out: `Claim`s in order. A claim needs its whole left side: what is touched from the
left by a variable, an operator or a digit is a fragment and no claim. Calculator marks (``<<48/2=24>>``) are
claims of their own. Code between fences is none. Nothing is evaluated but exact numbers of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from curate.verify.steps.expressions import read_prefix, read_suffix
from curate.verify.steps.judging import Finding, Sides, judge
from curate.verify.steps.reader import STOP_WORDS
from curate.verify.steps.tokens import Token, scan
from curate.verify.steps.tree import Exact, Expression
from curate.verify.steps.withdrawal import is_doubted, is_said_rounded

MAX_CHARS = 100_000
"""Only this much of a text is read, from its beginning; a longer one is checked in part."""
MAX_LINE = 5_000
MAX_CLAIMS = 2_000

_FENCE = re.compile(r"```[^\n]*\n.*?(?:```|\Z)", re.DOTALL)
_SPELLED_BREAK = re.compile(r"\\n(?=[\s\d*A-Z#$\\(•-])")
_MARK = re.compile(r"<<([^<>\n]{1,200})>>")
_MAYBE = re.compile(r"[=≈≃≅<>≤≥]|\\(?:approx|simeq|[lg]eq?|[lg]t)(?![A-Za-z])|\b(?:is|equals|gives|makes)\b")
_CONTINUES = re.compile(r"\n[ \t]*(?=&?\s?[=≈])")
_NEXT_POINT = re.compile(r"\.\s?[A-Z]")
_LAST_NUMBER = re.compile(r"[0-9][0-9,.]*\Z")
_MARKER_REST = re.compile(r"\.?[0-9]{1,2}")
_RELATION_WORDS = frozenset({"is", "equals", "gives", "makes"})
_SOFT = frozenset({"equal", "to", "about", "approximately", "roughly", "around", "us", "only"})
_SPOKEN_OPS = frozenset("+-*")


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim: its place in the text, its own text, the value of its left side, and what was found."""

    start: int
    end: int
    text: str
    finding: Finding
    value: str = ""


def find_claims(text: str) -> tuple[Claim, ...]:
    """Find and check the claims of a text; at most `MAX_CLAIMS`.

    >>> [(claim.text, claim.finding) for claim in find_claims("So 3 + 4 = 7 and 3 - x = 2, so 2 * 3 = 5.")]
    [('3 + 4 = 7', 'holds'), ('2 * 3 = 5', 'fails')]
    """
    text = _blank(_FENCE, text[:MAX_CHARS])
    if "\\n" in text:  # a JSON reply as it came: its line breaks are still spelled out
        text = _SPELLED_BREAK.sub(" \n", text)
    found: list[Claim] = []
    if "<<" in text:
        for match in _MARK.finditer(text):
            found += _claims_of(match[1], match.start(1), text)
        text = _blank(_MARK, text, " ")
    joined = _CONTINUES.sub(lambda match: " " * len(match[0]), text) if "\n" in text else text
    place = 0
    for line in joined.split("\n"):
        if len(found) >= MAX_CLAIMS:
            break
        if _MAYBE.search(line):
            found += _claims_of(line[:MAX_LINE], place, text)
        place += len(line) + 1
    return tuple(sorted(found, key=lambda claim: claim.start)[:MAX_CLAIMS])


def _blank(pattern: re.Pattern[str], text: str, fill: str = "\n") -> str:
    return pattern.sub(lambda match: fill * len(match[0]), text)


def _claims_of(line: str, offset: int, text: str) -> Iterator[Claim]:
    tokens = _with_spoken(scan(line, offset))
    places = [at for at, token in enumerate(tokens) if token.kind == "rel"]
    if not places:
        return
    edges = [-1, *places, len(tokens)]
    segments = [tokens[before + 1 : after] for before, after in pairwise(edges)]
    for number, at in enumerate(places):
        claim = _claim(segments, number, tokens[at], text)
        if claim is not None:
            yield claim


def _with_spoken(tokens: list[Token]) -> list[Token]:
    """Turn "is", "equals", "gives" between an operation and a number into a relation."""
    if not any(token.kind == "word" and token.text in _RELATION_WORDS for token in tokens):
        return tokens
    out: list[Token] = []
    skip_to = -1
    for at, token in enumerate(tokens):
        if at < skip_to:
            continue
        if token.kind == "word" and token.text in _RELATION_WORDS:
            after = _after_soft(tokens, at + 1)
            begins = after < len(tokens) and tokens[after].kind in ("number", "money")
            if begins and _has_operation(tokens, at):
                out.append(Token("rel", "is", token.start, token.end, has_gap=True))
                skip_to = after
                continue
        out.append(token)
    return out


def _after_soft(tokens: Sequence[Token], at: int) -> int:
    while at < len(tokens) and tokens[at].kind == "word" and tokens[at].text in _SOFT:
        at += 1
    return at


def _has_operation(tokens: Sequence[Token], end: int) -> bool:
    """Say whether a spoken relation has an operation or a percentage of something on its left."""
    near = tokens[max(0, end - 12) : end]
    has_of = any(token.kind == "word" and token.text == "of" for token in near)
    has_share = has_of and any(token.kind == "percent" for token in near)
    return has_share or any(
        token.kind == "op" and token.text in _SPOKEN_OPS and token.has_gap for token in near
    )


def _claim(segments: list[list[Token]], number: int, relation: Token, text: str) -> Claim | None:
    """Read both sides of one relation; None where one of them is no closed arithmetic."""
    if relation.text == "!=":
        return None
    before, after = segments[number], segments[number + 1]
    left = _left_side(before, is_first=number == 0)
    right = _right_side(after)
    if left is None or right is None:
        return None
    if relation.text == "is" and left.is_lone_number:
        return None
    if _is_run_on(left, right, after, is_last=number + 2 == len(segments)):
        return None
    if any(token.text == "mod" or token.text.startswith("\\pmod") for token in after[:4]):
        return None
    sides = Sides(left, "=" if relation.text == "is" else relation.text, right, _remainder(after))
    start, end = left.start, max(right.end, left.end)
    finding = judge(
        sides,
        is_said_rounded=is_said_rounded(text, start, end, relation.text),
        is_doubted=lambda: is_doubted(text, start, end),
    )
    if finding is None:
        return None
    values = left.values()
    if finding == "fails" and _is_glued_to_marker(text, end, values):
        finding = "not_checkable"
    return Claim(start, end, text[start:end], finding, str(values[0])[:60] if values else "")


def _is_glued_to_marker(text: str, end: int, values: list[Exact]) -> bool:
    """Recognise a value that lost the line break before a list number: "= 6.5. Then" for 6 and "5."."""
    if not _NEXT_POINT.match(text, end):
        return False
    shown = _LAST_NUMBER.search(text[max(0, end - 30) : end])
    if shown is None:
        return False
    digits = shown[0].replace(",", "")
    for value in values:
        plain = str(value)
        if digits.startswith(plain) and _MARKER_REST.fullmatch(digits[len(plain) :]):
            return True
    return "/" in text[max(0, end - 12) : end] and "." in digits


def _left_side(tokens: list[Token], *, is_first: bool) -> Expression | None:
    found = read_suffix(tokens)
    if found is None:
        return None
    expression, start = found
    if expression.is_lone_number and (is_first or start > 0):
        expression.doubts.add("label")  # "Day 2 = 3 * 5", "73 = 7 + 3 = 10": a name, not a value
    if start == 0:
        if is_first and tokens[0].text == "-" and len(tokens) > 1 and tokens[1].has_gap:
            expression.doubts.add("list_marker")
        return expression
    before = tokens[start - 1]
    first = tokens[start]
    if first.text == "-" and not _is_sign(before, first, tokens[start + 1]):
        return None
    if before.kind == "op":
        if not _is_bullet(tokens, start - 1):
            return None
        expression.doubts.add("after_bullet")
    elif before.kind == "number" or before.text in ("^", "_", ":", "!", "√", "|", "#"):
        if before.text != ":" or not first.has_gap:
            return None
    elif before.kind in ("word", "close", "percent", "super", "frac"):
        if not _is_plain_word(before, first):
            return None
    elif before.kind == "other" and before.text.startswith(("\\", "..", "…")):
        return None  # a command such as \sqrt or \log that takes what follows, or terms left out
    elif before.kind == "open" and start >= 2 and tokens[start - 2].kind == "word" and not before.has_gap:
        return None  # an argument: f(2 = ...
    return expression


def _is_sign(before: Token, minus: Token, after: Token) -> bool:
    """Say whether a minus is a sign ("is -2 - 3") and no operator behind something that cannot be read."""
    if before.kind in ("other", "open", "money"):
        return True
    is_glued = minus.has_gap and not after.has_gap
    return is_glued and before.kind == "word" and before.text.lower() in STOP_WORDS


def _is_bullet(tokens: list[Token], at: int) -> bool:
    return at == 0 and tokens[at].text in "*-"


def _is_plain_word(before: Token, first: Token) -> bool:
    """Say whether a word in front is prose and no variable, function or unit of a cut expression."""
    if before.kind != "word":
        return False
    if not first.has_gap:
        return False
    return len(before.text) > 1 or before.text in "aAI"


def _right_side(tokens: list[Token]) -> Expression | None:
    found = read_prefix(tokens)
    if found is None:
        return None
    expression, taken = found
    rest = tokens[taken:]
    if not rest:
        return expression
    follower = rest[0]
    if follower.kind == "op" and not _ends_clause(rest):
        return None  # a variable follows: the right side is longer than what can be read
    if follower.kind in ("super", "frac") or follower.text in ("!", "^", "_", ":", "√"):
        expression.doubts.add("followed_by_mark")
    if follower.kind == "other" and (follower.text[0] in "\\…" or follower.text.startswith("..")):
        expression.doubts.add("followed_by_command")
    if follower.kind in ("open", "number") or (follower.kind == "word" and not follower.has_gap):
        expression.doubts.add("followed_by_operand")
    return expression


def _ends_clause(rest: list[Token]) -> bool:
    """Say whether an operator is a dash or a bullet behind the claim rather than arithmetic."""
    follower = rest[0]
    if len(rest) == 1:
        return True
    following = rest[1]
    return follower.text == "-" and following.kind == "word" and following.text.lower() in STOP_WORDS


def _remainder(tokens: list[Token]) -> int | None:
    """Read the remainder that is said behind a quotient: "3 remainder 2", "3 R 2"."""
    for at, token in enumerate(tokens[:6]):
        if token.kind == "word" and token.text.lower() in ("remainder", "r", "rem"):
            after = [other for other in tokens[at + 1 : at + 4] if other.kind == "number"]
            if after and after[0].text.isdigit() and len(after[0].text) <= 40:
                return int(after[0].text)
    return None


def _is_run_on(left: Expression, right: Expression, after: list[Token], *, is_last: bool) -> bool:
    """Recognise "5 + 3 = 8 - 2 = 6": written in one line, meant as two sums; the first is 5 + 3 = 8."""
    if is_last or right.is_lone_number or right.first_value is None:
        return False
    values = left.values()
    return right.first_value in values and not set(values) & set(right.values())
