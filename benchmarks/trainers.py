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
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from curate.export import ExportRow, ManifestBase, write_export
from curate.types import TraceFormat


def main() -> int:
    if importlib.util.find_spec("torchaudio") is None:
        sys.modules["torchaudio"] = types.ModuleType("torchaudio")
        sys.modules["torchaudio"].__spec__ = importlib.machinery.ModuleSpec("torchaudio", None)
    with tempfile.TemporaryDirectory() as folder:
        return sum(not tried(name, check, Path(folder) / name) for name, check in CHECKS.items())


def tried(name: str, check: Callable[[Path], str], out: Path) -> bool:
    """Export for a trainer and let its own code read it."""
    if importlib.util.find_spec(name.partition("-")[0]) is None:
        print(f"{name}: not installed")
        return False
    rows = [row_of(n, right=name != "llamafactory-kto" or n % 2 == 0) for n in range(20)]
    if name == "llamafactory-dpo":
        rows = [replace(row, rejected=row_of(n, right=False)) for n, row in enumerate(rows)]
    base = ManifestBase("inputs", "policy", "verified")
    write_export(rows, format=name, out=out, seed=0, manifest_base=base)  # type: ignore[arg-type]
    print(f"{name}: {check(out)}")
    return True


def row_of(n: int, *, right: bool) -> ExportRow:
    text = f"The answer is {n + 1 if right else n}."
    name = f"t{n}" if right else f"w{n}"
    return ExportRow(name, f"p{n}", f"How much is {n} + 1?", text, TraceFormat.COT, "ours", label=right)


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
        asked = row["messages"][0]["content"] if "messages" in row else row["instruction"]
        assert read["_prompt"][0]["content"].strip() == asked
        assert [one["content"] for one in read["_response"]] == responses(row)
    kinds = (DataArguments, FinetuningArguments, ModelArguments, Seq2SeqTrainingArguments)
    known = {field.name for kind in kinds for field in dataclasses.fields(kind)}
    files = [out / "train.yaml", *sorted((out / "train").glob("*.yaml"))]
    for file in files:
        config = yaml.safe_load(file.read_text())
        assert config.keys() <= known, (file.name, config.keys() - known)
        assert config["template"] in TEMPLATES, (file.name, config["template"])
    return f"{len(rows)} rows read back, {len(files)} training files with known keys and templates"


def responses(row: dict[str, Any]) -> list[str]:
    """Give what LLaMA-Factory makes of a row: an answer, a pair, or an answer with its place for a label."""
    if "chosen" in row:
        return [row["chosen"], row["rejected"]]
    if "kto_tag" in row:
        return [row["output"], ""] if row["kto_tag"] else ["", row["output"]]
    return [row["messages"][1]["content"]]


def check_axolotl(out: Path) -> str:
    from axolotl.utils.schemas.config import AxolotlInputConfig

    config = AxolotlInputConfig(**yaml.safe_load((out / "axolotl.yaml").read_text()))
    [stanza] = config.datasets
    assert (out / stanza.path).is_file()
    return f"configuration valid, rows of type {stanza.type} in {stanza.path}"


CHECKS = {
    "llamafactory": check_llamafactory,
    "llamafactory-dpo": check_llamafactory,
    "llamafactory-kto": check_llamafactory,
    "axolotl": check_axolotl,
}


if __name__ == "__main__":
    sys.exit(main())
