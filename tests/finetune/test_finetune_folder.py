"""A folder belongs to one training and one process; a checkpoint that was cut is passed over."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from curate.errors import ConfigError, StoreBusyError, StoreError, UsageError
from finetune.folder import claim, hold_folder, require_same, write_whole
from finetune.launching import LAUNCH_CONFIGS, read_launch_config
from finetune.merging import find_seed
from finetune.processes import require_gpus_to_split
from finetune.training.arguments import per_process
from finetune.training.checkpoints import last_checkpoint, mark_complete


def test_a_second_process_is_refused_and_a_finished_one_gives_the_folder_back(tmp_path: Path) -> None:
    with (
        hold_folder(tmp_path / "out"),
        pytest.raises(StoreBusyError, match="at work in"),
        hold_folder(tmp_path / "out"),
    ):
        pass
    with hold_folder(tmp_path / "out"):
        pass


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be written"), hold_folder(tmp_path / "file" / "out"):
        pass


def test_another_training_is_refused_once_something_was_trained(tmp_path: Path) -> None:
    claim(tmp_path, "settings", "export")
    require_same(tmp_path, "settings", "other")  # nothing stands there yet, so a mistake takes no folder
    (tmp_path / "seed-0" / "checkpoints").mkdir(parents=True)
    require_same(tmp_path, "settings", "export")
    with pytest.raises(UsageError, match="another export"):
        require_same(tmp_path, "settings", "other")
    with pytest.raises(UsageError, match="other settings"):
        require_same(tmp_path, "others", "export")


def test_a_cut_checkpoint_is_passed_over(tmp_path: Path) -> None:
    for step in (4, 8, 12):
        folder = tmp_path / f"checkpoint-{step}"
        folder.mkdir()
        (folder / "model.safetensors").write_bytes(b"weights")
        if step < 12:  # killed before the marker
            mark_complete(folder)
    assert last_checkpoint(tmp_path) == tmp_path / "checkpoint-8"
    (tmp_path / "checkpoint-8" / "model.safetensors").write_bytes(b"weig")
    assert last_checkpoint(tmp_path) == tmp_path / "checkpoint-4"


def test_what_cannot_be_merged_is_said_before_anything_is_loaded(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no finished training"):
        find_seed(tmp_path, None)
    for seed, kind in ((0, "adapter"), (3, "model")):
        weights = tmp_path / f"seed-{seed}" / kind
        weights.mkdir(parents=True)
        (weights / "adapter_config.json").touch()
        (tmp_path / f"seed-{seed}" / "result.json").touch()
    assert find_seed(tmp_path, None) == find_seed(tmp_path, 0) == 0
    with pytest.raises(UsageError, match="trained in full"):
        find_seed(tmp_path, 3)
    with pytest.raises(UsageError, match="seed 7 was not trained"):
        find_seed(tmp_path, 7)


def test_a_file_is_written_whole(tmp_path: Path) -> None:
    write_whole(tmp_path / "result.json", "{}")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("result.json", "{}")]


@pytest.mark.parametrize(
    ("given", "expected"), [((8, 2, 2), (8, 1)), ((16, 1, 4), (4, 1)), ((6, 4, 1), (6, 4))]
)
def test_a_step_has_the_same_rows_on_any_number_of_processes(
    given: tuple[int, int, int], expected: tuple[int, int]
) -> None:
    assert per_process(*given) == expected


def test_rows_that_cannot_be_divided_are_refused() -> None:
    with pytest.raises(ConfigError, match="divided over 3"):
        per_process(8, 2, 3)


@pytest.mark.parametrize("name", ["ACCELERATE_USE_FSDP", "ACCELERATE_USE_DEEPSPEED"])
def test_a_split_that_a_cpu_would_not_do_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    require_gpus_to_split(has_gpu=False)
    monkeypatch.setenv(name, "true")
    require_gpus_to_split(has_gpu=True)
    with pytest.raises(ConfigError, match="on GPUs only"):
        require_gpus_to_split(has_gpu=False)


@pytest.mark.parametrize("name", LAUNCH_CONFIGS)
def test_every_launch_configuration_is_one_that_accelerate_knows(name: str, tmp_path: Path) -> None:
    config_args = pytest.importorskip("accelerate.commands.config.config_args")
    path = tmp_path / "config.yaml"
    path.write_text(read_launch_config(name), encoding="utf-8")
    assert config_args.load_config_from_file(str(path)).num_processes == 2
    assert yaml.safe_load(path.read_text())["mixed_precision"] == "no"
