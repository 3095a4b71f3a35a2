"""A written export is complete, repeatable and traceable, or it is not there at all."""

from __future__ import annotations

import errno
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
import yaml

from curate.errors import IncompleteError, InputError, UsageError
from curate.export import ExportFormat, ExportRow, ManifestBase, read_export, verify_export, write_export
from curate.export.folder import new_folder
from curate.ids import text_key
from curate.types import TraceFormat

FORMATS = get_args(ExportFormat)
BASE = ManifestBase(
    "b2-inputs",
    "b2-policy",
    "verified",
    ({"name": "refusal", "params": {}},),
    ("gsm8k@1a2b",),
    {"parser": "1"},
    99,
    60,
)


def make_rows(count: int = 60) -> list[ExportRow]:
    return [
        ExportRow(
            f"t{n}", f"p{n // 2}", f"How much is {n // 2} + 1?", f"A <b>sum</b>: é{n}.\nThe answer is {n}.",
            TraceFormat.COT, "ours" if n % 3 else "theirs", gold=str(n), licence="MIT" if n % 3 else "",
            teacher="small", granularity=3, request_id=f"r{n}",
            rejected=ExportRow(f"x{n}", f"p{n // 2}", "q", "The answer is 0.", TraceFormat.COT, "ours"),
        )
        for n in range(count)
    ]  # fmt: skip


def write(out: Path, format: ExportFormat, rows: list[ExportRow] | None = None, seed: int = 0) -> None:
    found = make_rows() if rows is None else rows
    write_export(found, format=format, out=out, seed=seed, manifest_base=BASE)


def id_of(out: Path) -> str:
    found = read_export(out)
    assert found is not None
    return found.export_id


def read_tree(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_rows_write_the_same_bytes(tmp_path: Path, format: ExportFormat) -> None:
    write(tmp_path / "a", format)
    write(tmp_path / "b", format)
    assert read_tree(tmp_path / "a") == read_tree(tmp_path / "b")


@pytest.mark.parametrize("format", FORMATS)
def test_the_manifest_fits_the_files_until_one_byte_changes(tmp_path: Path, format: ExportFormat) -> None:
    out = tmp_path / "out"
    result = write_export(make_rows(), format=format, out=out, seed=0, manifest_base=BASE)
    assert verify_export(out).is_whole
    assert read_export(out) == result
    data = out / ("data/train-00000-of-00001.parquet" if format == "hf" else "train.jsonl")
    content = bytearray(data.read_bytes())
    content[50] ^= 1
    data.write_bytes(content)
    (out / "extra.txt").write_text("x")
    (out / "lineage.jsonl").unlink()
    faults = "\n".join(verify_export(out).faults)
    assert (
        "changed" in faults
        and "extra.txt: not in the manifest" in faults
        and "lineage.jsonl: missing" in faults
    )


def test_every_row_leads_back_to_its_request_or_import(tmp_path: Path) -> None:
    rows = [
        *make_rows(3),
        ExportRow("i", "p9", "q", "a", TraceFormat.COT, "web", origin="imported", origin_id="7"),
    ]
    write(tmp_path / "out", "messages", rows)
    found = lines(tmp_path / "out/lineage.jsonl")
    assert [(row["file"], row["row"], row["trace_id"]) for row in found] == [
        ("train.jsonl", 0, "t0"), ("train.jsonl", 1, "t1"), ("train.jsonl", 2, "t2"), ("train.jsonl", 3, "i")
    ]  # fmt: skip
    assert found[0]["request_id"] == "r0" and found[3]["request_id"] is None
    assert (found[3]["origin"], found[3]["source"], found[3]["origin_id"]) == ("imported", "web", "7")
    assert found[0]["rejected"] == {**found[0]["rejected"], "trace_id": "x0"}  # type: ignore[dict-item]


def test_texts_are_not_escaped(tmp_path: Path) -> None:
    write(tmp_path / "out", "alpaca")
    assert "A <b>sum</b>: é0." in (tmp_path / "out/train.jsonl").read_text(encoding="utf-8")


def test_the_manifest_counts_rows_and_names_licences(tmp_path: Path) -> None:
    write(tmp_path / "out", "openai", [*make_rows(6), ExportRow("e", "p", "q", " ", TraceFormat.COT, "ours")])
    manifest = json.loads((tmp_path / "out/manifest.json").read_text())
    counts = manifest["counts"]
    assert (counts["rows"], counts["problems"], counts["left_out_empty"]) == (6, 3, 1)
    assert (counts["traces"], counts["kept"]) == (99, 60)
    assert manifest["licences"] == {"ours": "MIT", "theirs": "not stated"}
    assert manifest["policy"]["benchmarks"] == ["gsm8k@1a2b"]
    assert manifest["settings"] == {"format": "openai", "reasoning": "inline", "seed": 0}
    assert id_of(tmp_path / "out") == manifest["export_id"]


def test_seed_format_and_reasoning_are_in_the_id(tmp_path: Path) -> None:
    write(tmp_path / "a", "openai")
    write(tmp_path / "b", "openai", seed=1)
    write(tmp_path / "c", "messages")
    assert len({id_of(tmp_path / name) for name in "abc"}) == 3


def test_llamafactory_finds_its_files(tmp_path: Path) -> None:
    write(tmp_path / "out", "llamafactory")
    info = json.loads((tmp_path / "out/dataset_info.json").read_text())["tracemill"]
    assert (tmp_path / "out" / info["file_name"]).is_file()
    assert info["formatting"] == "sharegpt" and info["columns"] == {"messages": "messages"}
    assert info["tags"]["role_tag"] == "role" and info["tags"]["assistant_tag"] == "assistant"
    train = yaml.safe_load((tmp_path / "out/train.yaml").read_text())
    assert train["dataset"] == "tracemill" and train["stage"] == "sft" and train["learning_rate"] == 5e-5


def test_axolotl_finds_its_files(tmp_path: Path) -> None:
    write(tmp_path / "out", "axolotl")
    config = yaml.safe_load((tmp_path / "out/axolotl.yaml").read_text())
    [stanza] = config["datasets"]
    assert (tmp_path / "out" / stanza["path"]).is_file()
    assert stanza["type"] == "chat_template" and stanza["field_messages"] == "messages"


def test_no_problem_stands_in_two_splits_of_a_data_set_folder(tmp_path: Path) -> None:
    import pyarrow.parquet

    write(tmp_path / "out", "hf", make_rows(400))
    sides = {
        path.name.split("-")[0]: set(pyarrow.parquet.read_table(path)["problem_id"].to_pylist())
        for path in (tmp_path / "out/data").iterdir()
    }
    assert set(sides) == {"train", "test"} and not sides["train"] & sides["test"]
    assert len(sides["train"]) > 5 * len(sides["test"])
    places = lines(tmp_path / "out/lineage.jsonl")
    table = pyarrow.parquet.read_table(tmp_path / "out/data/test-00000-of-00001.parquet")
    expected = [row["trace_id"] for row in places if "test" in str(row["file"])]
    assert table["trace_id"].to_pylist() == expected


def test_one_question_under_two_sources_falls_on_one_side(tmp_path: Path) -> None:
    rows = [
        ExportRow(f"{source}{n}", f"{source}{n}", question.format(n=n), "a", TraceFormat.COT, source)
        for n in range(100)
        for source, question in (("one", "How much is {n}?"), ("other", "how much  IS {n} ?"))
    ]
    write(tmp_path / "out", "hf", rows)
    assert {side["one"] == side["other"] for side in sides(tmp_path / "out").values()} == {True}


def test_near_copies_that_the_caller_names_fall_on_one_side(tmp_path: Path) -> None:
    rows = [
        ExportRow(f"{source}{n}", f"{source}{n}", question.format(n=n), "a", TraceFormat.COT, source)
        for n in range(100)
        for source, question in (("one", "How much is {n}?"), ("other", "What does {n} come to?"))
    ]
    groups = {text_key(f"What does {n} come to?"): text_key(f"How much is {n}?") for n in range(100)}
    for name, given in (("apart", {}), ("together", groups)):
        out = tmp_path / name
        write_export(rows, format="hf", out=out, seed=0, manifest_base=BASE, split_groups=given)
    assert any(side["one"] != side["other"] for side in sides(tmp_path / "apart").values())
    assert all(side["one"] == side["other"] for side in sides(tmp_path / "together").values())
    assert id_of(tmp_path / "apart") != id_of(tmp_path / "together")


def sides(out: Path) -> dict[str, dict[str, object]]:
    """Give for each number the side of its problem in each source."""
    found: dict[str, dict[str, object]] = {}
    for row in lines(out / "lineage.jsonl"):
        source = str(row["source"])
        found.setdefault(str(row["problem_id"]).removeprefix(source), {})[source] = row["file"]
    return found


def test_a_corpus_of_one_problem_has_a_train_split(tmp_path: Path) -> None:
    for n in range(30):
        row = ExportRow("t", "p", f"question {n}", "answer", TraceFormat.COT, "s")
        write(tmp_path / str(n), "hf", [row])
        assert [path.name for path in (tmp_path / str(n) / "data").iterdir()] == [
            "train-00000-of-00001.parquet"
        ]


def test_the_card_names_licences_filters_and_limits(tmp_path: Path) -> None:
    write(tmp_path / "out", "hf", make_rows(400))
    text = (tmp_path / "out/README.md").read_text()
    front = yaml.safe_load(text.split("---\n")[1])
    assert front["license"] == "other" and front["size_categories"] == ["n<1K"]
    assert {split["name"]: split["num_examples"] for split in front["dataset_info"]["splits"]}["train"] > 300
    assert "| theirs | 134 | not stated |" in text and "| ours | 266 | MIT |" in text
    assert "`refusal`" in text and "gsm8k@1a2b" in text and "## Limits" in text


@pytest.mark.slow
def test_the_datasets_package_reads_the_folder(tmp_path: Path) -> None:
    write(tmp_path / "out", "hf", make_rows(400))
    code = (
        "import sys, datasets; d = datasets.load_dataset(sys.argv[1], cache_dir=sys.argv[2]); "
        "print(sorted(d), sum(len(s) for s in d.values()), d['train'][0]['messages'][0]['role'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "out"), str(tmp_path / "cache")],
        capture_output=True, text=True, check=False, env={**os.environ, "HF_HUB_OFFLINE": "1"},
    )  # fmt: skip
    assert done.stdout.strip() == "['test', 'train'] 400 user", done.stderr[-2000:]


def test_an_export_never_overwrites(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    write(out, "messages")
    before = read_tree(out)
    with pytest.raises(UsageError, match="not empty"):
        write(out, "alpaca")
    with pytest.raises(UsageError, match="not a folder"):
        write(out / "train.jsonl", "alpaca")
    assert read_tree(out) == before


def test_a_failure_amid_the_rows_leaves_nothing(tmp_path: Path) -> None:
    def broken() -> Iterator[ExportRow]:
        yield from make_rows(5)
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(IncompleteError, match="no room left"):
        write_export(broken(), format="hf", out=tmp_path / "out", seed=0, manifest_base=BASE)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_nothing_under_the_final_name(tmp_path: Path) -> None:
    """A file size limit stands for the full disk: the kernel refuses the write in the middle of the rows."""
    code = "\n".join(
        [
            "import sys; sys.path[:0] = [sys.argv[2], sys.argv[3]]",
            "from pathlib import Path; import test_export_write as t",
            "t.write(Path(sys.argv[1]) / 'out', 'messages', t.make_rows(2000))",
        ]
    )

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))

    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-B", "-c", code, str(tmp_path), str(Path(__file__).parent), str(root)],
        capture_output=True, text=True, check=False, preexec_fn=limit,
    )  # fmt: skip
    assert "IncompleteError" in done.stderr, done.stderr[-2000:]
    assert list(tmp_path.iterdir()) == []


def test_a_full_file_system_leaves_nothing_under_the_final_name(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "none", str(small)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this user may not mount a file system; the limit on file sizes stands for it above")
    try:
        for format in ("messages", "hf"):
            with pytest.raises(IncompleteError, match="no room left"):
                write(small / "out", format, make_rows(60_000))  # type: ignore[arg-type]
            assert list(small.iterdir()) == []
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_a_folder_without_a_manifest_is_no_export(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no manifest\.json"):
        verify_export(tmp_path)
    (tmp_path / "manifest.json").write_text('{"files": [{"path": "../x", "n_bytes": 1, "sha256": "0"}]}')
    with pytest.raises(InputError, match="cannot be read"):
        verify_export(tmp_path)
    assert read_export(tmp_path) is None


def test_no_rows_make_an_empty_export_that_is_whole(tmp_path: Path) -> None:
    for format in FORMATS:
        write(tmp_path / format, format, [])
        assert verify_export(tmp_path / format).is_whole


def test_what_a_killed_writer_left_is_removed_and_what_a_living_one_writes_is_not(tmp_path: Path) -> None:
    left = tmp_path / ".corpus.partial-dead"
    left.mkdir()
    (left / "train.jsonl").write_text("half")
    other = tmp_path / ".corpus2.partial-dead"
    other.mkdir()
    with new_folder(tmp_path / "corpus") as living:
        (living / "train.jsonl").write_text("whole")
        assert not left.exists()
        with pytest.raises(UsageError, match="meanwhile"), new_folder(tmp_path / "corpus") as second:
            (second / "train.jsonl").write_text("other")
            assert living.exists()
            (tmp_path / "corpus").mkdir()
            (tmp_path / "corpus" / "x").write_text("somebody")
        (tmp_path / "corpus" / "x").unlink()
    assert (tmp_path / "corpus" / "train.jsonl").read_text() == "whole"
    assert sorted(path.name for path in tmp_path.iterdir()) == [".corpus2.partial-dead", "corpus"]
