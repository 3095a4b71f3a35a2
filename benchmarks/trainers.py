"""Whether LLaMA-Factory and axolotl take our exports: `python benchmarks/trainers.py`.

Writes a small export of each and hands it to the trainer's own code: LLaMA-Factory's reader of
`dataset_info.json`, its converter of rows, its list of templates and the fields of its arguments; axolotl's
schema of configurations. Both pin packages that do not go together with ours, so install them without their
dependencies in a folder of their own, beside an environment that has the extra `train`:

    pip install --no-deps --target trainers llamafactory axolotl omegaconf antlr4-python3-runtime fire termcolor
    DISABLE_VERSION_CHECK=1 PYTHONPATH=trainers python benchmarks/trainers.py

No model is loaded and nothing is trained. The variable lets LLaMA-Factory run beside versions that it does not
pin, which changes nothing in how it reads data. torchaudio, which it imports for sound, is stood in for by an
empty module where it is missing.
"""

from __future__ import annotations

import dataclasses
import importlib.machinery
import importlib.util
import json
import sys
import tempfile
import types
from collections.abc import Callable
from pathlib import Path

import yaml

from curate.export import ExportRow, ManifestBase, write_export
from curate.types import TraceFormat


def main() -> int:
    if importlib.util.find_spec("torchaudio") is None:
        sys.modules["torchaudio"] = types.ModuleType("torchaudio")
        sys.modules["torchaudio"].__spec__ = importlib.machinery.ModuleSpec("torchaudio", None)
    with tempfile.TemporaryDirectory() as folder:
        return sum(
            not tried(name, check, Path(folder) / name)
            for name, check in (("llamafactory", check_llamafactory), ("axolotl", check_axolotl))
        )


def tried(name: str, check: Callable[[Path], str], out: Path) -> bool:
    """Export for a trainer and let its own code read it."""
    if importlib.util.find_spec(name) is None:
        print(f"{name}: not installed")
        return False
    rows = [
        ExportRow(
            f"t{n}", f"p{n}", f"How much is {n} + 1?", f"The answer is {n + 1}.", TraceFormat.COT, "ours"
        )
        for n in range(20)
    ]
    base = ManifestBase("inputs", "policy", "verified")
    write_export(rows, format=name, out=out, seed=0, manifest_base=base)  # type: ignore[arg-type]
    print(f"{name}: {check(out)}")
    return True


def check_llamafactory(out: Path) -> str:
    from llamafactory.data.converter import get_dataset_converter
    from llamafactory.data.parser import get_dataset_list
    from llamafactory.data.template import TEMPLATES
    from llamafactory.hparams import DataArguments, FinetuningArguments, ModelArguments
    from transformers import Seq2SeqTrainingArguments

    [attributes] = get_dataset_list(["tracemill"], str(out))
    convert = get_dataset_converter(attributes.formatting, attributes, DataArguments())
    rows = [json.loads(line) for line in (out / attributes.dataset_name).read_text().splitlines()]
    for row in rows:
        read = convert(row)
        assert read["_prompt"][0]["content"] == row["messages"][0]["content"]
        assert read["_response"][0]["content"] == row["messages"][1]["content"]
    kinds = (DataArguments, FinetuningArguments, ModelArguments, Seq2SeqTrainingArguments)
    known = {field.name for kind in kinds for field in dataclasses.fields(kind)}
    files = [out / "train.yaml", *sorted((out / "train").glob("*.yaml"))]
    for file in files:
        config = yaml.safe_load(file.read_text())
        assert config.keys() <= known, (file.name, config.keys() - known)
        assert config["template"] in TEMPLATES, (file.name, config["template"])
    return f"{len(rows)} rows read back, {len(files)} training files with known keys and templates"


def check_axolotl(out: Path) -> str:
    from axolotl.utils.schemas.config import AxolotlInputConfig

    config = AxolotlInputConfig(**yaml.safe_load((out / "axolotl.yaml").read_text()))
    [stanza] = config.datasets
    assert (out / stanza.path).is_file()
    return f"configuration valid, rows of type {stanza.type} in {stanza.path}"


if __name__ == "__main__":
    sys.exit(main())
