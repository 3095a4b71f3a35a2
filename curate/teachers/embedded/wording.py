"""Recognise from a prompt's words what is asked: which role, form, length and style.

A model understands an instruction; this teacher looks for the words that the instructions of this project
use, and for the usual ones of others. The question must be taken out of the text first: it may speak of
equations and programs itself. A test holds this to every template that ships with tracemill.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from curate.types import Role, Style, TraceFormat

_ROLES = (
    (Role.VERIFIER, re.compile(r"\bCORRECT\b.{0,80}\bINCORRECT\b", re.DOTALL)),
    (
        Role.COMPRESSOR,
        re.compile(
            r"\b(?:shorten|compress|condense|rewrite)\b.{0,80}\b\d+ words\b", re.IGNORECASE | re.DOTALL
        ),
    ),
    (Role.CRITIC, re.compile(r"\bfirst (?:wrong|incorrect|faulty) step\b", re.IGNORECASE)),
    (
        Role.REPAIR,
        re.compile(
            r"\b(?:repair|correct|fix|revise) (?:the|this|your) "
            r"(?:attempt|solution|program|equations|system)\b",
            re.IGNORECASE,
        ),
    ),
)
_POT = re.compile(r"\bpython\b|\bprogram\b", re.IGNORECASE)
_EOT = re.compile(r"\bequations?\b", re.IGNORECASE)
_LEVEL = re.compile(r"\b(?:granularity|level|detail)\D{0,20}([1-6])\b", re.IGNORECASE)
_STYLES = (
    (
        Style.ANSWER_ONLY,
        re.compile(
            r"\b(?:only the (?:final )?answer|answer only|no reasoning|without reasoning)\b", re.IGNORECASE
        ),
    ),
    (Style.SUB_QUESTIONS, re.compile(r"\bsub-?questions?\b", re.IGNORECASE)),
    (Style.REPHRASE, re.compile(r"\b(?:rephrase|restate|in your own words)\b", re.IGNORECASE)),
    (Style.SYMBOLIC, re.compile(r"\bsymbol(?:s|ic|ically)?\b", re.IGNORECASE)),
)
_N_WORDS = re.compile(r"\b(\d{1,4}) words\b")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an instruction wants. `granularity` is None when it names none."""

    role: Role
    format: TraceFormat
    granularity: int | None
    style: Style


def read_instruction(instruction: str) -> Wanted:
    """Read what an instruction wants; anything unsaid is an ordinary chain of thought."""
    role = next((role for role, pattern in _ROLES if pattern.search(instruction)), Role.SOLVER)
    if role is not Role.SOLVER:  # the words of the solution that it holds say nothing
        return Wanted(role, TraceFormat.COT, None, Style.PLAIN)
    level = _LEVEL.search(instruction)
    style = next((style for style, pattern in _STYLES if pattern.search(instruction)), Style.PLAIN)
    return Wanted(role, _read_format(instruction), int(level[1]) if level else None, style)


def read_n_words(instruction: str) -> int | None:
    """Give the number of words that is asked for."""
    found = _N_WORDS.findall(instruction)
    return int(found[-1]) if found else None


def _read_format(instruction: str) -> TraceFormat:
    if _POT.search(instruction):
        return TraceFormat.POT
    return TraceFormat.EOT if _EOT.search(instruction) else TraceFormat.COT
