"""How long answers are before a teacher has given any: a stated prior, and the teacher's own answers after.

The prior's middle follows mean lengths of published traces (36 to 81 words for levels 1 to 6 of short word
problems, 79 to 111 and more for competition problems) at 1.5 tokens per word with numbers and formulas. Its
upper end leaves room for models that reason before they answer: a tenfold, but never more than the body
allows. Twenty answers at the same form, granularity and style replace it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from curate.types import PromptTemplate, Style, Teacher, TraceFormat

LEAST_ANSWERS = 20
_COT_BY_LEVEL = {1: 80, 2: 110, 3: 150, 4: 190, 5: 230, 6: 280}
_BY_FORM = {TraceFormat.COT: 220, TraceFormat.POT: 180, TraceFormat.EOT: 130, TraceFormat.OTHER: 250}
_STYLE_FACTOR = {Style.SUB_QUESTIONS: 1.7, Style.REPHRASE: 1.8, Style.SYMBOLIC: 1.1}
_ANSWER_ONLY_TOKENS = 12
_LOW, _HIGH = 0.5, 10.0
_LEAST_SPREAD = 0.1
PRIOR_LATENCY_S = 15.0

UsageKey = tuple[str, str, int | None, str]
"""teacher_id, form, granularity, style."""


@dataclass(frozen=True, slots=True)
class Usages:
    """What stored answers used at one key."""

    n: int
    tokens_in: float
    tokens_out: float
    tokens_out_sd: float
    latency_s: float


@dataclass(frozen=True, slots=True)
class Length:
    """Tokens per answer as a range of its mean; `basis` says where it comes from."""

    low: float
    expected: float
    high: float
    latency_s: float
    basis: str


def read_usages(rows: Sequence[tuple[object, ...]]) -> dict[UsageKey, Usages]:
    """Take up the rows of queries/stages/answer_usage.sql."""
    found: dict[UsageKey, Usages] = {}
    for teacher_id, format, granularity, style, n, *means in rows:
        level = granularity if isinstance(granularity, int) else None
        numbers = [float(str(mean)) for mean in means]
        found[str(teacher_id), str(format), level, str(style)] = Usages(int(str(n)), *numbers)
    return found


def expected_length(teacher: Teacher, template: PromptTemplate, usages: Mapping[UsageKey, Usages]) -> Length:
    """Give the expected length of a teacher's answers to a prompt."""
    own = usages.get((teacher.teacher_id, template.format, template.granularity, template.style))
    if own is not None and own.n >= LEAST_ANSWERS:
        error = 2 * own.tokens_out_sd / math.sqrt(own.n)
        spread = max(_LEAST_SPREAD * own.tokens_out, error)
        low, high = max(0.0, own.tokens_out - spread), own.tokens_out + spread
        return Length(low, own.tokens_out, high, own.latency_s, f"{own.n} stored answers")
    return _prior(teacher, template)


def _prior(teacher: Teacher, template: PromptTemplate) -> Length:
    if template.style is Style.ANSWER_ONLY:
        middle = float(_ANSWER_ONLY_TOKENS)
    else:
        level = template.granularity if template.format is TraceFormat.COT else None
        middle = float(_COT_BY_LEVEL[level] if level else _BY_FORM[template.format])
        middle *= _STYLE_FACTOR.get(template.style, 1.0)
    most = float(teacher.sampling.max_tokens or math.inf)
    return Length(
        min(middle * _LOW, most), min(middle, most), min(middle * _HIGH, most), PRIOR_LATENCY_S, "prior"
    )
