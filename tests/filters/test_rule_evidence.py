"""What each rule writes beside a drop, so that a person can check it; what a mark overrules."""

from __future__ import annotations

from dataclasses import replace

import pytest

from curate.filters import ContaminationHit, QuestionFacts, Suspect, TextFeatures, TraceFacts, apply_policy
from curate.filters.apply import is_kept, keep
from curate.filters.policy import Policy
from curate.filters.rule import Finding, TraceRule
from curate.filters.rules import RULES
from curate.types import FinishReason, ParseState, TraceFormat, VerdictStatus

COT, POT, EOT = TraceFormat.COT, TraceFormat.POT, TraceFormat.EOT
PLAIN = TraceFacts("t1", "p1", COT, "h1", VerdictStatus.CORRECT, "equal")
AT = {"benchmark": "gsm8k_test", "item": "17", "text": "sells the eggs"}
HIT = ContaminationHit("gsm8k_test", "17", "share5", 0.42, "sells the eggs")


def said(**evidence: object) -> Finding:
    return Finding(evidence=evidence)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "facts", "expected"),
    [
        ("undecided", {"status": VerdictStatus.UNDECIDED, "reason": "no_gold"}, said(reason="no_gold")),
        ("check_error", {"status": VerdictStatus.ERROR, "reason": "broken"}, said(reason="broken")),
        ("check_timeout", {"status": VerdictStatus.TIMEOUT, "reason": "slow"}, said(reason="slow")),
        ("unverified", {"status": None}, said(remedy="tracemill verify")),
        (
            "no_answer",
            {"status": VerdictStatus.NO_ANSWER, "reason": "empty", "parse_state": ParseState.EMPTY},
            said(reason="empty", parse_state="empty"),
        ),
        (
            "no_answer",
            {"status": None, "parse_state": ParseState.EMPTY},
            said(reason="not_checked", parse_state="empty"),
        ),
        (
            "truncated",
            {"finish_reason": FinishReason.LENGTH},
            said(finish_reason="length", parse_state="ok"),
        ),
        (
            "truncated",
            {"parse_state": ParseState.TRUNCATED},
            said(finish_reason="", parse_state="truncated"),
        ),
        ("refusal", {"parse_state": ParseState.REFUSED}, said(parse_state="refused")),
        ("refusal", {"finish_reason": FinishReason.REFUSED}, said(finish_reason="refused")),
        (
            "program_failure",
            {"format": POT, "parse_state": ParseState.NO_PROGRAM},
            said(parse_state="no_program"),
        ),
        (
            "program_failure",
            {"format": EOT, "status": VerdictStatus.TIMEOUT, "reason": "slow"},
            said(status="timeout", reason="slow"),
        ),
        ("format_compliance", {"features": TextFeatures(leftover="<|im_end|>")},
         said(fault="leftover_markup", text="<|im_end|>")),
        ("format_compliance", {"features": TextFeatures(n_chars_after_answer=201)},
         Finding(201, 200, {"fault": "text_after_answer"})),
        ("format_compliance", {"features": TextFeatures(n_chars_after_answer=200)}, None),
        ("format_compliance", {"format": POT, "features": TextFeatures(n_code_blocks=2)},
         Finding(2, 1, {"fault": "several_code_blocks"})),
        ("flagged_steps", {"flags": ("claims", "mine", "soundness")}, said(flags=["claims", "soundness"])),
        ("arithmetic_slip", {"flags": ("claims",), "slip": "2 + 2 = 5"}, said(claim="2 + 2 = 5")),
        ("answer_leak", {"question": QuestionFacts(stated_answer="Answer: 42")},
         said(**{"in": "question", "text": "Answer: 42"})),
        ("answer_leak", {"flags": ("gold_in_view",)}, said(**{"in": "trace", "check": "gold_in_view"})),
        ("human_mark", {"mark": "reject", "mark_comment": "sign"}, said(mark="reject", comment="sign")),
        ("human_mark", {"mark": "accept"}, None),
        ("gold_suspect", {"suspect": Suspect("7", "9", 3, 0.7512345678)},
         Finding(0.751235, 0.6, {"gold": "7", "agreed": "9", "n_agree": 3})),
        ("unusable_problem", {"question": QuestionFacts(faults={"url": "https://", "proof": "Prove"})},
         said(reason="url", text="https://")),
        ("contamination", {"contamination": HIT},
         Finding(0.42, 0.3, {**AT, "matched_by": "share5"})),
        ("contamination", {"contamination": replace(HIT, rule="gram13", score=1.0)},
         Finding(1.0, 1.0, {**AT, "matched_by": "gram13"})),
        ("script", {"features": TextFeatures(scripts={"latin": 9, "cyrillic": 1})}, None),
        ("script", {"features": TextFeatures(scripts={"latin": 8, "cyrillic": 2})},
         Finding(0.2, 0.1, {"measure": "other_scripts", "in": "answer"})),
        ("script", {"features": TextFeatures(scripts={"latin": 8, "cyrillic": 2}),
                    "question": QuestionFacts(scripts={"cjk": 3, "latin": 7})},
         Finding(0.3, 0.1, {"measure": "other_scripts", "in": "question"})),
        ("script", {"features": TextFeatures(scripts={"latin": 8, "cyrillic": 2}),
                    "question": QuestionFacts(scripts={"cjk": 2, "latin": 8})},
         Finding(0.2, 0.1, {"measure": "other_scripts", "in": "answer"})),
        ("script", {"features": TextFeatures(n_control_chars=1)},
         Finding(1, 0, {"measure": "control_chars", "in": "answer"})),
        ("script", {}, None),
    ],
)  # fmt: skip
def test_a_drop_says_what_it_stands_on(name: str, facts: dict[str, object], expected: Finding | None) -> None:
    rule = RULES[name].model_validate({})
    assert isinstance(rule, TraceRule)
    assert rule.decide(replace(PLAIN, **facts)) == expected  # type: ignore[arg-type]


def test_a_kept_text_shows_its_share_of_other_scripts() -> None:
    rule = RULES["script"].model_validate({"max_share": 0.5})
    trace = replace(PLAIN, features=TextFeatures(scripts={"latin": 3, "greek": 3, "cyrillic": 3}))
    assert rule.look(trace) == Finding(0.333333, 0.5, {"measure": "other_scripts", "in": "answer"})
    assert rule.look(PLAIN) == Finding(0.0, 0.5, {"measure": "other_scripts", "in": "answer"})


def accepted(**facts: object) -> list[tuple[str, bool, dict[str, object]]]:
    names = ("wrong_answer", "truncated", "contamination", "human_mark")
    policy = Policy("p", tuple(RULES[name]() for name in names))
    trace = replace(PLAIN, mark="accept", mark_comment="fine", **facts)  # type: ignore[arg-type]
    return [(row.rule, row.is_dropped, dict(row.evidence)) for row in apply_policy(policy, [trace])]


def test_an_accepting_mark_overrules_all_but_contamination_and_says_what() -> None:
    bad = {"status": VerdictStatus.INCORRECT, "finish_reason": FinishReason.LENGTH}
    [(rule, is_dropped, evidence)] = accepted(**bad)
    assert (rule, is_dropped) == ("kept", False)
    assert evidence == {"mark": "accept", "comment": "fine", "overruled": "wrong_answer, truncated"}
    [(rule, is_dropped, _)] = accepted(**bad, contamination=HIT)
    assert (rule, is_dropped) == ("contamination", True)
    assert accepted() == [("kept", False, {})]


def test_the_row_that_keeps_is_told_from_drops_and_flags() -> None:
    kept = keep("t1")
    assert is_kept(kept)
    assert not is_kept(replace(kept, is_dropped=True))
    assert not is_kept(replace(kept, rule="gold_suspect"))
