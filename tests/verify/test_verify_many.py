"""From trace to verdict: statuses, reasons, order, and what a broken item costs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from curate.types import FinishReason, TraceFormat, VerdictStatus
from curate.verify import VERIFIER_VERSION, TraceToVerify, verify_many, verify_trace
from curate.verify.checks import without_sandbox

MakeItem = Callable[..., TraceToVerify]
EOT = TraceFormat.EOT


@pytest.mark.parametrize(
    ("text", "gold", "status", "reason"),
    [
        ("The answer is 18.", "18", "correct", "same_text"),
        ("The answer is $18.00.", "18", "correct", "same_rational"),
        ("The answer is 19.", "18", "incorrect", "different_value"),
        ("The answer is 5m.", "5", "undecided", "different_unit"),
        ("There are 18.", "18", "no_answer", "no_anchor"),
        ("", "18", "no_answer", "empty"),
        ("I cannot help with that.", "18", "no_answer", "refused"),
        ("Error code: 404 - req_18", "18", "no_answer", "api_error"),
        ("So \\boxed{18", "18", "no_answer", "unclosed_box"),
        ("The answer is 18.", None, "undecided", "no_gold"),
        ("The answer is 18.", " ", "undecided", "no_gold"),
        ("The answer is 18.", "Mr. Jackson has 18 sticks, or 19?", "undecided", "gold_unparsed"),
        ("The answer is 18.", "{", "undecided", "gold_unparsed"),
    ],
)
def test_cot_verdict(make_item: MakeItem, text: str, gold: str | None, status: str, reason: str) -> None:
    verdict, *_ = verify_trace(make_item(text, gold))
    assert (verdict.verifier, verdict.status.value, verdict.reason) == ("answer", status, reason)
    assert verdict.verifier_version == VERIFIER_VERSION


def test_truncated_trace_has_no_answer_although_it_boxed_one(make_item: MakeItem) -> None:
    verdict, *_ = verify_trace(make_item("\\boxed{18} but", finish_reason=FinishReason.LENGTH))
    assert (verdict.status, verdict.reason) == (VerdictStatus.NO_ANSWER, "truncated")


@pytest.mark.parametrize(
    ("program", "status", "reason"),
    [
        ("ans = 18", "correct", "same_text"),
        ("ans = 19", "incorrect", "different_value"),
        ("ans = 1 / 0", "no_answer", "program_error"),
        ("ans = None", "no_answer", "program_no_answer"),
        ("import os\nos._exit(0)", "no_answer", "program_protocol"),
    ],
)
def test_program_verdict(make_item: MakeItem, program: str, status: str, reason: str) -> None:
    verdict, *_ = verify_trace(make_item(program, format=TraceFormat.POT))
    assert (verdict.verifier, verdict.status.value, verdict.reason) == ("program", status, reason)
    assert verdict.verifier_version == VERIFIER_VERSION and verdict.detail["backend"] != "unsafe"


def test_a_boxed_answer_that_the_program_does_not_give_is_recorded(make_item: MakeItem) -> None:
    text = "```python\nans = 18\n```\nThe answer is \\boxed{19}."
    verdict, *_ = verify_trace(make_item(text, format=TraceFormat.POT))
    assert (verdict.status, verdict.detail["stated_answer"]) == (VerdictStatus.CORRECT, "19")
    assert verdict.detail["stated_agrees"] is False


def test_a_program_that_cannot_be_shut_in_is_undecided_and_lacks_a_verdict(make_item: MakeItem) -> None:
    verdict = without_sandbox(make_item("ans = 18", format=TraceFormat.POT), "program", "no backend holds")
    assert (verdict.status, verdict.reason) == (VerdictStatus.UNDECIDED, "sandbox_missing")
    assert verdict.verifier_version != VERIFIER_VERSION


def test_text_without_a_program_has_no_answer(make_item: MakeItem) -> None:
    verdict, *_ = verify_trace(make_item("No idea.", format=TraceFormat.POT))
    assert (verdict.status, verdict.reason) == (VerdictStatus.NO_ANSWER, "no_program")


@pytest.mark.parametrize(
    ("equations", "gold", "status", "reason"),
    [
        ("eggs = 16\nans = eggs + 2", "18", "correct", "same_text"),
        ("eggs = 16\nans = eggs", "18", "incorrect", "different_value"),
        ("a + b = 10\nans = a", "18", "undecided", "underdetermined"),
        ("a = 18", "18", "no_answer", "no_answer"),
        ("h^2 = 34\nh > 0\nans = h", r"\sqrt{34}", "correct", "symbolic"),
        ("eggs = 16\nans = eggs", None, "undecided", "no_gold"),
    ],
)
def test_equations_verdict(make_item: MakeItem, equations: str, gold: str, status: str, reason: str) -> None:
    verdict, *_ = verify_trace(make_item(equations, gold, EOT))
    assert (verdict.verifier, verdict.status.value, verdict.reason) == ("equations", status, reason)


@pytest.mark.parametrize(
    ("gold", "answer", "status"),
    [
        (r"\log_2 8", "3", "correct"),
        (r"\sin(\pi/6)", "1/2", "correct"),
        (r"\cos^2 x", r"1 - \sin^2 x", "correct"),
        (r"2^{1/3}", r"\sqrt[3]{2}", "correct"),
        (r"\frac{1}{2} + \log 3", "7", "incorrect"),
        (r"\sin x", r"\cos x", "undecided"),
    ],
)
def test_last_resort_settles_what_rules_cannot(
    make_item: MakeItem, gold: str, answer: str, status: str
) -> None:
    verdict, *_ = verify_trace(make_item(f"\\boxed{{{answer}}}", gold))
    assert verdict.status.value == status


@pytest.mark.parametrize(
    "answer",
    ["18 or 19", "not 18", "17, not 18", "18?", "18 (but I am not sure)", "E$18", '18"', "9^9^9^9", "24>"],
)
def test_last_resort_never_turns_a_doubtful_text_into_its_number(make_item: MakeItem, answer: str) -> None:
    verdict, *_ = verify_trace(make_item(f"Answer: {answer}", "18"))
    assert verdict.status is not VerdictStatus.CORRECT


def test_results_keep_the_order_and_repeated_work_is_done_once(make_item: MakeItem) -> None:
    texts = ["The answer is 18.", "\\boxed{\\log_2 8}", "The answer is 1."] * 40
    items = [make_item(text, "3") for text in texts]
    verdicts = [verdict for verdict, *_ in verify_many(iter(items), workers=2)]
    assert [verdict.trace_id for verdict in verdicts] == [item.trace_id for item in items]
    assert [verdict.status.value for verdict in verdicts] == ["incorrect", "correct", "incorrect"] * 40
    assert len({verdict.cpu_ms for verdict in verdicts[1::3]}) == 1


def test_an_empty_stream_starts_nothing() -> None:
    assert list(verify_many([], workers=2)) == []


def test_choices_reach_the_comparison(make_item: MakeItem) -> None:
    verdict, *_ = verify_trace(make_item("The answer is 150.", "C", choices=("100", "120", "150")))
    assert (verdict.status, verdict.reason) == (VerdictStatus.CORRECT, "same_choice")
