"""Reading a run file: the whole truth at once, in words that help."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from curate.config import read_run_file
from curate.errors import ConfigError

SMALL = """
store: store/
problems: [{source: builtin}]
teachers:
  - {alias: a, model: m, base_url: "http://127.0.0.1:1/v1"}
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "tracemill.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def fault(tmp_path: Path, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        read_run_file(write(tmp_path, text))
    assert caught.value.exit_code == 2
    return caught.value.message


def test_a_small_file_is_enough(tmp_path: Path) -> None:
    run = read_run_file(write(tmp_path, SMALL))
    assert run.generate.samples == 1
    assert run.store == tmp_path / "store"
    assert [prompt.format for prompt in run.prompts] == ["cot"]


def test_the_shape_of_the_design_is_read_as_it_stands(tmp_path: Path) -> None:
    text = """
store: store/
problems:
  - {source: openai/gsm8k, split: train, limit: 1000}
teachers:
  - alias: r1
    model: deepseek-reasoner
    base_url: https://api.deepseek.com/v1
    api_key_env: DEEPSEEK_API_KEY
    transport: chat
    price: {input: 0.55, cached_input: 0.14, output: 2.19}
    sampling: {temperature: 0.6, top_p: 0.95, max_tokens: 8192, extra: {}}
    limits: {concurrency: 256, requests_per_minute: null, tokens_per_minute: null}
prompts:
  - {format: cot, granularity: 3, style: plain, shots: 0}
  - {format: pot}
  - {format: eot}
generate: {samples: 4, max_usd: 50, stop_after_verified: null, cascade: false, agents: null}
verify:   {workers: null, run_programs_twice: true}
filter:   {policy: verified, decontaminate: [gsm8k_test, math500, aime]}
export:   [{format: messages, out: corpus/, seed: 0}]
finetune: {preset: shu2025}
evaluate: {benchmarks: [gsm8k, aime_2022_2024], samples: 1}
"""
    run = read_run_file(write(tmp_path, text))
    assert run.teachers[0].price is not None
    assert run.teachers[0].price.output == Decimal("2.19")
    assert run.generate.max_usd == 50


def test_numbers_are_read_as_people_write_them(tmp_path: Path) -> None:
    run = read_run_file(write(tmp_path, SMALL.replace("model: m", "model: m, sampling: {temperature: 3e-4}")))
    assert run.teachers[0].sampling.temperature == 0.0003


def test_all_faults_are_named_at_once_with_the_nearest_key(tmp_path: Path) -> None:
    text = SMALL.replace("model: m", "modle: m, price: {input: -1, output: 1}") + "genrate: {samples: 0}\n"
    message = fault(tmp_path, text)
    assert "teachers.0.modle: unknown key; did you mean `model`?" in message
    assert "teachers.0.price.input: Input should be greater than or equal to 0, got -1" in message
    assert "genrate: unknown key; did you mean `generate`?" in message
    assert all(line.startswith(str(tmp_path)) for line in message.splitlines())


def test_one_fault_inside_a_list_is_not_reported_as_an_empty_list(tmp_path: Path) -> None:
    assert (
        len(fault(tmp_path, SMALL.replace("source: builtin", "source: builtin, limmit: 3")).splitlines()) == 1
    )


def test_two_teachers_with_one_alias_are_refused(tmp_path: Path) -> None:
    twin = '  - {alias: a, model: other, base_url: "http://127.0.0.1:1/v1"}\n'
    assert "the alias 'a' is used twice" in fault(tmp_path, SMALL + twin)


def test_a_cap_needs_a_price_and_a_length(tmp_path: Path) -> None:
    assert "a cap needs a price" in fault(tmp_path, SMALL + "generate: {max_usd: 1}\n")
    priced = SMALL.replace("model: m", "model: m, price: {input: 1, output: 1}")
    assert "a cap needs sampling.max_tokens" in fault(tmp_path, priced + "generate: {max_usd: 1}\n")


def test_a_key_in_the_place_of_its_variable_is_refused_without_showing_it(tmp_path: Path) -> None:
    message = fault(tmp_path, SMALL.replace("model: m", "model: m, api_key_env: sk-secret-123"))
    assert "the NAME of an environment variable" in message
    assert "sk-secret-123" not in message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("store: [", "line 1"),
        ("store: a\nstore: b\n", "line 2: the key 'store' is given twice"),
        ("", "expected keys such as"),
        ("- a\n", "expected keys such as"),
    ],
)
def test_broken_yaml_is_located(tmp_path: Path, text: str, said: str) -> None:
    assert said in fault(tmp_path, text)


def test_a_missing_file_names_the_command_that_writes_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        read_run_file(tmp_path / "none.yaml")
    assert "tracemill init" in caught.value.hint


def test_an_agent_must_name_a_teacher_that_exists(tmp_path: Path) -> None:
    text = SMALL + "generate: {agents: {critic: {teacher: b}}}\n"
    assert "there is no teacher 'b'; teachers are a" in fault(tmp_path, text)
