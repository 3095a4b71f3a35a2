"""Find the answer that a text states: among all anchors the last one by position wins.

Anchors: a box, ``####``, a stating sentence, an ``<answer>`` tag, a fenced output block, a closing line
"A: 8", the answer field of a JSON reply. A text that is nothing but a bare value is one too. Digits that
nothing announces are no answer: error pages and refusals hold plenty of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from curate.answers.boxes import find_last_box
from curate.answers.clauses import find_last_stated, is_either_or, read_clause
from curate.answers.dressing import undress
from curate.answers.replies import read_fragment, read_reply

MAX_TAIL = 20_000
"""Only this many characters from the end are searched."""
MAX_ANSWER = 2_000
_BARE = re.compile(
    r"(?:option |choice )\(?[A-J]\)?"
    r"|\(?(?:[-+−]?[$€£]?\d[\d,. /]{0,40}(?:%| ?[A-Za-z]{1,12})?|[A-J]|true|false|yes|no)[).]?"
    r"|\(?[A-J]\)\s?[^\s]{1,20}|\$[^$\n]{1,80}\$",
    re.IGNORECASE,
)
_NEXT_TURN = re.compile(
    r"<\|(?:im_end|im_start|endoftext|eot_id|end_of_text|end|eom_id|assistant|user)\|>|</s>"
)
_FAILED_OUTPUT = re.compile(r"\w*(?:Error|Exception)\b|\[\]$|<empty|Traceback|None$")
_MAX_BARE = 90
_CLOSING_LINE = re.compile(r"\n\s*a:[ \t]*([^\n]{1,200})\s*\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """A stated answer and the code of how it was found; None with the code of why there is none."""

    answer: str | None
    note: str


def find_answer(text: str) -> Found:
    """Read the stated answer from a visible text, thinking parts already taken out."""
    stripped = _before_next_turn(text.strip())
    if stripped[:1] in "{`" and '"' in stripped:
        reply = read_reply(stripped)
        if reply is not None:
            return _checked(reply.answer, reply.note)
    tail = stripped[-MAX_TAIL:]
    lower = tail.lower()
    if len(lower) != len(tail):  # a few capitals grow when lowered; positions must agree
        lower = tail
    found = _last_anchor(tail, lower)
    if found is not None:
        return found
    if (
        len(tail) <= _MAX_BARE
        and "\n" not in tail
        and (_BARE.fullmatch(tail) or _BARE.fullmatch(undress(tail)))
    ):
        return Found(undress(tail), "bare")
    return Found(None, "no_anchor")


def _before_next_turn(text: str) -> str:
    """Cut a text where a model went on to write the next turn of a conversation."""
    if "<" not in text or ("<|" not in text and "</s>" not in text):
        return text
    turn = _NEXT_TURN.search(text, 1)
    return text[: turn.start()].strip() if turn else text


def _last_anchor(tail: str, lower: str) -> Found | None:
    best, found = -1, None
    if "box" in tail:
        box = find_last_box(tail)
        if box is not None:
            best, found = box.start, _checked(box.content, box.note)
    # `in` looks for one character at a time and rfind does not: four times faster where there is nothing
    hashes = tail.rfind("####") if "####" in tail else -1
    if hashes > best:
        answer = _line_after(tail, hashes + 4)
        if answer:
            best, found = hashes, _checked(answer, "hashes")
    if "answer" in lower or "correct" in lower:
        best, found = _stated(tail, lower, best, found)
    output = tail.rfind("```output") if "```o" in tail else -1
    if output > best:
        lines = tail[output + 9 :].split("```", 1)[0].strip().splitlines()
        if lines:
            best, found = output, _output(lines[-1].strip())
    line = _CLOSING_LINE.search(tail, max(0, len(tail) - 260)) if "\nA:" in tail or "\na:" in tail else None
    if line is not None and line.start() > best:
        found = _checked(line[1], "closing_line")
    return found


def _stated(tail: str, lower: str, best: int, found: Found | None) -> tuple[int, Found | None]:
    tag = lower.rfind("<answer>")
    if tag > best:
        inner = tail[tag + 8 : tag + 8 + MAX_ANSWER].split("</", 1)[0].strip()
        best = tag
        found = found if "boxed" in inner and found else _checked(inner, "answer_tag")
    stated = find_last_stated(tail, lower, best + 1)
    if stated is not None and stated.start > best:
        fragment = read_fragment(tail) if tail[stated.start - 1 : stated.start] == '"' else None
        if fragment is not None:
            return stated.start, _checked(fragment.answer, fragment.note)
        return stated.start, _checked(stated.answer, stated.note)
    return best, found


def _output(line: str) -> Found:
    if _FAILED_OUTPUT.match(line):
        return Found(None, "output_error")
    return _checked(line, "output_block")


def _line_after(tail: str, start: int) -> str:
    end = tail.find("\n", start)
    line = tail[start:] if end < 0 else tail[start:end]
    answer, _ = read_clause(line, 0) if ". " in line else (line.strip(), "")
    return answer or ""


def _checked(answer: str | None, note: str) -> Found:
    if answer is None:
        return Found(None, note)
    plain = undress(answer)
    if not plain:
        return Found(None, "empty_box" if note.startswith("boxed") else "no_anchor")
    if len(plain) > MAX_ANSWER:
        return Found(None, "too_long")
    if is_either_or(plain):
        return Found(None, "ambiguous_answer")
    return Found(plain, note)
