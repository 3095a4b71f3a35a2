"""Answers: find what a text states, normalise it, compare it exactly with a gold. Pure."""

from curate.answers.compare import compare_answers, is_readable
from curate.answers.comparison import Comparison
from curate.answers.parse import PARSER_VERSION, parse_trace

__all__ = ["PARSER_VERSION", "Comparison", "compare_answers", "is_readable", "parse_trace"]
