"""Rules about problems, agreement, students and numbers from elsewhere drop what they say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from curate.filters import QuestionFacts, Suspect, TextFeatures, TraceFacts, apply_policy
from curate.filters.contamination import index
from curate.filters.features import measure_text
from curate.filters.policy import KEPT, Policy
from curate.filters.questions import measure_question
from curate.filters.rules import RULES
from curate.filters.rules.contamination import OTHER_SHARES
from curate.filters.student import fit_student
from curate.filters.values import answer_key
from curate.types import TraceFormat, VerdictStatus

COT, POT, EOT = TraceFormat.COT, TraceFormat.POT, TraceFormat.EOT
GOOD = TraceFacts("t1", "p1", COT, "h1", VerdictStatus.CORRECT, teacher="a", n_words=40, answer="7")


def dropped(name: str, *traces: TraceFacts, **params: object) -> set[str]:
    return {trace_id for trace_id, _ in RULES[name].model_validate(params).judge(traces)}


@pytest.mark.parametrize(
    ("question", "fault"),
    [
        ("", "empty"),
        ("Why though?", "too_short"),
        ("What is the area of the shaded part in the figure?", "figure"),
        ("What does the graph below show about the sales of May?", "figure"),
        ("![image](x.png) How long is the side of the red square?", "image"),
        ("Use https://example.org/data to find the mean of all values.", "url"),
        ("Using the table, find how many people own a dog there.", "table"),
        ("Prove that there are infinitely many primes of this form.", "proof"),
        ("Part (a) Find x in the equation. Part (b) Find y from it.", "several_parts"),
    ],
)
def test_problems_that_cannot_stand_alone_are_dropped_with_the_words_that_say_so(
    question: str, fault: str
) -> None:
    measured = measure_question(question)
    assert fault in measured.faults
    assert dropped("unusable_problem", replace(GOOD, question=measured)) == {"t1"}
    others = sorted({"proof", "url"} - {fault})
    assert not dropped("unusable_problem", replace(GOOD, question=measured), reasons=others)


@pytest.mark.parametrize(
    "question",
    [
        "2 + 2 = ?",
        "What is $\\frac{1}{2}$?",
        "Tom sits at a table and eats 3 apples of 5. How many are left?",
        "How many numbers are shown to be prime below 20?",
        "[asy] draw((0,0)--(1,1)); [/asy] Find the length of the segment in the figure.",
        "The table below gives sales.\n| May | 3 |\n| June | 4 |\nHow many were sold in both months?",
        "Which is largest: (a) 3 (b) 4 or (c) 5?",
        "The figure skater turns 12 times a minute. How often in an hour?",
    ],
)
def test_sound_problems_have_no_fault(question: str) -> None:
    assert not measure_question(question).faults


def test_a_question_that_gives_its_answer_away_is_a_leak_and_a_hint_is_none() -> None:
    assert measure_question("How many apples has Tom? Answer: 42").stated_answer
    assert not measure_question("How many apples has Tom? The answer is an integer.").stated_answer
    leak = replace(GOOD, question=QuestionFacts(stated_answer="Answer: 42"))
    assert dropped("answer_leak", leak) == {"t1"}
    assert dropped("answer_leak", replace(GOOD, flags=("gold_in_view",))) == {"t1"}


def test_slips_are_those_of_the_claims_check() -> None:
    assert dropped("arithmetic_slip", replace(GOOD, flags=("claims",), slip="2 + 2 = 5")) == {"t1"}
    assert not dropped("arithmetic_slip", replace(GOOD, flags=("soundness",)))


def test_letters_of_other_scripts_and_eaten_latex_are_dropped() -> None:
    foreign = replace(GOOD, features=measure_text("Итак, ответ равен семи, и это всё."))
    greek = replace(GOOD, features=measure_text("So α + β = π, 𝑥 is 7."))
    eaten = replace(GOOD, features=measure_text("So we get \x0crac{1}{2}."))
    assert dropped("script", foreign) == {"t1"} and not dropped("script", foreign, scripts=["cyrillic"])
    assert not dropped("script", greek)
    assert dropped("script", eaten) == {"t1"}


def test_a_text_that_ends_in_a_loop_is_dropped() -> None:
    text = " ".join(f"word{n}" for n in range(300)) + " so we try it again" * 12
    features = measure_text(text)
    assert features.n_repeated_tail == 55
    assert dropped("repetition", replace(GOOD, features=features)) == {"t1"}
    assert measure_text("a b c d e").n_repeated_tail == 0


def test_boilerplate_counts_other_problems() -> None:
    assert dropped("boilerplate", replace(GOOD, boilerplate=(21, "let us think"))) == {"t1"}
    assert not dropped("boilerplate", replace(GOOD, boilerplate=(20, "let us think")))


def several(*statuses: VerdictStatus, teacher: str = "a") -> list[TraceFacts]:
    return [
        replace(GOOD, trace_id=f"{teacher}{n}", status=status, teacher=teacher, norm_hash=f"{teacher}{n}")
        for n, status in enumerate(statuses)
    ]


RIGHT, WRONG, OPEN = VerdictStatus.CORRECT, VerdictStatus.INCORRECT, VerdictStatus.UNDECIDED


def test_pass_rate_drops_by_setting_only_and_what_is_undecided_does_not_count() -> None:
    never, always, mixed = several(WRONG, WRONG), several(RIGHT, RIGHT), several(RIGHT, WRONG, OPEN)
    assert not dropped("pass_rate", *never) and not dropped("pass_rate", *always)
    assert len(dropped("pass_rate", *never, min=0.01)) == 2
    assert len(dropped("pass_rate", *always, max=0.99)) == 2
    assert not dropped("pass_rate", *mixed, min=0.5, max=0.5)
    assert not dropped("pass_rate", *several(WRONG, OPEN), min=0.5), "one decided trace is too few"


def test_pass_rate_per_teacher_judges_each_by_its_own() -> None:
    both = [*several(RIGHT, RIGHT), *several(WRONG, WRONG, teacher="b")]
    assert dropped("pass_rate", *both, min=0.4, per_teacher=True) == {"b0", "b1"}
    assert not dropped("pass_rate", *both, min=0.4)


def test_agreement_counts_formats_and_copies_once() -> None:
    traces = [
        replace(GOOD, trace_id="cot", format=COT),
        replace(GOOD, trace_id="pot", format=POT),
        replace(GOOD, trace_id="odd", format=EOT, answer="8"),
    ]
    assert dropped("agreement", *traces) == {"odd"}
    copies = [replace(GOOD, trace_id=name) for name in "ab"]
    assert dropped("agreement", *copies, among="traces") == {"a", "b"}


def test_without_a_gold_the_majority_decides_and_says_so() -> None:
    traces = [
        replace(GOOD, trace_id=f"t{n}", norm_hash=f"h{n}", answer=answer, has_gold=False)
        for n, answer in enumerate(["7", "7", "7", "8", "8"])
    ]
    found = dict(RULES["agreement"].model_validate({"among": "traces"}).judge(traces))
    assert set(found) == {"t3", "t4"}
    assert found["t3"].evidence["by_majority"] is True and found["t3"].evidence["majority"] == "7"
    tie = traces[1:]
    assert len(dropped("agreement", *tie, among="traces")) == 4


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("$1,250.00", "1250"), ("0.5", "1/2"), ("\\dfrac{1}{2}", "1/2"), ("(B)", "b"), ("7.", "7"),
        ("1/0", "1/0"), ("x = 3", "x = 3"), ("", ""), ("9" * 500, "9" * 200),
    ],
)  # fmt: skip
def test_values_are_written_one_way(written: str, key: str) -> None:
    assert answer_key(written) == key


def test_granularity_goes_by_the_level_asked_for_and_by_measured_words() -> None:
    assert dropped("granularity_band", replace(GOOD, granularity=6), student_billions=3) == {"t1"}
    assert not dropped("granularity_band", replace(GOOD, granularity=4), student_billions=3)
    assert not dropped("granularity_band", GOOD, student_billions=3), "no level is known"
    assert dropped("granularity_band", GOOD, max_words=39) == {"t1"}


@pytest.mark.parametrize("billions", [0.1, 0.56, 1, 2, 3, 7, 70])
def test_every_student_has_a_band(billions: float) -> None:
    fit = fit_student(billions)
    assert 1 <= fit.min_level <= fit.max_level <= 6
    assert (fit.basis == "measured") == (2 <= billions <= 3.5)


def test_numbers_from_elsewhere_drop_by_bounds_and_missing_ones_only_when_required() -> None:
    scored = replace(GOOD, scores={"ppl": 12.0})
    assert dropped("external_score", scored, column="ppl", max=10) == {"t1"}
    assert not dropped("external_score", scored, column="ppl", min=10)
    assert not dropped("external_score", GOOD, column="ppl", max=10)
    assert dropped("external_score", GOOD, column="ppl", max=10, required=True) == {"t1"}


def test_a_suspected_gold_is_flagged_and_nothing_is_dropped() -> None:
    suspect = replace(GOOD, suspect=Suspect("7", "9", 3, 0.75))
    policy = Policy("p", (RULES["gold_suspect"](),))
    rows = list(apply_policy(policy, [suspect]))
    assert [(row.rule, row.is_dropped) for row in rows] == [(KEPT, False), ("gold_suspect", False)]
    assert rows[1].evidence["agreed"] == "9"


def test_copies_of_a_problem_name_the_one_that_stays() -> None:
    copy = replace(GOOD, question=QuestionFacts(copy_of="p0", similarity=0.9, n_copies=2))
    [(_, finding)] = RULES["duplicate_problem"]().judge([copy])
    assert (finding.value, finding.threshold, finding.evidence["kept"]) == (0.9, 0.7, "p0")


def test_length_in_tokens_and_by_rank() -> None:
    assert dropped("length", replace(GOOD, n_tokens=300), max_tokens=256, chars_per_token=3) == {"t1"}
    assert dropped("length", replace(GOOD, length_rank=0.999), max_rank=0.99) == {"t1"}
    assert not dropped("length", replace(GOOD, length_rank=0.5), min_rank=0.01, max_rank=0.99)


def test_thresholds_that_are_shown_are_those_that_decide() -> None:
    assert OTHER_SHARES == {
        "share5_same_numbers": index.SHARE_WITH_NUMBERS,
        "share5_other_names": index.SHARE_WITHOUT_NAMES,
    }


def test_empty_texts_have_no_foreign_letters() -> None:
    assert TextFeatures().share_outside(("latin",)) == 0.0
