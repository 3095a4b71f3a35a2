"""Load a student: tokenizer and model at one rung of the numerics. Nothing is chosen in silence.

`auto` means: bf16 on a GPU, fp32 on a CPU, where 4-bit weights or an adapter's own rung do not say otherwise.
The hash of the weights goes into every key, so that other weights never share an answer.
"""

from __future__ import annotations

import hashlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curate.errors import MissingError
from evaluate.local.students import Student

_NEEDED = ("torch", "transformers")
_HASHED = (".safetensors", ".bin", "config.json", "tokenizer.json", "adapter_config.json")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A student that can write: `rung` is the one it runs at, `end_ids` stop it."""

    model: Any
    tokenizer: Any
    rung: str
    is_seq2seq: bool
    end_ids: tuple[int, ...]
    context: int | None
    weights_id: str


def require_stack() -> None:
    """See that the libraries of local students are installed.

    Raises:
        MissingError: naming what is missing.
    """
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise MissingError(
            f"a local student needs {' and '.join(missing)}, not installed here",
            "pip install 'tracemill[train]', or measure an endpoint (evaluate.endpoint)",
        )


def load_student(student: Student, threads: int | None) -> Loaded:
    """Load weights and tokenizer.

    Raises:
        MissingError: when the student is neither a folder with a model nor reachable, or memory is short.
    """
    require_stack()
    import torch
    from transformers import AutoConfig, AutoTokenizer

    if threads is not None or not torch.cuda.is_available():
        # more threads than free cores cost several times the wall time: OpenMP waits at every barrier
        torch.set_num_threads(threads or 1)
    try:
        config = AutoConfig.from_pretrained(student.base)
        tokenizer = AutoTokenizer.from_pretrained(_tokenizer_of(student))
    except (OSError, ValueError) as error:
        raise _missing(student, error) from None
    rung = resolve_rung(student.rung)
    is_seq2seq = bool(getattr(config, "is_encoder_decoder", False))
    model = _load_model(student, rung, is_seq2seq)
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return Loaded(
        model,
        tokenizer,
        rung,
        is_seq2seq,
        _end_ids(model, tokenizer),
        None if is_seq2seq else getattr(config, "max_position_embeddings", None),
        weights_id(student),
    )


def resolve_rung(rung: str) -> str:
    """Give the rung that `auto` means on this machine."""
    import torch

    if rung != "auto":
        return rung
    return "bf16-sdpa" if torch.cuda.is_available() else "fp32-sdpa"


def _load_model(student: Student, rung: str, is_seq2seq: bool) -> Any:
    import torch
    from transformers import AutoModelForCausalLM, AutoModelForSeq2SeqLM, BitsAndBytesConfig

    dtype = torch.float32 if rung.startswith("fp32") else torch.bfloat16
    device = "cuda:0" if torch.cuda.is_available() else "cpu"
    options: dict[str, Any] = {"dtype": dtype}
    if not is_seq2seq:
        options["attn_implementation"] = "eager" if rung.endswith("eager") else "sdpa"
    if rung.startswith("nf4"):
        options["device_map"] = {"": device}
        options["quantization_config"] = BitsAndBytesConfig(
            load_in_4bit=True,
            bnb_4bit_quant_type="nf4",
            bnb_4bit_use_double_quant=True,
            bnb_4bit_compute_dtype=dtype,
        )
    kind = AutoModelForSeq2SeqLM if is_seq2seq else AutoModelForCausalLM
    try:
        model = kind.from_pretrained(student.base, **options)
        if not rung.startswith("nf4"):
            model = model.to(device)
    except (OSError, ValueError) as error:
        raise _missing(student, error) from None
    except torch.OutOfMemoryError:
        raise MissingError(
            f"the GPU has no room for {student.base} at {rung}", "set evaluate.numerics to nf4-bf16-sdpa"
        ) from None
    if student.adapter is not None:
        model = _with_adapter(model, student.adapter)
    return model.eval()


def _with_adapter(model: Any, adapter: Path) -> Any:
    if importlib.util.find_spec("peft") is None:
        raise MissingError("an adapter needs peft, not installed here", "pip install 'tracemill[train]'")
    from peft import PeftModel

    return PeftModel.from_pretrained(model, str(adapter))


def _tokenizer_of(student: Student) -> str:
    """Take the tokenizer that was saved beside the adapter, which may have gained a template."""
    if student.adapter is not None and (student.adapter / "tokenizer.json").is_file():
        return str(student.adapter)
    return student.base


def _end_ids(model: Any, tokenizer: Any) -> tuple[int, ...]:
    said = model.generation_config.eos_token_id
    found = set(said) if isinstance(said, list | tuple) else {said}
    return tuple(sorted(int(token) for token in {*found, tokenizer.eos_token_id} if token is not None))


def weights_id(student: Student) -> str:
    """Hash the files that decide the answers; of a hub id the name and the commit that is cached."""
    digest = hashlib.blake2b(digest_size=16)
    folders = [Path(student.base), *([student.adapter] if student.adapter is not None else [])]
    for folder in folders:
        if not folder.is_dir():
            digest.update(f"{folder}@{_commit_of(str(folder))}".encode())
            continue
        for path in sorted(folder.iterdir()):
            if path.is_file() and path.name.endswith(_HASHED):
                digest.update(path.name.encode())
                with path.open("rb") as file:
                    while block := file.read(1 << 20):
                        digest.update(block)
    return "b2-" + digest.hexdigest()


def _commit_of(hub_id: str) -> str:
    from transformers import AutoConfig

    return str(getattr(AutoConfig.from_pretrained(hub_id), "_commit_hash", None) or "unknown")


def _missing(student: Student, error: Exception) -> MissingError:
    first = str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
    remedy = (
        "config.json, weights and tokenizer are needed there"
        if Path(student.base).is_dir()
        else "name a folder with a model, or, with network, a hub id (gated ones need HF_TOKEN)"
    )
    return MissingError(f"the student {student.base!r} cannot be loaded: {first}", remedy)
