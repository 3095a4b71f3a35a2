"""Configuration files that stand beside the rows, so that a trainer starts on the folder as it is.

LLaMA-Factory: `dataset_info.json`, `train.yaml` (`llamafactory-cli train train.yaml`) and a file in `train/`
for each student of a study. axolotl:
`axolotl.yaml` (`axolotl train axolotl.yaml`). Both are meant to be edited: student, batch and lengths are the
user's choice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from curate.curation_sections import ExportFormat
from curate.export.students import student_files

DATA_FILE = "train.jsonl"
_STUDENT = "Qwen/Qwen2.5-0.5B-Instruct"

_TRAIN_YAML = f"""\
# llamafactory-cli train train.yaml, from this folder. Change the student; template must fit it.
model_name_or_path: {_STUDENT}
template: qwen
stage: sft
do_train: true
finetuning_type: lora
lora_rank: 16
lora_alpha: 32
lora_target: all
quantization_bit: 4
quantization_method: bnb
dataset: tracemill
dataset_dir: .
cutoff_len: 4096
packing: false
output_dir: student
plot_loss: true
per_device_train_batch_size: 4
gradient_accumulation_steps: 16
learning_rate: 5.0e-5
num_train_epochs: 3
lr_scheduler_type: cosine
warmup_steps: 0
bf16: true
val_size: 0.05
eval_strategy: steps
eval_steps: 50
"""

_AXOLOTL_YAML = f"""\
# axolotl train axolotl.yaml, from this folder. Change the student; chat_template must fit it.
base_model: {_STUDENT}
load_in_4bit: true
adapter: qlora
lora_r: 16
lora_alpha: 32
lora_dropout: 0.05
lora_target_linear: true
sequence_len: 4096
sample_packing: false
datasets:
  - path: {DATA_FILE}
    ds_type: json
    type: chat_template
    field_messages: messages
    message_property_mappings:
      role: role
      content: content
    roles_to_train: [assistant]
    train_on_eos: turn
chat_template: tokenizer_default
val_set_size: 0.05
output_dir: student
micro_batch_size: 4
gradient_accumulation_steps: 16
num_epochs: 3
learning_rate: 0.00005
lr_scheduler: cosine
optimizer: adamw_torch
bf16: auto
gradient_checkpointing: true
warmup_ratio: 0.0
evals_per_epoch: 1
saves_per_epoch: 1
"""

_CHAT_INFO = {
    "tracemill": {
        "file_name": DATA_FILE,
        "formatting": "sharegpt",
        "columns": {"messages": "messages"},
        "tags": {
            "role_tag": "role",
            "content_tag": "content",
            "user_tag": "user",
            "assistant_tag": "assistant",
            "system_tag": "system",
        },
    }
}
_PAIRS_INFO = {
    "tracemill": {
        "file_name": DATA_FILE,
        "ranking": True,
        "columns": {"prompt": "instruction", "query": "input", "chosen": "chosen", "rejected": "rejected"},
    }
}
_LABELS_INFO = {
    "tracemill": {
        "file_name": DATA_FILE,
        "columns": {
            "prompt": "instruction",
            "query": "input",
            "response": "output",
            "kto_tag": "kto_tag",
        },
    }
}
_STAGES = {
    "llamafactory-dpo": "stage: dpo\npref_beta: 0.1\npref_loss: sigmoid",
    "llamafactory-kto": "stage: kto\npref_beta: 0.1",
}
"""Preferences are learned ten times slower than texts, as LLaMA-Factory's own examples do it."""


def side_files(format: ExportFormat, students: tuple[str, ...] = ()) -> dict[str, str]:
    """Give the names and texts of the files that a trainer needs beside the rows.

    Raises:
        ConfigError: for a student without a known template.
    """
    if format == "llamafactory":
        return {**_llamafactory(_CHAT_INFO, _TRAIN_YAML), **student_files(students)}
    if format in _STAGES:
        info = _PAIRS_INFO if format == "llamafactory-dpo" else _LABELS_INFO
        train = _TRAIN_YAML.replace("stage: sft", _STAGES[format]).replace("5.0e-5", "5.0e-6")
        return _llamafactory(info, train)
    if format == "axolotl":
        return {"axolotl.yaml": _AXOLOTL_YAML}
    return {}


def _llamafactory(info: Mapping[str, object], train: str) -> dict[str, str]:
    return {"dataset_info.json": json.dumps(info, indent=2) + "\n", "train.yaml": train}
