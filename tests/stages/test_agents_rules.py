"""What agents write is read strictly, and a rewrite must earn its place."""

from __future__ import annotations

import pytest

from curate.stages.agents_compression import Rewrite, check_rewrite, new_numbers, source_of
from curate.stages.agents_judging import read_judgement
from curate.stages.agents_reading import AgentTrace
from curate.stages.agents_repair import feedback_of_checks, is_repairable, read_finding
from curate.types import Json, ParseState, Problem, Role, TraceFormat, VerdictStatus

PROBLEM = Problem.of(source="s", question="Mira has 3 boxes of 12 pens. How many pens?", gold="36")
PARENT = "Each of the 3 boxes holds 12 pens. So there are 3 * 12 = 36 pens in all. The answer is 36."


def trace(**changes: object) -> AgentTrace:
    values: dict[str, object] = {
        "trace_id": "b2-1",
        "role": Role.SOLVER,
        "format": TraceFormat.COT,
        "teacher_id": "t",
        "parent_trace_id": None,
        "parse_state": ParseState.OK,
        "stated_answer": "36",
        "with_gold": False,
        "text": PARENT,
        "reasoning": "",
        "status": VerdictStatus.INCORRECT,
        "reason": "different_value",
        "detail": {},
        "is_judged": False,
        "problem": PROBLEM,
        **changes,
    }
    return AgentTrace(**values)  # type: ignore[arg-type]


def rewrite(text: str, status: VerdictStatus | None = VerdictStatus.CORRECT, parent: str = PARENT) -> Rewrite:
    return Rewrite(PROBLEM, parent, text, status, 10)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("CORRECT\nBoth come to 36.", VerdictStatus.CORRECT),
        ("**INCORRECT**\n\nThe sum is off.", VerdictStatus.INCORRECT),
        ("CORRECT.\nYes.", VerdictStatus.CORRECT),
        ("CORRECT", VerdictStatus.UNDECIDED),
        ("Correct\nBoth come to 36.", VerdictStatus.UNDECIDED),
        ("The answer is CORRECT\nYes.", VerdictStatus.UNDECIDED),
        ("CORRECT or INCORRECT\nHard to say.", VerdictStatus.UNDECIDED),
        ("INCORRECT CORRECT\nHm.", VerdictStatus.UNDECIDED),
        ("", VerdictStatus.UNDECIDED),
        ("{", VerdictStatus.UNDECIDED),
    ],
)
def test_judgement_is_read_strictly_and_anything_else_is_undecided(text, status) -> None:
    assert read_judgement(text)[0] is status


def test_long_ramble_of_a_judge_is_bounded() -> None:
    assert len(read_judgement("x" * 10**6)[1]) <= 1000


@pytest.mark.parametrize(
    "text", ["none", "None.", "**none**", "No wrong step found.", "No errors", "", "  \n"]
)
def test_critic_that_finds_nothing_sends_nothing_back(text) -> None:
    assert read_finding(text) is None


def test_finding_of_a_critic_is_kept_and_bounded() -> None:
    assert read_finding("Step 2: 3 * 12 is 36, not 35.") == "Step 2: 3 * 12 is 36, not 35."
    assert len(read_finding("Step 1 " * 10_000) or "") <= 1500


@pytest.mark.parametrize(
    ("text", "status", "reason"),
    [
        ("3 * 12 = 36. The answer is 36.", VerdictStatus.CORRECT, ""),
        ("1. 3 boxes of 12 pens\n2. 36 pens\nAnswer: 36", VerdictStatus.CORRECT, ""),
        ("3 * 12 = 35. The answer is 35.", VerdictStatus.INCORRECT, "answer_changed"),
        ("3 * 12 = 36. The answer is 36.", VerdictStatus.UNDECIDED, "unverified"),
        ("3 * 12 = 36. The answer is 36.", None, "unverified"),
        (PARENT + " ", VerdictStatus.CORRECT, "copied"),
        (PARENT.upper(), VerdictStatus.CORRECT, "copied"),
        (PARENT + " That is all.", VerdictStatus.CORRECT, "not_shorter"),
        ("3 * 12 = 40 - 4 = 36. The answer is 36.", VerdictStatus.CORRECT, "new_number"),
        ("  ", VerdictStatus.NO_ANSWER, "empty"),
    ],
)
def test_rewrite_must_be_verified_shorter_and_bring_no_new_number(text, status, reason) -> None:
    assert check_rewrite(rewrite(text, status)) == reason


def test_equal_numbers_in_other_dress_are_not_new() -> None:
    parent = "He pays $1,200.50 and 7 more, and that is a long sentence about money. The answer is 1207.5."
    assert new_numbers(rewrite("1200.5 + 7.0 = 1207.50", parent=parent)) == []
    assert new_numbers(rewrite("8 + 1200.5", parent=parent)) == ["8"]


def test_reasoning_of_a_solver_is_what_is_rewritten() -> None:
    assert source_of(trace(reasoning="thinking")) == "thinking"
    assert source_of(trace()) == PARENT
    assert source_of(trace(role=Role.COMPRESSOR, reasoning="thinking")) == PARENT


def eot(reason: str, status: VerdictStatus = VerdictStatus.UNDECIDED, **detail: Json) -> AgentTrace:
    return trace(format=TraceFormat.EOT, reason=reason, status=status, detail=detail)


def test_reject_code_of_the_solver_goes_back_and_a_wrong_value_alone_does_not() -> None:
    assert feedback_of_checks(eot("underdetermined", message="x is free")) == "underdetermined: x is free"
    assert feedback_of_checks(eot("different_value", VerdictStatus.INCORRECT, answer="5", message="")) is None
    assert feedback_of_checks(eot("no_gold", message="")) is None


def test_traceback_of_a_program_goes_back_but_a_missing_sandbox_does_not() -> None:
    failed = trace(format=TraceFormat.POT, reason="error", detail={"traceback": "NameError: x"})
    assert feedback_of_checks(failed) == "error: NameError: x"
    unrun = trace(format=TraceFormat.POT, reason="sandbox_missing", detail={"message": "no sandbox"})
    assert feedback_of_checks(unrun) is None
    assert not is_repairable(unrun)


def test_answer_without_a_program_is_told_so() -> None:
    assert feedback_of_checks(trace(format=TraceFormat.POT, parse_state=ParseState.NO_PROGRAM)) is not None


@pytest.mark.parametrize(
    ("changes", "is_wanted"),
    [
        ({}, True),
        ({"status": VerdictStatus.UNDECIDED, "reason": "no_gold"}, True),
        ({"status": VerdictStatus.CORRECT}, False),
        ({"with_gold": True}, False),
        ({"parse_state": ParseState.TRUNCATED}, False),
        ({"parse_state": ParseState.REFUSED}, False),
    ],
)
def test_only_answers_that_a_repair_could_help_are_repaired(changes, is_wanted) -> None:
    assert is_repairable(trace(**changes)) is is_wanted


def test_answer_of_equations_is_what_they_were_solved_to() -> None:
    assert eot("different_value", answer="5").answer == "36"
    assert trace(format=TraceFormat.EOT, stated_answer=None, detail={"answer": "5"}).answer == "5"
    assert trace(stated_answer=None, detail={"answer": "5"}).answer is None
