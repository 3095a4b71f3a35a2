"""A student made here: a small Qwen3 (or T5) from a config with a tokenizer of its own. No download.

It serves the laptop preset, the tests and the benchmarks. In: texts to learn the tokenizer from, and a seed.
Out: a folder that transformers loads like any other model. It knows nothing: what it can do after training,
it learned there. The sizes are those that were measured to learn four-step word problems on one core.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_CHAT = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)
_SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]


@dataclass(frozen=True, slots=True)
class TinyShape:
    """Sizes of a tiny student; the default has 0.9 million parameters."""

    n_layers: int = 4
    hidden: int = 128
    n_heads: int = 4
    vocabulary: int = 512
    max_length: int = 1024


def make_tiny_student(
    out: Path,
    texts: Iterable[str],
    *,
    shape: TinyShape | None = None,
    seed: int = 0,
    is_seq2seq: bool = False,
) -> Path:
    """Write a tokenizer trained on `texts` and a model with random weights to a folder; gives the folder.

    The same texts, shape and seed write the same weights.
    """
    import torch

    shape = shape or TinyShape()
    out.mkdir(parents=True, exist_ok=True)
    tokenizer = train_tokenizer(texts, shape.vocabulary, is_seq2seq=is_seq2seq)
    torch.manual_seed(seed)
    model = _new_t5(shape, tokenizer) if is_seq2seq else _new_qwen3(shape, tokenizer)
    model.save_pretrained(out)
    tokenizer.save_pretrained(out)
    return out


def train_tokenizer(texts: Iterable[str], vocabulary: int, *, is_seq2seq: bool = False) -> Any:
    """Train a byte-level BPE with digits apart, so that arithmetic is not hidden in merged numbers."""
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r"\d"), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    bpe.decoder = decoders.ByteLevel()
    special = ["<pad>", "</s>"] if is_seq2seq else _SPECIAL
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=special,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    bpe.train_from_iterator(texts, trainer)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=bpe,
        eos_token="</s>" if is_seq2seq else "<|im_end|>",
        pad_token="<pad>" if is_seq2seq else "<|endoftext|>",
        additional_special_tokens=[] if is_seq2seq else ["<|im_start|>"],
        model_input_names=["input_ids", "attention_mask"],
    )
    if not is_seq2seq:
        tokenizer.chat_template = _CHAT
    return tokenizer


def _new_qwen3(shape: TinyShape, tokenizer: Any) -> Any:
    from transformers import Qwen3Config, Qwen3ForCausalLM

    config = Qwen3Config(
        vocab_size=len(tokenizer),
        hidden_size=shape.hidden,
        intermediate_size=3 * shape.hidden,
        num_hidden_layers=shape.n_layers,
        num_attention_heads=shape.n_heads,
        num_key_value_heads=shape.n_heads // 2,
        head_dim=shape.hidden // shape.n_heads,
        max_position_embeddings=shape.max_length,
        tie_word_embeddings=True,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=None,
    )
    return Qwen3ForCausalLM(config)


def _new_t5(shape: TinyShape, tokenizer: Any) -> Any:
    from transformers import T5Config, T5ForConditionalGeneration

    config = T5Config(
        vocab_size=len(tokenizer),
        d_model=shape.hidden,
        d_kv=shape.hidden // shape.n_heads,
        d_ff=2 * shape.hidden,
        num_layers=shape.n_layers - 1,
        num_decoder_layers=shape.n_layers - 1,
        num_heads=shape.n_heads,
        feed_forward_proj="gated-gelu",
        pad_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id,
        decoder_start_token_id=tokenizer.pad_token_id,
    )
    return T5ForConditionalGeneration(config)
