"""Policies are read with all their faults named, and decide every trace."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.errors import ConfigError
from curate.filters import KEPT, ContaminationHit, Policy, TraceFacts, apply_policy, preset_names, read_policy
from curate.types import FinishReason, ParseState, TraceFormat, VerdictStatus

GOOD = TraceFacts("t", "p", TraceFormat.COT, "h", VerdictStatus.CORRECT, n_words=30, n_chars=150)


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_policies_that_ship_are_three_and_one_for_each_study() -> None:
    assert preset_names() == ("all", "baral2026", "chen2025", "shu2025", "strict", "verified", "zhu2024")
    assert [rule.name for rule in read_policy("all").rules] == [
        "human_mark", "exact_duplicate", "contamination",
    ]  # fmt: skip


def test_strict_has_every_rule_of_verified_in_the_same_order() -> None:
    strict = [rule.name for rule in read_policy("strict").rules]
    assert strict[: len(read_policy("verified").rules)] == [
        rule.name for rule in read_policy("verified").rules
    ]


def test_an_unknown_preset_names_the_nearest() -> None:
    with pytest.raises(ConfigError, match="did you mean `verified`"):
        read_policy("verifid")


def test_a_missing_file_is_named() -> None:
    with pytest.raises(ConfigError, match="no such file"):
        read_policy("nowhere/mine.yaml")


def test_all_faults_of_a_file_are_named_at_once(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "nam: x\nrules:\n - wrong_anser\n - length: {min_word: 3}\n - repetition: {max_repeat4_share: 2}\n"
        " - length: {min_words: 9, max_words: 3}\n - [1, 2]\n - truncated\n - truncated\n",
    )
    with pytest.raises(ConfigError) as caught:
        read_policy(path)
    message = caught.value.message
    for part in (
        "nam: unknown key; did you mean `name`?",
        "unknown rule 'wrong_anser'; did you mean `wrong_answer`?",
        "rules.1.length.min_word: unknown parameter; did you mean `min_words`?",
        "rules.2.repetition.max_repeat4_share",
        "min_words 9 is above max_words 3",
        "rules.4: write a rule as",
        "'truncated' is listed twice",
    ):
        assert part in message
    assert message.count(str(path)) == message.count("\n") + 1


@pytest.mark.parametrize("text", ["", "[]", "name: x", "name: x\nrules: []", "name: x\nrules: {length: {}}"])
def test_a_policy_without_rules_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError):
        read_policy(write(tmp_path, text))


def test_a_rule_without_parameters_refuses_them(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="this rule has no parameters"):
        read_policy(write(tmp_path, "rules:\n - refusal: {words: 3}\n"))


def test_a_file_without_a_name_takes_its_own(tmp_path: Path) -> None:
    assert read_policy(write(tmp_path, "rules: [refusal]")).name == "mine"


def test_order_name_and_parameters_are_in_the_id(tmp_path: Path) -> None:
    texts = ["name: a\nrules: [refusal, truncated]", "name: a\nrules: [truncated, refusal]",
             "name: b\nrules: [refusal, truncated]", "name: a\nrules: [refusal, length]",
             "name: a\nrules: [refusal, {length: {min_words: 2}}]"]  # fmt: skip
    assert len({read_policy(write(tmp_path, text)).policy_id for text in texts}) == len(texts)


def test_benchmarks_change_the_id_and_reach_a_policy_without_the_rule(tmp_path: Path) -> None:
    policy = read_policy(write(tmp_path, "rules: [refusal]"))
    assert policy.policy_id
    armed = policy.against(("gsm8k@1",))
    assert read_policy("all").against(("x",)).policy_id != read_policy("all").policy_id
    used = read_policy("all")
    assert used.policy_id != used.against(("x",)).policy_id == read_policy("all").against(("x",)).policy_id
    assert [rule.name for rule in armed.rules] == ["contamination", "refusal"]
    assert len({policy.policy_id, armed.policy_id, policy.against(("gsm8k@2",)).policy_id}) == 3
    verified = read_policy("verified").against(("gsm8k@1",))
    assert [rule.name for rule in verified.rules] == [rule.name for rule in read_policy("verified").rules]


def dropped_by(policy: Policy, *traces: TraceFacts) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for decision in apply_policy(policy, traces):
        found.setdefault(decision.trace_id, []).append(decision.rule)
    return found


def test_all_keeps_wrong_answers_and_loses_copies_and_benchmarks() -> None:
    hit = ContaminationHit("b", "1", "gram13", 1.0, "")
    wrong = replace(GOOD, trace_id="w", norm_hash="w", status=VerdictStatus.INCORRECT)
    copy = replace(GOOD, trace_id="u")
    tainted = replace(GOOD, trace_id="x", problem_id="q", contamination=hit)
    assert dropped_by(read_policy("all"), GOOD, copy, wrong, tainted) == {
        "t": [KEPT],
        "u": ["exact_duplicate"],
        "w": [KEPT],
        "x": ["contamination"],
    }


def test_a_trace_that_several_rules_drop_has_a_row_from_each_in_order() -> None:
    bad = replace(GOOD, with_gold=True, status=VerdictStatus.INCORRECT, finish_reason=FinishReason.LENGTH)
    assert dropped_by(read_policy("verified"), bad) == {"t": ["with_gold", "truncated", "wrong_answer"]}


def test_with_gold_traces_are_out_of_verified_and_strict_only() -> None:
    leaked = replace(GOOD, with_gold=True)
    assert dropped_by(read_policy("all"), leaked) == {"t": [KEPT]}
    assert all(
        dropped_by(read_policy(name), leaked) == {"t": ["with_gold"]} for name in ("verified", "strict")
    )


traces = st.lists(
    st.builds(
        TraceFacts,
        trace_id=st.integers(0, 10**9).map(str),
        problem_id=st.sampled_from("pqr"),
        format=st.sampled_from(TraceFormat),
        norm_hash=st.sampled_from(["", "a", "b"]),
        status=st.none() | st.sampled_from(VerdictStatus),
        parse_state=st.sampled_from(ParseState),
        finish_reason=st.none() | st.sampled_from(FinishReason),
        with_gold=st.booleans(),
        n_words=st.integers(0, 10_000),
    ),
    max_size=30,
    unique_by=lambda trace: trace.trace_id,
).map(lambda found: sorted(found, key=lambda trace: trace.problem_id))


@given(traces, st.sampled_from(["all", "verified", "strict"]))
def test_kept_and_dropped_are_all(facts: list[TraceFacts], name: str) -> None:
    decisions = list(apply_policy(read_policy(name), facts))
    kept = [d.trace_id for d in decisions if not d.is_dropped]
    dropped = {d.trace_id for d in decisions if d.is_dropped}
    assert len(kept) == len(set(kept))
    assert set(kept) | dropped == {trace.trace_id for trace in facts}
    assert not set(kept) & dropped


@given(traces)
def test_what_verified_keeps_is_correct_and_was_made_without_the_gold(facts: list[TraceFacts]) -> None:
    by_id = {trace.trace_id: trace for trace in facts}
    for decision in apply_policy(read_policy("verified"), facts):
        if not decision.is_dropped:
            trace = by_id[decision.trace_id]
            assert trace.status is VerdictStatus.CORRECT and not trace.with_gold


@given(traces)
def test_the_order_of_rules_never_decides_what_is_dropped(facts: list[TraceFacts]) -> None:
    policy = read_policy("strict")
    backwards = replace(policy, rules=policy.rules[::-1])

    def kept(chosen: Policy) -> set[str]:
        return {d.trace_id for d in apply_policy(chosen, facts) if not d.is_dropped}

    assert kept(policy) == kept(backwards)


def decided(trace: TraceFacts, policy: str = "verified") -> list[tuple[str, bool]]:
    return [(one.rule, one.is_dropped) for one in apply_policy(read_policy(policy), [trace])]


def test_what_a_person_rejected_is_dropped_although_it_is_right() -> None:
    [decision] = apply_policy(read_policy("verified"), [replace(GOOD, mark="reject", mark_comment="vague")])
    assert (decision.rule, decision.is_dropped) == ("human_mark", True)
    assert decision.evidence == {"mark": "reject", "comment": "vague"}


def test_what_a_person_accepted_is_kept_and_says_what_was_overruled() -> None:
    wrong = replace(GOOD, status=VerdictStatus.INCORRECT, with_gold=True, mark="accept")
    [decision] = apply_policy(read_policy("verified"), [wrong])
    assert (decision.rule, decision.is_dropped) == (KEPT, False)
    assert decision.evidence["overruled"] == "with_gold, wrong_answer"
    assert decided(replace(GOOD, mark="accept")) == [(KEPT, False)]


def test_no_mark_brings_a_benchmark_problem_into_training() -> None:
    hit = ContaminationHit("b", "1", "share5", 0.9, "words")
    tainted = replace(GOOD, contamination=hit, status=VerdictStatus.INCORRECT, mark="accept")
    assert decided(tainted) == [("contamination", True)]


def test_a_policy_without_the_rule_does_not_look_at_marks(tmp_path: Path) -> None:
    policy = write(tmp_path, "rules: [wrong_answer]\n")
    wrong = replace(GOOD, status=VerdictStatus.INCORRECT, mark="accept")
    assert decided(wrong, str(policy)) == [("wrong_answer", True)]
    assert decided(replace(GOOD, mark="reject"), str(policy)) == [(KEPT, False)]


def test_selection_is_read_and_its_faults_are_named(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "rules: [exact_duplicate]\nselect:\n - diversity_cap: {per: [problm], most: 0}\n - truncated\n"
        " - sampel\n - length_band: {max_tokens: 9}\n",
    )
    with pytest.raises(ConfigError) as caught:
        read_policy(path)
    for part in (
        "select.0.diversity_cap.per.0",
        "select.0.diversity_cap.most",
        "select.1: unknown step 'truncated'; it is a rule; put it under `rules:`",
        "unknown step 'sampel'; did you mean `sample`?",
        "select.3.length_band: a bound in tokens needs `tokenizer`",
    ):
        assert part in caught.value.message


def test_another_selection_is_another_policy(tmp_path: Path) -> None:
    plain = read_policy(write(tmp_path, "name: x\nrules: [exact_duplicate]\n"))
    with_sample = read_policy(
        write(tmp_path, "name: x\nrules: [exact_duplicate]\nselect: [sample: {most: 3}]\n")
    )
    assert plain.policy_id != with_sample.policy_id
    assert [rule["name"] for rule in with_sample.rules_json()] == ["exact_duplicate", "sample"]
