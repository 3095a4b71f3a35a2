"""The three trainers, each given exactly the tokens that were encoded and counted.

`sft` and `dpo` are TRL's; `seq2seq` is that of transformers. No row is cut or tokenised again: the rows carry
ids and labels, and the limits of the trainers are off because longer rows were dropped before. Arguments are
made before a model is loaded: DeepSpeed splits the weights on their way in only if it was set up before.
"""

from __future__ import annotations

from typing import Any

from curate.errors import ConfigError
from finetune.data.encoding import IGNORED, Encoding
from finetune.processes import is_sharded, n_processes
from finetune.student import load_model
from finetune.training.adapters import adapter_config, widen_adapter
from finetune.training.arguments import build_arguments, common_arguments
from finetune.training.plan import TrainPlan
from finetune.training.validation import n_filler_rows, weigh_by_token


def make_trainer(plan: TrainPlan, callbacks: list[Any]) -> Any:
    """Load the student and make the trainer that its objective needs.

    Raises:
        ConfigError: for a 4-bit base that is to be split over devices.
    """
    import torch

    if plan.numerics.is_quantised and is_sharded():
        raise ConfigError(
            "a 4-bit base is not split over devices here: each holds all of it",
            "launch with the configuration `ddp`, or set finetune.method: lora",
        )

    values = common_arguments(plan, has_gpu=torch.cuda.is_available())
    make = {"sft": _make_sft, "dpo": _make_dpo, "seq2seq": _make_seq2seq}[plan.settings.objective]
    trainer = make(plan, values, callbacks)
    widen_adapter(trainer.model)
    return trainer


def _load(plan: TrainPlan) -> Any:
    """Load the base; weights that are trained themselves are held in fp32, computed in the rung's dtype."""
    from dataclasses import replace

    numerics = plan.numerics
    if plan.settings.method == "full":
        numerics = replace(numerics, dtype="float32")
    model = load_model(plan.student, numerics, is_seq2seq=plan.settings.objective == "seq2seq")
    model.config.use_cache = False
    return model


def _make_sft(plan: TrainPlan, values: dict[str, Any], callbacks: list[Any]) -> Any:
    from trl import SFTConfig, SFTTrainer

    is_packed = plan.settings.batching == "pack"
    values |= {
        "max_length": plan.settings.max_length if is_packed else None,
        "packing": is_packed,
        "eval_packing": False,
        "shuffle_dataset": False,
    }
    if is_packed:
        # `wrapped` carries no boundaries between documents; bfd does, and sdpa and eager keep them apart
        values["packing_strategy"] = "bfd"
    arguments = build_arguments(SFTConfig, values)
    validation = _labelled(plan.validation, _n_filler(plan, values))
    trainer = weigh_by_token(SFTTrainer, is_shifted=True)(
        model=_load(plan),
        args=arguments,
        train_dataset=_labelled(plan.train),
        eval_dataset=validation,
        processing_class=plan.tokenizer,
        peft_config=adapter_config(plan.settings),
        callbacks=callbacks,
    )
    trainer.eval_dataset = validation  # where it packs, TRL takes masked rows out, and with them the fillers
    return trainer


def _make_dpo(plan: TrainPlan, values: dict[str, Any], callbacks: list[Any]) -> Any:
    from trl import DPOConfig, DPOTrainer

    class EncodedDPOTrainer(DPOTrainer):  # type: ignore[misc]
        """Takes pairs as ids; TRL's own preparation also trains what a template writes after the end."""

        def _prepare_dataset(self, dataset: Any, *_args: Any, **_options: Any) -> Any:
            return dataset

    # one pair at a time: a mean of batches of one is the mean over pairs, on any number of processes
    values |= {"max_length": None, "beta": plan.settings.dpo_beta, "per_device_eval_batch_size": 1}
    if values["train_sampling_strategy"] == "group_by_length":
        values["train_sampling_strategy"] = "random"  # pairs have no single length to group by
    arguments = build_arguments(DPOConfig, values)
    return EncodedDPOTrainer(
        model=_load(plan),
        args=arguments,
        train_dataset=_pairs(plan.train),
        eval_dataset=_pairs(plan.validation),
        processing_class=plan.tokenizer,
        peft_config=adapter_config(plan.settings),
        callbacks=callbacks,
    )


def _make_seq2seq(plan: TrainPlan, values: dict[str, Any], callbacks: list[Any]) -> Any:
    from transformers import DataCollatorForSeq2Seq, Seq2SeqTrainer, Seq2SeqTrainingArguments

    arguments = build_arguments(Seq2SeqTrainingArguments, values)
    model = _load(plan)
    return weigh_by_token(Seq2SeqTrainer, is_shifted=False)(
        model=model,
        args=arguments,
        train_dataset=_sides(plan.train),
        eval_dataset=_sides(plan.validation, _n_filler(plan, values)),
        processing_class=plan.tokenizer,
        data_collator=DataCollatorForSeq2Seq(plan.tokenizer, model=model),
        callbacks=callbacks,
    )


def _n_filler(plan: TrainPlan, values: dict[str, Any]) -> int:
    return n_filler_rows(len(plan.validation.rows), values["per_device_eval_batch_size"], n_processes())


def _labelled(encoding: Encoding, n_filler: int = 0) -> Any:
    """Give rows for a decoder: ids with the prompt masked in the labels; fillers are masked whole."""
    from datasets import Dataset

    if not encoding.rows:
        return None
    filler = encoding.rows[0].input_ids[:2]
    return Dataset.from_dict(
        {
            "input_ids": [row.input_ids for row in encoding.rows] + [filler] * n_filler,
            "labels": [row.labels for row in encoding.rows] + [[IGNORED] * len(filler)] * n_filler,
        }
    )


def _sides(encoding: Encoding, n_filler: int = 0) -> Any:
    """Give rows for an encoder-decoder: what is read, and what is written; fillers are to write nothing."""
    from datasets import Dataset

    if not encoding.rows:
        return None
    filler = encoding.rows[0].input_ids[:1]
    read = [row.input_ids[: row.n_prompt] for row in encoding.rows] + [filler] * n_filler
    return Dataset.from_dict(
        {
            "input_ids": read,
            "attention_mask": [[1] * len(ids) for ids in read],
            "labels": [row.input_ids[row.n_prompt :] for row in encoding.rows] + [[IGNORED]] * n_filler,
        }
    )


def _pairs(encoding: Encoding) -> Any:
    """Give preference pairs: the prompt's ids, and those of both completions."""
    from datasets import Dataset

    if not encoding.rows:
        return None
    return Dataset.from_dict(
        {
            "prompt_ids": [row.input_ids[: row.n_prompt] for row in encoding.rows],
            "chosen_ids": [row.input_ids[row.n_prompt :] for row in encoding.rows],
            "rejected_ids": [(row.rejected_ids or [])[row.n_prompt :] for row in encoding.rows],
        }
    )
