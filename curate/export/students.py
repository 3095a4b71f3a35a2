"""A training file of LLaMA-Factory for each student, as study C (arXiv 2502.18001) trains its seven.

In: models, each with the name of its prompt template in LLaMA-Factory. Out: file names and YAML texts. The
published settings are those of the study: full fine-tuning, learning rate 5e-5, three epochs, cosine without
warm-up, cutoff 4,096, total batch 64, no packing, gradient norm 1.0, at most 10,000 rows. The split of the
batch, the validation share and bf16 are ours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from curate.errors import ConfigError

STUDY_C = (
    "meta-llama/Llama-3.2-1B",
    "meta-llama/Llama-3.2-3B",
    "google/gemma-2b",
    "bigscience/bloom-560m",
    "bigscience/bloom-1b1",
    "bigscience/bloom-1b7",
    "bigscience/bloom-3b",
)
_TEMPLATES = (
    ("llama-3", "llama3"),
    ("llama-2", "llama2"),
    ("gemma-3", "gemma3"),
    ("gemma-2-", "gemma2"),
    ("gemma", "gemma"),
    ("bloom", "alpaca"),
    ("qwen3", "qwen3_nothink"),
    ("qwen2", "qwen"),
    ("mistral", "mistral"),
    ("phi-4", "phi4"),
    ("deepseek-r1", "deepseekr1"),
)
"""Part of a model's name, and the template of LLaMA-Factory 0.9 that fits it; the first that fits counts."""


def parse_student(text: str) -> tuple[str, str]:
    """Read `model` or `model=template` into the two.

    Raises:
        ConfigError: for a model whose template nobody named and whose name says none.

    >>> parse_student("bigscience/bloom-560m")
    ('bigscience/bloom-560m', 'alpaca')
    """
    model, _, template = (part.strip() for part in text.partition("="))
    if not template:
        name = model.rpartition("/")[2].lower()
        template = next((found for part, found in _TEMPLATES if name.startswith(part)), "")
    if not model or not template or re.search(r"[\s'\"#]", model + template):
        raise ConfigError(
            f"no template of LLaMA-Factory is known for the student {text!r}",
            "write model=template, for example my/model=alpaca; its documentation lists the templates",
        )
    return model, template


def student_files(students: tuple[str, ...]) -> Mapping[str, str]:
    """Give the name and the text of each student's training file.

    Raises:
        ConfigError: as `parse_student`, and for two students of one file name.
    """
    files: dict[str, str] = {}
    for model, template in map(parse_student, students or STUDY_C):
        name = f"train/{re.sub(r'[^A-Za-z0-9._-]+', '-', model.rpartition('/')[2].lower())}.yaml"
        if name in files:
            raise ConfigError(f"two students would be written to {name}", "name each student once")
        files[name] = _STUDENT_YAML.format(model=model, template=template, name=name[6:-5], file=name)
    return files


_STUDENT_YAML = """\
# llamafactory-cli train {file}, from the folder of this export.
model_name_or_path: {model}
template: {template}
stage: sft
do_train: true
finetuning_type: full
dataset: tracemill
dataset_dir: .
cutoff_len: 4096
max_samples: 10000
packing: false
output_dir: students/{name}
plot_loss: true
per_device_train_batch_size: 4
gradient_accumulation_steps: 16
learning_rate: 5.0e-5
num_train_epochs: 3
lr_scheduler_type: cosine
warmup_steps: 0
max_grad_norm: 1.0
bf16: true
val_size: 0.02
eval_strategy: steps
eval_steps: 50
"""
