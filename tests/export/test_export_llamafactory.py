"""The files beside preference rows say what LLaMA-Factory's loader asks: columns that the rows have."""

from __future__ import annotations

import json

import pytest
import yaml

from curate.export import ExportFormat
from curate.export.shapes import RENDER, Example
from curate.export.trainers import side_files

# The keys of its data/README.md; of an alpaca data set, `columns` name columns of the rows.
KNOWN_COLUMNS = {
    "prompt", "query", "response", "history", "messages", "system", "tools", "images", "chosen", "rejected",
    "kto_tag",
}  # fmt: skip
KNOWN_KEYS = {"file_name", "formatting", "ranking", "subset", "folder", "columns", "tags"}


@pytest.mark.parametrize("format", ["llamafactory", "llamafactory-dpo", "llamafactory-kto"])
def test_the_data_set_file_names_columns_that_the_rows_have(format: ExportFormat) -> None:
    info = json.loads(side_files(format)["dataset_info.json"])["tracemill"]
    row = RENDER[format](Example("2 + 2?", "4", "5", label=True))
    assert info.keys() <= KNOWN_KEYS and info["columns"].keys() <= KNOWN_COLUMNS
    assert set(info["columns"].values()) == set(row)


def test_preferences_are_ranked_and_labels_are_tagged() -> None:
    pairs = json.loads(side_files("llamafactory-dpo")["dataset_info.json"])["tracemill"]
    labels = json.loads(side_files("llamafactory-kto")["dataset_info.json"])["tracemill"]
    assert pairs["ranking"] is True and {"chosen", "rejected"} <= pairs["columns"].keys()
    assert "ranking" not in labels and labels["columns"]["kto_tag"] == "kto_tag"


@pytest.mark.parametrize(("format", "stage"), [("llamafactory-dpo", "dpo"), ("llamafactory-kto", "kto")])
def test_the_training_file_starts_the_stage_of_the_rows(format: ExportFormat, stage: str) -> None:
    train = yaml.safe_load(side_files(format)["train.yaml"])
    assert (train["stage"], train["pref_beta"], train["dataset"]) == (stage, 0.1, "tracemill")
    assert train["learning_rate"] == 5e-6
