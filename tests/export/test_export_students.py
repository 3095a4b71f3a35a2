"""Every student gets a training file that LLaMA-Factory takes, with the settings of study C."""

from __future__ import annotations

import pytest
import yaml

from curate.errors import ConfigError
from curate.export.students import STUDY_C, parse_student, student_files


def test_the_seven_students_of_the_study_have_a_file_each() -> None:
    files = {name: yaml.safe_load(text) for name, text in student_files(()).items()}
    assert [config["model_name_or_path"] for config in files.values()] == list(STUDY_C)
    assert "train/llama-3.2-1b.yaml" in files and "train/bloom-560m.yaml" in files
    for config in files.values():
        assert (config["learning_rate"], config["num_train_epochs"], config["cutoff_len"]) == (5e-5, 3, 4096)
        assert config["per_device_train_batch_size"] * config["gradient_accumulation_steps"] == 64
        assert (config["finetuning_type"], config["packing"], config["max_samples"]) == ("full", False, 10000)
        assert (config["dataset"], config["dataset_dir"]) == ("tracemill", ".")


@pytest.mark.parametrize(
    ("student", "template"),
    [
        ("meta-llama/Llama-3.2-3B", "llama3"),
        ("google/gemma-2b", "gemma"),
        ("google/gemma-2-2b-it", "gemma2"),
        ("bigscience/bloom-3b", "alpaca"),
        ("Qwen/Qwen2.5-7B-Instruct", "qwen"),
        ("my/own=vicuna", "vicuna"),
    ],
)
def test_the_template_follows_the_model_unless_it_is_named(student: str, template: str) -> None:
    assert parse_student(student) == (student.partition("=")[0], template)


@pytest.mark.parametrize("student", ["my/own", "", "=alpaca", "a b=alpaca", "x: y=alpaca"])
def test_a_student_without_a_known_template_is_named(student: str) -> None:
    with pytest.raises(ConfigError, match="no template") as caught:
        parse_student(student)
    assert "model=template" in caught.value.hint


def test_two_students_of_one_file_name_are_refused() -> None:
    with pytest.raises(ConfigError, match="two students"):
        student_files(("a/same=alpaca", "b/same=alpaca"))
