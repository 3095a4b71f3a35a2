"""One example as a JSON object, for each format that is JSON lines. Field names are the trainers' own.

| format | read by |
| --- | --- |
| messages, prompt-completion, dpo, kto | TRL (SFTTrainer, DPOTrainer, KTOTrainer) |
| alpaca, sharegpt | LLaMA-Factory, axolotl and most others |
| seq2seq | encoder-decoders: the task text of the form stands after the question (study B) |
| openai | OpenAI-compatible fine-tuning services |
| openai-dpo | the same services' preference training |
| llamafactory, axolotl | the same rows as messages, with the trainer's own configuration beside them |
| llamafactory-dpo, llamafactory-kto | LLaMA-Factory's preference and KTO data sets, in its alpaca shape |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from curate.prompts import student_suffix
from curate.types import Json


@dataclass(frozen=True, slots=True)
class Example:
    """A prompt, what is to be learned, and for preferences what is to be avoided.

    `task` is the form of reasoning; `label` is False for an unpaired answer that is to be avoided.
    """

    prompt: str
    answer: str
    rejected: str | None = None
    task: str = ""
    label: bool = True


def _chat(role: str, content: str) -> Json:
    return {"role": role, "content": content}


def _messages(example: Example) -> dict[str, Json]:
    return {"messages": [_chat("user", example.prompt), _chat("assistant", example.answer)]}


def _prompt_completion(example: Example) -> dict[str, Json]:
    # Strings, so that base models without a chat template train on them too; the line break stands in the
    # completion because a prompt that ends in white space tokenises differently when the model goes on.
    return {"prompt": example.prompt, "completion": "\n" + example.answer}


def _alpaca(example: Example) -> dict[str, Json]:
    return {"instruction": example.prompt, "input": "", "output": example.answer}


def _sharegpt(example: Example) -> dict[str, Json]:
    return {
        "conversations": [
            {"from": "human", "value": example.prompt},
            {"from": "gpt", "value": example.answer},
        ]
    }


def _preference(example: Example) -> dict[str, Json]:
    return {
        "prompt": [_chat("user", example.prompt)],
        "chosen": [_chat("assistant", example.answer)],
        "rejected": [_chat("assistant", example.rejected or "")],
    }


def _openai_preference(example: Example) -> dict[str, Json]:
    return {
        "input": {"messages": [_chat("user", example.prompt)], "tools": [], "parallel_tool_calls": True},
        "preferred_output": [_chat("assistant", example.answer)],
        "non_preferred_output": [_chat("assistant", example.rejected or "")],
    }


def _alpaca_preference(example: Example) -> dict[str, Json]:
    return {
        "instruction": example.prompt,
        "input": "",
        "chosen": example.answer,
        "rejected": example.rejected or "",
    }


def _alpaca_labelled(example: Example) -> dict[str, Json]:
    return {**_alpaca(example), "kto_tag": example.label}


def _labelled(example: Example) -> dict[str, Json]:
    return {
        "prompt": [_chat("user", example.prompt)],
        "completion": [_chat("assistant", example.answer)],
        "label": example.label,
    }


def _seq2seq(example: Example) -> dict[str, Json]:
    suffix = student_suffix(example.task)
    asked = f"{example.prompt}\n{suffix}" if suffix else example.prompt
    return {"input": asked, "target": example.answer, "task": example.task}


RENDER: Mapping[str, Callable[[Example], dict[str, Json]]] = {
    "messages": _messages,
    "prompt-completion": _prompt_completion,
    "alpaca": _alpaca,
    "sharegpt": _sharegpt,
    "llamafactory": _messages,
    "llamafactory-dpo": _alpaca_preference,
    "llamafactory-kto": _alpaca_labelled,
    "axolotl": _messages,
    "openai": _messages,
    "openai-dpo": _openai_preference,
    "dpo": _preference,
    "kto": _labelled,
    "seq2seq": _seq2seq,
}
