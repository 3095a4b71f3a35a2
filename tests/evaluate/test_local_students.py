"""Students in this process: the same text alone and in a batch, the own prompt, clear refusals."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from curate.errors import GateError, InputError, MissingError, UsageError
from curate.evaluation_section import EvaluateSection
from curate.ids import content_id, text_key
from curate.types import Message
from evaluate import run_evaluation
from evaluate.local.loading import Loaded, load_student
from evaluate.local.students import Student, find_students
from evaluate.local.templates import choose_writer
from evaluate.local.writing import Row, write_answers
from evaluate.types import SamplingRule

PROMPTS = [f"What is {i} plus {i * i}?" + " Think." * (i % 4) for i in range(9)]


@pytest.fixture(scope="module")
def loaded(tiny: Path) -> Loaded:
    return load_student(Student("tiny", str(tiny), None, "fp32-sdpa", "auto", "question", ""), 1)


def _write(loaded: Loaded, rule: SamplingRule, batch_size: int, first_stretch: int = 64) -> list[list[int]]:
    rows = [
        Row(number, tuple(loaded.tokenizer(prompt)["input_ids"]), 40, 1000 + number)
        for number, prompt in enumerate(PROMPTS)
    ]
    write_answers(
        loaded, rows, rule, batch_size=batch_size, on_done=lambda row: None, first_stretch=first_stretch
    )
    return [row.written for row in rows]


def _plain(loaded: Loaded) -> list[list[int]]:
    import torch

    found = []
    for prompt in PROMPTS:
        ids = torch.tensor([loaded.tokenizer(prompt)["input_ids"]])
        out = loaded.model.generate(
            input_ids=ids, attention_mask=torch.ones_like(ids), max_new_tokens=40, do_sample=False
        )[0, ids.shape[1] :].tolist()
        ends = [place for place, token in enumerate(out) if token in loaded.end_ids]
        found.append(out[: ends[0]] if ends else out)
    return found


def test_greedy_text_is_that_of_plain_generate_one_by_one(loaded: Loaded) -> None:
    rule = SamplingRule(max_tokens=40)
    expected = _plain(loaded)
    assert _write(loaded, rule, 1) == expected
    assert _write(loaded, rule, 4) == expected
    assert _write(loaded, rule, 9, first_stretch=7) == expected


def test_draws_belong_to_the_problem_and_not_to_the_batch(loaded: Loaded) -> None:
    rule = SamplingRule(temperature=0.8, top_p=0.9, top_k=50, max_tokens=40)
    alone = _write(loaded, rule, 1)
    assert _write(loaded, rule, 4) == alone
    assert _write(loaded, rule, 9, first_stretch=7) == alone
    assert alone != _plain(loaded)


def test_draws_follow_the_distribution() -> None:
    import torch

    from evaluate.local.drawing import make_processors

    shares = torch.tensor([0.5, 0.3, 0.15, 0.05])
    counts = torch.zeros(4)
    [warp, noise] = make_processors(SamplingRule(temperature=1.0), list(range(4000)), [3] * 4000)
    scores = warp(torch.zeros(4000, 1, dtype=torch.long), shares.log().repeat(4000, 1))
    for token in noise(None, scores).argmax(-1).tolist():
        counts[token] += 1
    assert torch.allclose(counts / 4000, shares, atol=0.03)


@pytest.mark.slow
def test_continuous_batching_gives_the_same_greedy_text(loaded: Loaded) -> None:
    from evaluate.local.continuous import write_continuously

    rows = [
        Row(number, tuple(loaded.tokenizer(prompt)["input_ids"]), 24, number)
        for number, prompt in enumerate(PROMPTS)
    ]
    write_continuously(loaded, rows, SamplingRule(max_tokens=24), on_done=lambda row: None)
    assert [row.written for row in rows] == [written[:24] for written in _plain(loaded)]


@pytest.mark.parametrize("name", ["auto", "plain", "alpaca"])
def test_prompt_at_evaluation_is_that_of_training(loaded: Loaded, name: str) -> None:
    from finetune.data.templates import choose_template

    asked = "What is 2 plus 3?"
    trained = choose_template(name, loaded.tokenizer)
    writer = choose_writer(name, loaded.tokenizer)
    assert writer.write([Message("user", asked)]) == trained.render(asked, "The answer is 5.").prompt
    assert writer.adds_special_tokens == trained.adds_special_tokens


def test_thinking_needs_a_template_with_a_switch(loaded: Loaded) -> None:
    with pytest.raises(UsageError, match="no switch"):
        choose_writer("auto", loaded.tokenizer, thinking=False)


def test_system_text_joins_the_question_where_a_template_knows_no_system_turn(
    loaded: Loaded, tmp_path: Path
) -> None:
    path = tmp_path / "own.jinja"
    path.write_text(
        "{% for m in messages %}{% if m['role'] == 'system' %}{{ raise_exception('no system') }}{% endif %}"
        "[{{ m['content'] }}]{% endfor %}"
    )
    writer = choose_writer(str(path), loaded.tokenizer)
    assert writer.write([Message("system", "Be kind."), Message("user", "Q?")]) == "[Be kind.\n\nQ?]"
    path.write_text("{{ raise_exception('never') }}")
    with pytest.raises(InputError, match="cannot write a question"):
        choose_writer(str(path), loaded.tokenizer).write([Message("user", "Q?")])


def _training(folder: Path, tiny: Path, questions: Sequence[str] = ()) -> Path:
    """Write the folder of a training of all weights, as finetune leaves it."""
    import shutil

    shutil.copytree(tiny, folder / "seed-0" / "model")
    manifest = {
        "settings": {"student": str(tiny), "objective": "sft", "template": "auto"},
        "numerics": {"rung": "fp32-sdpa"},
        "results": [{"seed": 0}],
        "data": {"manifest_sha256": "x"},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    keys = [content_id("text_key", text_key(question)) for question in questions]
    (folder / "problems.json").write_text(json.dumps({"questions": keys}))
    return folder


def test_training_names_its_seeds_weights_and_prompt(tiny: Path, tmp_path: Path) -> None:
    folder = _training(tmp_path / "student", tiny)
    section = EvaluateSection(base=True)
    base, seed = find_students(str(folder), section)
    assert (base.label, base.weights, seed.label, seed.weights) == (
        "base",
        "before training",
        "seed-0",
        "all weights trained",
    )
    assert seed.mode == "question"
    with pytest.raises(UsageError, match="no finished seed 7"):
        find_students(str(folder), section.model_copy(update={"seeds": (7,)}))


def test_student_is_not_measured_on_its_training_problems(
    tiny: Path, tmp_path: Path, section: EvaluateSection
) -> None:
    folder = _training(tmp_path / "student", tiny, ["what is 3 PLUS 10 ?"])
    with pytest.raises(GateError, match=r"trained on problems of own \(1 of 10\)"):
        run_evaluation(section, student=str(folder))


@pytest.mark.slow
def test_local_student_is_measured_end_to_end(tiny: Path, tmp_path: Path, section: EvaluateSection) -> None:
    folder = _training(tmp_path / "student", tiny)
    asked = section.model_copy(
        update={"temperature": 1.0, "samples": 2, "max_tokens": 16, "budgets": (8,), "force_answer": True}
    )
    result = run_evaluation(asked, student=str(folder))
    model = result.model("seed-0")
    assert model.identity["numerics"] == "fp32-sdpa"
    assert {(cell.budget, cell.is_forced) for cell in model.suite("own").cells} == {
        (None, False),
        (8, False),
        (8, True),
    }
    before = (section.out / "scores.jsonl").read_bytes()
    again = run_evaluation(asked, student=str(folder))
    assert again.evaluation_id == result.evaluation_id
    assert (section.out / "scores.jsonl").read_bytes() == before


@pytest.mark.slow
def test_adapter_is_measured_on_its_base(tiny: Path, tmp_path: Path, section: EvaluateSection) -> None:
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    base = AutoModelForCausalLM.from_pretrained(tiny)
    adapter = tmp_path / "adapter"
    get_peft_model(base, LoraConfig(r=2, target_modules="all-linear")).save_pretrained(adapter)
    asked = section.model_copy(update={"temperature": 1.0, "max_tokens": 8, "student": str(adapter)})
    assert run_evaluation(asked).models[0].weights == "base and adapter"


@pytest.mark.slow
def test_encoder_decoder_is_measured(tmp_path: Path, section: EvaluateSection) -> None:
    from finetune.tiny import TinyShape, make_tiny_student

    shape = TinyShape(n_layers=2, hidden=64, vocabulary=300)
    student = make_tiny_student(tmp_path / "t5", ["What is 1 plus 2?"] * 3, shape=shape, is_seq2seq=True)
    asked = section.model_copy(
        update={
            "temperature": 1.0,
            "max_tokens": 20,
            "student": str(student),
            "budgets": (5,),
            "force_answer": True,
        }
    )
    result = run_evaluation(asked)
    assert result.models[0].n_tokens > 0


@pytest.mark.parametrize(
    ("name", "says"),
    [("/nowhere/student", "there is no student"), ("empty", "holds no student")],
)
def test_missing_student_is_one_clear_sentence(
    tmp_path: Path, section: EvaluateSection, name: str, says: str
) -> None:
    (tmp_path / "empty").mkdir()
    place = name if name.startswith("/") else str(tmp_path / name)
    with pytest.raises(MissingError, match=says):
        run_evaluation(section.model_copy(update={"student": place}))


def test_prompt_that_does_not_fit_says_what_would(tiny: Path, section: EvaluateSection) -> None:
    long = section.model_copy(update={"student": str(tiny), "max_tokens": 600})
    with pytest.raises(InputError, match="do not fit the student's context of 512"):
        run_evaluation(long)
