"""Recognise from a prompt's words what is asked: which role, form, length and style.

A model understands an instruction; this teacher looks for the words that instructions of this project use,
and for the usual ones of others. A test holds it to every template that ships with tracemill.
"""

from __future__ import annotations

import re

from curate.types import Role, Style, TraceFormat

_ROLES = (
    (Role.VERIFIER, re.compile(r"\bCORRECT\b.{0,80}\bINCORRECT\b", re.DOTALL)),
    (
        Role.COMPRESSOR,
        re.compile(r"\b(?:shorten|compress|condense|rewrite)\b.{0,300}\bwords\b", re.IGNORECASE | re.DOTALL),
    ),
    (Role.CRITIC, re.compile(r"\bfirst (?:wrong|incorrect|faulty) step\b", re.IGNORECASE)),
    (
        Role.REPAIR,
        re.compile(
            r"\b(?:repair|correct|fix|revise)\b.{0,80}\b(?:attempt|solution|program|equations|system)\b",
            re.IGNORECASE | re.DOTALL,
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


def read_role(instruction: str) -> Role:
    """Say which role an instruction gives."""
    return next((role for role, pattern in _ROLES if pattern.search(instruction)), Role.SOLVER)


def read_format(instruction: str) -> TraceFormat:
    """Say which form of reasoning an instruction wants."""
    if _POT.search(instruction):
        return TraceFormat.POT
    return TraceFormat.EOT if _EOT.search(instruction) else TraceFormat.COT


def read_granularity(instruction: str) -> int | None:
    """Give the level that is asked for, None when none is."""
    found = _LEVEL.search(instruction)
    return int(found[1]) if found else None


def read_style(instruction: str) -> Style:
    """Say how the reasoning is to be presented."""
    return next((style for style, pattern in _STYLES if pattern.search(instruction)), Style.PLAIN)


def read_n_words(instruction: str) -> int | None:
    """Give the number of words that is asked for."""
    found = _N_WORDS.findall(instruction)
    return int(found[-1]) if found else None
