"""Answers: find what a text states, normalise it, compare it exactly with a gold. Pure."""

from curate.answers.anchors import Found
from curate.answers.compare import compare_answers, is_readable, rounded_reason
from curate.answers.comparison import Comparison
from curate.answers.parse import PARSER_VERSION, parse_trace, read_stated_answer
from curate.answers.programs import FoundProgram, find_program

__all__ = [
    "PARSER_VERSION",
    "Comparison",
    "Found",
    "FoundProgram",
    "compare_answers",
    "find_program",
    "is_readable",
    "parse_trace",
    "read_stated_answer",
    "rounded_reason",
]
