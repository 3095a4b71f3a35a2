"""The dataset card: README.md with the front matter that the hub and `datasets` read, and a page for people.

It says where every row comes from, under which licence, what was filtered, and what the corpus is not.
"""

from __future__ import annotations

from collections.abc import Mapping

import yaml

from curate.export.manifest import LINEAGE, MANIFEST, ManifestBase
from curate.export.parquet import COLUMNS, split_path
from curate.export.tally import NOT_STATED, Tally

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"),
          (10_000_000, "1M<n<10M"))  # fmt: skip
_HUB_LICENCES = {
    "mit": "mit",
    "apache-2.0": "apache-2.0",
    "apache 2.0": "apache-2.0",
    "cc-by-4.0": "cc-by-4.0",
    "cc by 4.0": "cc-by-4.0",
    "cc-by-sa-4.0": "cc-by-sa-4.0",
    "cc by-sa 4.0": "cc-by-sa-4.0",
    "cc-by-nc-4.0": "cc-by-nc-4.0",
    "cc by-nc 4.0": "cc-by-nc-4.0",
    "bsd-2-clause": "bsd-2-clause",
    "cc0-1.0": "cc0-1.0",
}


def card(base: ManifestBase, tally: Tally, splits: Mapping[str, tuple[int, int]]) -> str:
    """Write the card. `splits` gives rows and bytes of each split."""
    front = yaml.safe_dump(_front(tally, splits), sort_keys=False, allow_unicode=True)
    return f"---\n{front}---\n\n{_page(base, tally, splits)}"


def _front(tally: Tally, splits: Mapping[str, tuple[int, int]]) -> dict[str, object]:
    n_bytes = sum(size for _, size in splits.values())
    return {
        "pretty_name": "Verified reasoning traces",
        "license": _licence(tally),
        "language": ["en"],
        "task_categories": ["text-generation", "question-answering"],
        "tags": ["reasoning", "distillation", "math", "tracemill"],
        "size_categories": [next((name for most, name in _SIZES if tally.n_rows < most), "10M<n<100M")],
        "configs": [
            {
                "config_name": "default",
                "data_files": [{"split": name, "path": split_path(name)} for name in splits],
            }
        ],
        "dataset_info": {
            "features": [_feature(name) for name in COLUMNS],
            "splits": [
                {"name": name, "num_bytes": size, "num_examples": rows}
                for name, (rows, size) in splits.items()
            ],
            "download_size": n_bytes,
            "dataset_size": n_bytes,
        },
    }


def _feature(name: str) -> dict[str, object]:
    if name == "messages":
        parts = [{"name": part, "dtype": "string"} for part in ("role", "content")]
        return {"name": name, "list": parts}
    return {"name": name, "dtype": "int32" if name == "granularity" else "string"}


def _licence(tally: Tally) -> str:
    """Name one licence for the whole only when all sources share a known one."""
    found = {_HUB_LICENCES.get(licence.lower()) for licence in tally.licences.values()}
    return (found.pop() or "other") if len(found) == 1 else "other"


def _page(base: ManifestBase, tally: Tally, splits: Mapping[str, tuple[int, int]]) -> str:
    rows = "\n".join(
        f"| {_cell(source)} | {n} | {_cell(tally.licences[source])} |"
        for source, n in tally.rows_by("source").items()
    )
    split_rows = "\n".join(f"| {name} | {n_rows} |" for name, (n_rows, _) in splits.items())
    return f"""# Verified reasoning traces

{tally.n_rows} traces on {tally.n_problems} problems, made by teacher models, checked, filtered and written
by tracemill.

| split | rows |
| --- | --- |
{split_rows}

No problem stands in two splits, and no near-copy of one where the store had compared them.

## Where the rows come from

| source of the problems | rows | licence |
| --- | --- | --- |
{rows}

"{NOT_STATED}" means that the source gave no licence to record: find it out before you share the data.
Teachers: {_listed(tally, "teacher")}. The terms of a teacher's vendor may limit what its answers can be
used for.

## What was filtered

Policy `{base.policy}` ({base.policy_id}) kept {base.n_kept} of {base.n_traces} traces. Its rules, in order:
{_rules(base)}.
Decontaminated against: {", ".join(base.benchmarks) or "nothing"}.

## What is in a row

Formats of reasoning: {_listed(tally, "format")}. Granularity asked for: {_listed(tally, "granularity")}.
`messages` holds the plain question and the trace; `gold` the answer it was checked against.

## Limits

A check of the final answer says nothing about each step: a right answer can follow from wrong reasoning.
Checks that could not decide are not counted as right. `{LINEAGE}` leads every row back to its request or
import, `{MANIFEST}` holds the hash of each file, the rules with their parameters, and the counts.
"""


def _rules(base: ManifestBase) -> str:
    return ", ".join(f"`{rule['name']}`" for rule in base.rules) or "none"


def _listed(tally: Tally, name: str) -> str:
    return ", ".join(f"{_cell(value or NOT_STATED)} ({n})" for value, n in tally.rows_by(name).items())


def _cell(text: str) -> str:
    """Keep a name inside its cell, whatever it holds."""
    return " ".join(text.replace("|", "\\|").replace("<", "&lt;").split())
