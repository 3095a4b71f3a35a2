"""Measure a problem's text once: can it be answered from its text alone, and does it give its answer away?

The reasons are those for which Baral et al. (arXiv 2606.31048) skipped problems ("see figure", too short) and
those that leave a checker nothing to compare (proofs, several questions at once). Each fault carries the
words that show it. Drawings as code (`[asy]`) are text a model can read, and are no fault.
"""

from __future__ import annotations

import re

from curate.filters.facts import QuestionFacts
from curate.filters.features import count_scripts

MIN_WORDS = 3
MAX_CHARS = 50_000

_PATTERNS = {
    "figure": r"\b(?:see|in|on|from|to|shown (?:in|on)|refer to|consider|using|as in)\s+the\s+(?:\w+\s+)?"
    r"(?:figure|diagram|picture|drawing|sketch|illustration|map|photo)\b"
    r"|\b(?:figure|diagram|picture|graph|map|image)s?\s+(?:\w+\s+)?(?:below|above|shown|given"
    r"|on the right|on the left|at right|at left)\b"
    r"|\b(?:as|is|are)\s+(?:shown|pictured|depicted|illustrated)\b(?!\s+(?:that|by|to|as)\b)"
    r"|\bnot drawn to scale\b",
    "image": r"!\[[^\]]*\]\([^)]*\)|<img\b|\\includegraphics\b|\bdata:image/",
    "url": r"\bhttps?://\S+|\bwww\.\w+\.\w+\S*",
    "table": r"\b(?:in|from|see|using|to)\s+the\s+(?:\w+\s+)?table\b|\btable\s+(?:below|above|shown|given)\b"
    r"|\bthe following table\b",
    "several_parts": r"(?:^|\s)\(?a\)[ \t][^\n]*\?.*(?:^|\s)\(?b\)[ \t][^\n]*\?"
    r"|\bpart\s+\(?a\)?\b.*\bpart\s+\(?b\)?\b"
    r"|^\s*(?:1\.|\(?i\))\s[^\n]*\?[^\n]*\n+\s*(?:2\.|\(?ii\))\s[^\n]*\?",
    "proof": r"(?:^|[.!?:$]\s+|\b(?:and|then)\s+)(?:prove|show|disprove|justify)"
    r"\s+(?:that|why|your|the|for|or)\b"
    r"|\bprove or disprove\b",
}
_FAULTS = {
    name: re.compile(pattern, re.IGNORECASE | re.DOTALL | re.MULTILINE) for name, pattern in _PATTERNS.items()
}
_HAS_TABLE = re.compile(
    r"\|.*\||\\begin\{(?:tabular|array)\}|\\hline|&.*\\\\|(?:\S+[ \t]*\t){2}|\n[^\n]* {2,}\S[^\n]*\n"
)
_HAS_DRAWING = re.compile(r"\[asy\]|\\begin\{tikzpicture\}")
_GIVES_ANSWER = re.compile(
    r"(?:^|[.!?\n]\s*|\()(?:the\s+)?(?:correct\s+|final\s+|right\s+)?(?:answer|solution)\s*(?:is|:|=)\s*"
    r"(?!(?:an?|the|in|to|not|always|expressed|given|written|of|one|that|what|which|positive|between|rounded)\b)"
    r"[^\s?.]{1,40}",
    re.IGNORECASE,
)


def measure_question(question: str) -> QuestionFacts:
    """Measure one problem.

    >>> dict(measure_question("What is the area of the region in the figure?").faults)
    {'figure': 'in the figure'}
    >>> dict(measure_question("Why?").faults)
    {'too_short': 'Why?'}
    """
    text = question[:MAX_CHARS]
    n_words = len(text.split())
    faults: dict[str, str] = {}
    if not text.strip():
        faults["empty"] = ""
    elif n_words < MIN_WORDS and not re.search(r"\d.*[-+*/^=<>×÷].*\d|\\[a-z]+", text):
        faults["too_short"] = text.strip()
    for name, pattern in _FAULTS.items():
        found = pattern.search(text)
        if found and not _is_there(name, text):
            faults[name] = " ".join(found.group().split())[:80]
    leak = _GIVES_ANSWER.search(text)
    return QuestionFacts(
        n_words, faults, " ".join(leak.group().split())[:80] if leak else "", count_scripts(text)
    )


def _is_there(fault: str, text: str) -> bool:
    """Say whether what the question speaks of stands in its text."""
    if fault == "table":
        return _HAS_TABLE.search(text) is not None
    return fault == "figure" and _HAS_DRAWING.search(text) is not None
