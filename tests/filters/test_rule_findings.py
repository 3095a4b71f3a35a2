"""The figures of a rule: at each bound what is dropped, by what number, and what it shows of a kept trace."""

from __future__ import annotations

from dataclasses import replace

import pytest

from curate.filters import QuestionFacts, TextFeatures, TraceFacts
from curate.filters.rule import Finding, TraceRule
from curate.filters.rules import RULES
from curate.types import TraceFormat, VerdictStatus

PLAIN = TraceFacts(
    "t1", "p1", TraceFormat.COT, "h1", VerdictStatus.CORRECT, teacher="a", n_words=40, n_steps=5, answer="7"
)
RIGHT, WRONG, OPEN = VerdictStatus.CORRECT, VerdictStatus.INCORRECT, VerdictStatus.UNDECIDED


def features(**values: object) -> dict[str, object]:
    return {"features": TextFeatures(**{"n_words": 60, **values})}  # type: ignore[arg-type]


def low(unit: str, value: float, bound: float) -> Finding:
    return Finding(value, bound, {"unit": unit, "bound": "min"})


def high(unit: str, value: float, bound: float) -> Finding:
    return Finding(value, bound, {"unit": unit, "bound": "max"})


def loops(measure: str, value: float, bound: float) -> Finding:
    return Finding(value, bound, {"measure": measure})


def ppl(value: float, bound: float) -> Finding:
    return Finding(value, bound, {"column": "ppl"})


def solved(rate: float) -> dict[str, object]:
    return {"scores": {"student_pass_rate": rate}}


@pytest.mark.parametrize(
    ("name", "params", "facts", "expected"),
    [
        ("granularity_band", {"min_level": 3}, {"granularity": 3}, None),
        ("granularity_band", {"min_level": 3}, {"granularity": 2}, low("levels", 2, 3)),
        ("granularity_band", {"max_level": 3}, {"granularity": 3}, None),
        ("granularity_band", {"max_level": 3}, {"granularity": 4}, high("levels", 4, 3)),
        ("granularity_band", {"min_steps": 5, "max_steps": 5}, {}, None),
        ("granularity_band", {"min_steps": 6}, {}, low("steps", 5, 6)),
        ("granularity_band", {"max_steps": 4}, {}, high("steps", 5, 4)),
        ("granularity_band", {"min_words": 40, "max_words": 40}, {}, None),
        ("granularity_band", {"min_words": 41}, {}, low("words", 40, 41)),
        ("granularity_band", {"max_words": 39}, {}, high("words", 40, 39)),
        ("granularity_band", {"student_billions": 0.5}, {"granularity": 4}, high("levels", 4, 3)),
        ("granularity_band", {"student_billions": 0.5}, {"granularity": 1}, low("levels", 1, 2)),
        ("granularity_band", {"student_billions": 0.5, "max_level": 6}, {"granularity": 6}, None),
        ("granularity_band", {"student_billions": 3, "min_level": 1}, {"granularity": 1}, None),
        ("length", {"min_rank": 0.1}, {"length_rank": 0.05}, low("rank", 0.05, 0.1)),
        ("length", {"max_rank": 0.9}, {"length_rank": 0.95}, high("rank", 0.95, 0.9)),
        ("length", {"max_tokens": 9, "chars_per_token": 3}, {"n_tokens": 10}, high("tokens", 10, 9)),
        ("length", {"min_tokens": 9, "chars_per_token": 3}, {"n_tokens": 8}, low("tokens", 8, 9)),
        ("length", {"min_tokens": 9, "max_tokens": 9, "chars_per_token": 3}, {"n_tokens": 9}, None),
        ("length", {"min_chars": 9, "max_chars": 9}, {"n_chars": 8}, low("characters", 8, 9)),
        ("repetition", {}, features(repeat4_share=0.5, dup_line_share=0.3, n_repeated_tail=40), None),
        ("repetition", {}, features(repeat4_share=0.51), loops("repeat4_share", 0.51, 0.5)),
        ("repetition", {}, features(n_repeated_tail=41), loops("repeated_tail", 41, 40)),
        ("repetition", {"min_words": 60}, features(n_repeated_tail=41), loops("repeated_tail", 41, 40)),
        ("repetition", {"min_words": 61}, features(n_repeated_tail=41), None),
        ("external_score", {"column": "ppl", "max": 12}, {"scores": {"ppl": 12.0}}, None),
        ("external_score", {"column": "ppl", "min": 12}, {"scores": {"ppl": 12.0}}, None),
        ("external_score", {"column": "ppl", "max": 10}, {"scores": {"ppl": 12.0}}, ppl(12, 10)),
        (
            "external_score",
            {"column": "ppl", "min": 13, "max": 20},
            {"scores": {"ppl": 12.0}},
            ppl(12, 13),
        ),
        (
            "external_score",
            {"column": "ppl", "required": True},
            {},
            Finding(evidence={"column": "ppl", "fault": "missing"}),
        ),
        ("student_difficulty", {"file": "f", "max": 0.5}, solved(0.5), None),
        ("student_difficulty", {"file": "f", "min": 0.5}, solved(0.5), None),
        ("student_difficulty", {"file": "f", "max": 0.9}, solved(1.0), Finding(1, 0.9)),
        (
            "student_difficulty",
            {"file": "f", "min": 0.1, "max": 0.9},
            solved(0.0),
            Finding(0, 0.1),
        ),
        ("student_difficulty", {"file": "f", "min": 0.1}, {}, None),
        ("boilerplate", {}, {"boilerplate": (21, "let us")}, Finding(21, 20, {"text": "let us"})),
        (
            "duplicate_problem",
            {},
            {"question": QuestionFacts(copy_of="p0", similarity=0.91234567, n_copies=3)},
            Finding(0.912346, 0.7, {"kept": "p0", "cluster_size": 3}),
        ),
        ("duplicate_problem", {}, {"question": QuestionFacts()}, None),
    ],
)  # fmt: skip
def test_a_rule_drops_beyond_its_bound_and_names_both_numbers(
    name: str, params: dict[str, object], facts: dict[str, object], expected: Finding | None
) -> None:
    rule = RULES[name].model_validate(params)
    assert isinstance(rule, TraceRule)
    assert rule.decide(replace(PLAIN, **facts)) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "params", "facts", "expected"),
    [
        ("length", {}, {}, Finding(40, 1, {"unit": "words"})),
        ("length", {"max_words": 90}, {}, Finding(40, 90, {"unit": "words"})),
        ("length", {"min_words": None, "max_chars": 9}, {"n_chars": 7}, Finding(7, 9, {"unit": "chars"})),
        ("repetition", {}, features(dup_line_share=0.15), loops("dup_line_share", 0.15, 0.3)),
        (
            "repetition",
            {},
            features(repeat4_share=0.4, dup_line_share=0.15, n_repeated_tail=20),
            loops("repeat4_share", 0.4, 0.5),
        ),
        ("repetition", {}, {}, None),
        ("external_score", {"column": "ppl", "max": 20}, {"scores": {"ppl": 12.0}}, ppl(12, 20)),
        ("external_score", {"column": "ppl", "min": 2}, {"scores": {"ppl": 12.0}}, ppl(12, 2)),
        ("external_score", {"column": "ppl", "min": 2}, {}, None),
        (
            "student_difficulty",
            {"file": "f", "max": 0.9},
            solved(0.12345678),
            Finding(0.123457, 0.9),
        ),
        ("student_difficulty", {"file": "f"}, {}, None),
        ("near_duplicate", {}, {"near": (("t2", 0.31), ("t3", 0.45))}, Finding(0.45, 0.5)),
        ("near_duplicate", {}, {}, Finding(0.0, 0.5)),
        ("boilerplate", {}, {"boilerplate": (3, "let us")}, Finding(3, 20, {"text": "let us"})),
        ("boilerplate", {}, {"boilerplate": (0, "")}, Finding(0, 20)),
    ],
)  # fmt: skip
def test_a_kept_trace_shows_what_was_measured_beside_the_bound(
    name: str, params: dict[str, object], facts: dict[str, object], expected: Finding | None
) -> None:
    assert RULES[name].model_validate(params).look(replace(PLAIN, **facts)) == expected  # type: ignore[arg-type]


def several(*statuses: VerdictStatus) -> list[TraceFacts]:
    return [replace(PLAIN, trace_id=f"t{place}", status=status) for place, status in enumerate(statuses)]


def test_a_pass_rate_outside_the_band_tells_its_counts() -> None:
    rule = RULES["pass_rate"].model_validate({"min": 0.4, "max": 0.6})
    traces = several(RIGHT, WRONG, WRONG, OPEN)
    assert dict(rule.judge(traces)) == dict.fromkeys(
        ["t0", "t1", "t2", "t3"], Finding(0.333333, 0.4, {"n_correct": 1, "n_decided": 3})
    )
    assert next(rule.judge(several(RIGHT, RIGHT, WRONG)))[1] == Finding(
        0.666667, 0.6, {"n_correct": 2, "n_decided": 3}
    )
    exact = RULES["pass_rate"].model_validate({"min": 0.5, "min_decided": 3})
    assert not list(exact.judge(several(WRONG, WRONG)))
    assert list(exact.judge(several(WRONG, WRONG, WRONG)))


def test_agreement_tells_who_agreed_and_whether_the_majority_stood_in_for_a_gold() -> None:
    traces = [
        replace(PLAIN, trace_id="a", teacher="x"),
        replace(PLAIN, trace_id="b", teacher="y", norm_hash="h2"),
        replace(PLAIN, trace_id="c", teacher="z", answer="8", norm_hash="h3"),
        replace(PLAIN, trace_id="d", teacher="z", answer="", norm_hash="h4"),
    ]
    rule = RULES["agreement"].model_validate({"among": "teachers"})
    said = {"among": "teachers", "majority": "7", "by_majority": False}
    assert dict(rule.judge(traces)) == {
        "c": Finding(1, 2, {"answer": "8", **said}),
        "d": Finding(0, 2, {"answer": "", **said}),
    }
    by_trace = RULES["agreement"].model_validate({"among": "traces"})
    without_hash = [replace(one, norm_hash="") for one in traces]
    assert set(dict(by_trace.judge(without_hash))) == {"c", "d"}, (
        "without a text each trace has its own voice"
    )
    stricter = RULES["agreement"].model_validate({"among": "teachers", "at_least": 3})
    assert dict(stricter.judge(traces))["a"].value == 2
    tied = [replace(one, has_gold=False) for one in (traces[0], traces[2])]
    assert {finding.evidence["majority"] for _, finding in rule.judge(tied)} == {""}
