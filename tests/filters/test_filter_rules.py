"""Each rule drops what its docstring says, keeps the rest, and says why."""

from __future__ import annotations

import sys
from dataclasses import replace
from decimal import Decimal

import pytest

from curate.filters import ContaminationHit, TextFeatures, TraceFacts
from curate.filters.features import measure_text
from curate.filters.rule import Finding, TraceRule
from curate.filters.rules import RULES
from curate.filters.rules.contamination import Contamination
from curate.filters.rules.exact_duplicate import ExactDuplicate
from curate.filters.rules.format_compliance import FormatCompliance
from curate.filters.rules.length import Length
from curate.filters.rules.program_failure import ProgramFailure
from curate.filters.rules.repetition import Repetition
from curate.types import FinishReason, ParseState, TraceFormat, VerdictStatus

GOOD = TraceFacts(
    "t1", "p1", TraceFormat.COT, "h1", VerdictStatus.CORRECT, "equal", n_words=40, n_chars=200,
    features=TextFeatures(n_words=40, n_chars=200),
)  # fmt: skip


def found(rule: TraceRule, **changes: object) -> Finding | None:
    return rule.decide(replace(GOOD, **changes))  # type: ignore[arg-type]


PARAMETERS: dict[str, dict[str, object]] = {
    "external_score": {"column": "ppl", "max": 9},
    "granularity_band": {"min_level": 1},
    "student_difficulty": {"file": "x.jsonl"},
}


@pytest.mark.parametrize("name", sorted(set(RULES) - {"agreement"}))
def test_a_good_trace_passes_every_rule(name: str) -> None:
    assert not list(RULES[name].model_validate(PARAMETERS.get(name, {})).judge([GOOD]))


@pytest.mark.parametrize("name", sorted(RULES))
def test_every_rule_says_what_it_is_and_each_parameter_what_it_does(name: str) -> None:
    module = sys.modules[RULES[name].__module__]
    assert (module.__doc__ or "").startswith(f"Rule {name}")
    assert all(field.description for field in RULES[name].model_fields.values())


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("wrong_answer", VerdictStatus.INCORRECT),
        ("undecided", VerdictStatus.UNDECIDED),
        ("check_error", VerdictStatus.ERROR),
        ("check_timeout", VerdictStatus.TIMEOUT),
        ("no_answer", VerdictStatus.NO_ANSWER),
        ("unverified", None),
    ],
)
def test_each_status_belongs_to_one_rule_only(name: str, status: VerdictStatus | None) -> None:
    family = ["wrong_answer", "undecided", "check_error", "check_timeout", "no_answer", "unverified"]
    trace = replace(GOOD, status=status, reason="why")
    dropping = [rule for rule in family if list(RULES[rule]().judge([trace]))]
    assert dropping == [name]


def test_could_not_tell_is_never_a_wrong_answer() -> None:
    assert found(RULES["wrong_answer"](), status=VerdictStatus.UNDECIDED) is None  # type: ignore[arg-type]


def test_unchecked_text_without_answer_has_no_answer() -> None:
    finding = found(RULES["no_answer"](), status=None, parse_state=ParseState.EMPTY)  # type: ignore[arg-type]
    assert finding is not None and finding.evidence["parse_state"] == "empty"


@pytest.mark.parametrize("state", [ParseState.REFUSED, ParseState.API_ERROR])
def test_refusals_and_stored_error_messages_are_dropped(state: ParseState) -> None:
    assert found(RULES["refusal"](), parse_state=state)  # type: ignore[arg-type]


def test_an_answer_reached_before_the_cut_does_not_save_a_truncated_trace() -> None:
    assert found(RULES["truncated"](), finish_reason=FinishReason.LENGTH)  # type: ignore[arg-type]
    assert found(RULES["truncated"](), parse_state=ParseState.TRUNCATED)  # type: ignore[arg-type]


def test_a_rewrite_that_failed_its_check_or_never_had_one_is_dropped_with_the_reason() -> None:
    for reason in ("not_shorter", "unchecked"):
        finding = found(RULES["failed_rewrite"](), failed_rewrite=reason)  # type: ignore[arg-type]
        assert finding is not None and finding.evidence["reason"] == reason
    assert found(RULES["failed_rewrite"]()) is None  # type: ignore[arg-type]


def test_a_trace_made_with_the_gold_in_view_is_dropped_however_right_it_is() -> None:
    assert found(RULES["with_gold"](), with_gold=True)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("form", "state", "status", "is_dropped"),
    [
        (TraceFormat.POT, ParseState.NO_PROGRAM, VerdictStatus.NO_ANSWER, True),
        (TraceFormat.POT, ParseState.OK, VerdictStatus.TIMEOUT, True),
        (TraceFormat.EOT, ParseState.NO_EQUATIONS, None, True),
        (TraceFormat.EOT, ParseState.OK, VerdictStatus.ERROR, True),
        (TraceFormat.POT, ParseState.OK, VerdictStatus.INCORRECT, False),
        (TraceFormat.POT, ParseState.OK, VerdictStatus.UNDECIDED, False),
        (TraceFormat.COT, ParseState.OK, VerdictStatus.ERROR, False),
    ],
)
def test_program_failure_means_that_nothing_ran_to_a_result(
    form: TraceFormat, state: ParseState, status: VerdictStatus | None, is_dropped: bool
) -> None:
    finding = found(ProgramFailure(), format=form, parse_state=state, status=status)
    assert (finding is not None) == is_dropped


def test_length_names_the_bound_that_is_broken() -> None:
    finding = found(Length(min_words=50))
    assert finding == Finding(40, 50, {"unit": "words", "bound": "min"})
    assert found(Length(max_chars=199)) == Finding(200, 199, {"unit": "characters", "bound": "max"})
    assert found(Length(min_words=40, max_words=40, min_chars=200, max_chars=200)) is None


def test_loops_are_dropped_and_short_texts_are_left_alone() -> None:
    loop = measure_text("so we add two and two. " * 40)
    short = measure_text("so we add two. " * 4)
    finding = found(Repetition(), features=loop)
    assert finding is not None and finding.value is not None and finding.value > 0.9
    assert finding.evidence["measure"] == "repeat4_share"
    assert found(Repetition(), features=short) is None


def test_repeated_lines_are_dropped_by_their_own_measure() -> None:
    features = TextFeatures(n_words=60, dup_line_share=0.31)
    finding = found(Repetition(), features=features)
    assert finding == Finding(0.31, 0.3, {"measure": "dup_line_share"})


@pytest.mark.parametrize(
    ("form", "features", "fault"),
    [
        (TraceFormat.COT, TextFeatures(leftover="<Solution"), "leftover_markup"),
        (TraceFormat.COT, TextFeatures(n_chars_after_answer=201), "text_after_answer"),
        (TraceFormat.POT, TextFeatures(n_code_blocks=2), "several_code_blocks"),
    ],
)
def test_format_compliance_names_the_fault(form: TraceFormat, features: TextFeatures, fault: str) -> None:
    finding = found(FormatCompliance(), format=form, features=features)
    assert finding is not None and finding.evidence["fault"] == fault


def test_code_blocks_are_counted_for_programs_only() -> None:
    assert found(FormatCompliance(), features=TextFeatures(n_code_blocks=3)) is None


def test_a_hit_in_a_benchmark_tells_item_and_text() -> None:
    hit = ContaminationHit("gsm8k_test", "17", "share5", 0.42, "sells the eggs at the market")
    finding = found(Contamination(), contamination=hit)
    assert finding is not None
    assert (finding.value, finding.threshold) == (0.42, 0.3)
    assert finding.evidence["item"] == "17" and finding.evidence["benchmark"] == "gsm8k_test"


def duplicates(*traces: TraceFacts) -> dict[str, str]:
    return {trace_id: str(f.evidence["kept"]) for trace_id, f in ExactDuplicate().judge(traces)}


def test_of_copies_the_verified_one_stays_then_the_cheap_one_then_the_smaller_id() -> None:
    wrong = replace(GOOD, trace_id="a", status=VerdictStatus.INCORRECT, cost_usd=Decimal("0.1"))
    dear = replace(GOOD, trace_id="b", cost_usd=Decimal(9))
    cheap = replace(GOOD, trace_id="d", cost_usd=Decimal(1))
    same = replace(GOOD, trace_id="c", cost_usd=Decimal(1))
    assert duplicates(wrong, dear, cheap, same) == {"a": "c", "b": "c", "d": "c"}
    assert duplicates(same, cheap, dear, wrong) == duplicates(wrong, dear, cheap, same)


def test_a_copy_made_with_the_gold_never_replaces_an_honest_one() -> None:
    leaked = replace(GOOD, trace_id="a", with_gold=True)
    honest = replace(GOOD, trace_id="b", cost_usd=Decimal(5))
    assert duplicates(leaked, honest) == {"a": "b"}


def test_different_texts_and_texts_without_a_hash_are_no_copies() -> None:
    other = replace(GOOD, trace_id="b", norm_hash="h2")
    unknown = [replace(GOOD, trace_id=name, norm_hash="") for name in "cd"]
    assert duplicates(GOOD, other, *unknown) == {}


def test_another_threshold_is_another_rule_and_the_same_one_is_not() -> None:
    assert Length(min_words=3).rule_id == Length(min_words=3).rule_id != Length(min_words=4).rule_id
