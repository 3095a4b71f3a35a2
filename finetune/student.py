"""Load a student: tokenizer, template and model at one rung of the numerics ladder.

In: a hub id or folder, and a rung. Out: plain transformers objects. Nothing is chosen in silence: the dtype
and the attention kernel are those of the rung, and the end token that training teaches is one that generation
stops at.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from curate.errors import MissingError, UsageError
from curate.training_sections import Rung
from finetune.processes import is_sharded


@dataclass(frozen=True, slots=True)
class Numerics:
    """What a rung means: 4-bit base or not, dtype of the computation, attention kernel."""

    rung: Rung
    dtype: Literal["bfloat16", "float32"]
    attention: Literal["sdpa", "eager"]
    is_quantised: bool = False


RUNGS: tuple[Numerics, ...] = (
    Numerics("nf4-bf16-sdpa", "bfloat16", "sdpa", is_quantised=True),
    Numerics("bf16-sdpa", "bfloat16", "sdpa"),
    Numerics("bf16-eager", "bfloat16", "eager"),
    Numerics("fp32-sdpa", "float32", "sdpa"),
    Numerics("fp32-eager", "float32", "eager"),
)


def find_rung(name: str) -> Numerics:
    """Find a rung of the ladder by name.

    Raises:
        UsageError: when there is none of that name; `auto` is no rung.
    """
    for numerics in RUNGS:
        if numerics.rung == name:
            return numerics
    raise UsageError(
        f"there is no numerics rung {name!r}", "rungs are " + ", ".join(numerics.rung for numerics in RUNGS)
    )


def load_tokenizer(student: str) -> Any:
    """Load a tokenizer; one without a pad token pads with its end token.

    Raises:
        MissingError: when the student is neither a folder nor reachable.
    """
    from transformers import AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(student)
    except (OSError, ValueError) as error:
        raise missing_student(student, error, "its tokenizer") from None
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    tokenizer.padding_side = "right"
    return tokenizer


def load_model(student: str, numerics: Numerics, *, is_seq2seq: bool = False) -> Any:
    """Load a model at a rung, on the first GPU if there is one, else on the CPU; 4-bit weights stay there.

    Raises:
        MissingError: when the student is neither a folder nor reachable, its weights are torn, or they do not
            fit in memory.
    """
    import torch
    from safetensors import SafetensorError
    from transformers import AutoModelForCausalLM, AutoModelForSeq2SeqLM

    kind = AutoModelForSeq2SeqLM if is_seq2seq else AutoModelForCausalLM
    options: dict[str, Any] = {"dtype": getattr(torch, numerics.dtype)}
    if not is_seq2seq:
        options["attn_implementation"] = numerics.attention
    if numerics.is_quantised:
        options["quantization_config"] = nf4_config(numerics)
        options["device_map"] = {"": local_device()}
    try:
        model = kind.from_pretrained(student, **options)
        # a sharded training places the parts itself; a whole copy on each device is what it is there to avoid
        return model if numerics.is_quantised or is_sharded() else model.to(local_device())
    except (OSError, ValueError, SafetensorError) as error:
        raise missing_student(student, error, "its weights") from None
    except (RuntimeError, MemoryError) as error:
        if is_out_of_memory(error):
            raise out_of_memory(f"loading {student}", error) from None
        raise missing_student(student, error, "its weights") from None


def is_out_of_memory(error: BaseException) -> bool:
    """Say whether an error of torch means that memory ran out; on a CPU only its text says so."""
    import torch

    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and "allocate memory" in str(error)


def out_of_memory(doing: str, error: BaseException) -> MissingError:
    """Say where memory ran out, and what makes a training smaller."""
    return MissingError(
        f"memory ran out while {doing}: {_first_line(error)}",
        "a smaller finetune.batch_size with more accumulation, checkpointing: true, a smaller max_length, "
        "method: qlora, or a smaller student; a training goes on from its last checkpoint",
    )


def nf4_config(numerics: Numerics) -> Any:
    """Give the 4-bit settings of QLoRA: NF4 with double quantisation, computing in the rung's dtype."""
    import torch
    from transformers import BitsAndBytesConfig

    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=getattr(torch, numerics.dtype),
    )


def local_device() -> str:
    """Give this process's device: the GPU of its rank, or the CPU."""
    import os

    import torch

    return f"cuda:{os.environ.get('LOCAL_RANK', '0')}" if torch.cuda.is_available() else "cpu"


def end_ids(model: Any, tokenizer: Any) -> set[int]:
    """Give the token ids at which generation stops."""
    said = model.generation_config.eos_token_id
    found = set(said) if isinstance(said, list | tuple) else {said}
    return {int(token) for token in {*found, tokenizer.eos_token_id} if token is not None}


def align_end_token(model: Any, end_id: int) -> bool:
    """Make generation stop at the end token that training teaches; says whether it had to be added.

    A base model trained on a chat template otherwise never stops: its config names another end token.
    """
    said = model.generation_config.eos_token_id
    known = list(said) if isinstance(said, list | tuple) else [said] if said is not None else []
    if end_id in known:
        return False
    model.generation_config.eos_token_id = [*known, end_id]
    return True


def missing_student(student: str, error: Exception, what: str = "") -> MissingError:
    """Say that a student cannot be had, or what of it, with the first line of what the library said."""
    remedy = (
        f"{student} exists but holds no complete model: config.json, weights and tokenizer are needed, whole"
        if Path(student).exists()
        else "name a folder with a model, `tiny`, or, with network, a hub id (gated ones need HF_TOKEN)"
    )
    part = f", {what}," if what else ""
    return MissingError(f"the student {student!r}{part} cannot be loaded: {_first_line(error)}", remedy)


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:200].rstrip(" :") if lines else type(error).__name__
