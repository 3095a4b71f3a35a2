"""An export read for training: gates, split, tokens, mask, end token, coverage."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from curate.errors import GateError, InputError
from curate.training_sections import FinetuneSection
from finetune.data.coverage import measure_coverage, require_coverage
from finetune.data.encoding import IGNORED, encode_rows
from finetune.data.exports import TrainingRow, read_training_export
from finetune.data.preview import preview_row
from finetune.data.splits import split_by_problem
from finetune.data.templates import choose_template, note_on_end
from finetune.preparation import settle_batching
from finetune.settings import resolve_settings
from finetune.student import load_tokenizer


def test_rows_carry_their_lineage(export: Path) -> None:
    found = read_training_export(export)
    assert len(found.rows) == 40
    assert found.rows[1] == TrainingRow(
        "t0pot", "p0", "pot", "Ann has 0 pens and buys 3. How many has she?", "ans = 0 + 3"
    )


def test_a_changed_file_is_refused_always(export: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(export, copy)
    data = (copy / "train.jsonl").read_bytes()
    (copy / "train.jsonl").write_bytes(data.replace(b"pens", b"pans"))
    with pytest.raises(GateError, match="not what its manifest says"):
        read_training_export(copy, allow_unverified=True, allow_contaminated=True)


def test_an_unchecked_export_is_refused_unless_told(unchecked: Path) -> None:
    with pytest.raises(GateError, match="unchecked answers"):
        read_training_export(unchecked)
    with pytest.raises(GateError, match="no benchmark"):
        read_training_export(unchecked, allow_unverified=True)
    assert read_training_export(unchecked, allow_unverified=True, allow_contaminated=True).rows


def test_preference_pairs_have_both_sides(pairs: Path) -> None:
    row = read_training_export(pairs).rows[0]
    assert row.answer != row.rejected == "The answer is 0."


@pytest.mark.parametrize("share", [0.05, 0.3, 0.9])
def test_no_problem_is_on_both_sides(export: Path, share: float) -> None:
    split = split_by_problem(read_training_export(export).rows, share)
    held = {row.problem_id for row in split.validation}
    assert held
    assert not held & {row.problem_id for row in split.train}
    assert len(split.train) + len(split.validation) == 40


def test_the_mask_covers_the_prompt_and_the_end_token_is_learned(export: Path, student: Path) -> None:
    tokenizer = load_tokenizer(str(student))
    template = choose_template("auto", tokenizer)
    encoding = encode_rows(read_training_export(export).rows, tokenizer, template, max_length=200)
    for row in encoding.rows:
        learned = [label for label in row.labels if label != IGNORED]
        assert learned == row.input_ids[row.n_prompt :]
        assert learned[-1] == tokenizer.eos_token_id
        assert tokenizer.decode(learned[:-1]) == row.row.answer
        asked = template.render(row.row.prompt, "").prompt
        assert tokenizer.decode(row.input_ids[: row.n_prompt]) == asked


@pytest.mark.parametrize("name", ["plain", "alpaca"])
def test_templates_for_base_models_end_with_the_end_token(export: Path, student: Path, name: str) -> None:
    tokenizer = load_tokenizer(str(student))
    encoding = encode_rows(
        read_training_export(export).rows[:4], tokenizer, choose_template(name, tokenizer), max_length=400
    )
    assert all(row.input_ids[-1] == tokenizer.eos_token_id for row in encoding.rows)


def test_a_row_over_the_limit_is_dropped_and_counted_never_cut(export: Path, student: Path) -> None:
    tokenizer = load_tokenizer(str(student))
    template = choose_template("auto", tokenizer)
    rows = read_training_export(export).rows
    lengths = sorted(
        len(row.input_ids) for row in encode_rows(rows, tokenizer, template, max_length=999).rows
    )
    limit = lengths[len(lengths) // 2]
    encoding = encode_rows(rows, tokenizer, template, max_length=limit)
    assert len(encoding.dropped["too_long"]) == sum(length > limit for length in lengths)
    assert len(encoding.rows) + len(encoding.dropped["too_long"]) == 40
    with pytest.raises(GateError, match="max_length"):
        encode_rows(rows, tokenizer, template, max_length=limit, on_long="fail")
    with pytest.raises(InputError, match="none of 40 rows"):
        encode_rows(rows, tokenizer, template, max_length=8)


def test_coverage_counts_and_refuses_rows_that_never_end(export: Path, student: Path) -> None:
    tokenizer = load_tokenizer(str(student))
    template = choose_template("auto", tokenizer)
    encoding = encode_rows(read_training_export(export).rows, tokenizer, template, max_length=200)
    coverage = measure_coverage(encoding, {tokenizer.eos_token_id})
    assert (coverage.n_rows, coverage.n_ended, coverage.n_problems) == (40, 40, 20)
    assert 0 < coverage.masked_share < 1
    require_coverage(coverage)
    with pytest.raises(GateError, match="end token"):
        require_coverage(measure_coverage(encoding, {-1}))


def test_the_preview_shows_mask_and_special_tokens(export: Path, student: Path) -> None:
    tokenizer = load_tokenizer(str(student))
    encoding = encode_rows(
        read_training_export(export).rows[:1], tokenizer, choose_template("auto", tokenizer), max_length=200
    )
    text = preview_row(encoding.rows[0], tokenizer)
    assert "<|im_end|>" in text.plain
    assert [span.style for span in text.spans] == ["dim", "green"]


def test_rows_without_an_answer_are_refused_as_all_masked(export: Path, student: Path) -> None:
    tokenizer = load_tokenizer(str(student))
    for answer, template in (("", "plain"), (" \n", "plain"), (" ", "auto")):
        rows = [replace(row, answer=answer) for row in read_training_export(export).rows]
        with pytest.raises(GateError, match="every label would be masked"):
            encode_rows(rows, tokenizer, choose_template(template, tokenizer), max_length=200)


TURNS = "{% for m in messages %}{{ m.role + ': ' + m.content + '\\n' }}{% endfor %}"


@pytest.mark.parametrize(
    ("jinja", "said"),
    [
        ("{% for m in messages %}{{ m.role }", "cannot render"),
        ("{{ raise_exception('roles must alternate') }}", "roles must alternate"),
        (
            "{% for m in messages if m.role == 'user' %}{{ m.content }}{% endfor %}",
            "does not write the answer",
        ),
        (TURNS.replace("m.content", "m.content.split('.')[-1]"), "does not write the answer"),
        ("{% if add_generation_prompt %}X{% endif %}" + TURNS, "does not begin with its own prompt"),
    ],
)
def test_a_template_that_would_teach_something_else_is_refused(
    student: Path, tmp_path: Path, jinja: str, said: str
) -> None:
    (tmp_path / "own.jinja").write_text(jinja, encoding="utf-8")
    template = choose_template(str(tmp_path / "own.jinja"), load_tokenizer(str(student)))
    with pytest.raises(InputError, match=said) as caught:
        template.render("How many?", "It is 3. So 4.")
    assert "finetune.template" in caught.value.hint or "plain" in caught.value.hint


def test_a_template_without_an_end_token_is_given_one_and_it_is_said(student: Path, tmp_path: Path) -> None:
    tokenizer = load_tokenizer(str(student))
    (tmp_path / "own.jinja").write_text(TURNS, encoding="utf-8")
    template = choose_template(str(tmp_path / "own.jinja"), tokenizer)
    assert template.render("How many?", "It is 3.").completion.endswith("It is 3.<|im_end|>")
    assert "ends no turn, so <|im_end|>" in note_on_end(template)
    assert note_on_end(choose_template("auto", tokenizer)) == ""
    assert note_on_end(choose_template("plain", tokenizer)) == ""


def test_a_tokenizer_without_an_end_token_is_refused(student: Path) -> None:
    tokenizer = load_tokenizer(str(student))
    tokenizer.eos_token = None
    with pytest.raises(InputError, match="no end token"):
        choose_template("auto", tokenizer)


def test_a_curriculum_is_seen_in_the_manifest_and_kept_in_order(export: Path, tmp_path: Path) -> None:
    assert not read_training_export(export).is_curriculum
    copy = tmp_path / "copy"
    shutil.copytree(export, copy)
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["settings"]["order"] = "curriculum"
    (copy / "manifest.json").write_text(json.dumps(manifest))
    assert read_training_export(copy).is_curriculum


def test_forms_are_mixed_and_one_form_alone_is_grouped_by_length(export: Path) -> None:
    def batching(**keys: Any) -> str:
        settings = resolve_settings(FinetuneSection(preset="laptop", **keys)).settings
        return settle_batching(settings, read_training_export(export)).batching

    assert batching() == "plain"
    assert batching(forms=("cot",)) == "group"
    assert batching(batching="group") == "group", "what is asked for is done"
