"""Hub data sets: every row of the table over small made-up data, and what happens without a hub."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from curate.curation_sections import ProblemsSection
from curate.errors import ConfigError, InputError, MissingError
from curate.sources import RowComplaint, read_problems
from curate.sources.hub import read_hub
from curate.sources.hub_table import HUB_MAPPINGS, GoldRule
from curate.sources.hub_values import last_box, read_gold
from curate.types import Problem

BOXED = {
    "problem": "p",
    "solution": "so \\boxed{1} is \\boxed{\\frac{1}{2}}.",
    "level": "Level 3",
    "type": "Algebra",
}
PLAIN = {"problem": "p", "answer": "7", "solution": "s"}
LETTERS = {"choices": {"label": ["A", "B"], "text": ["x", "y"]}, "answerKey": "B"}

# id -> a row as the hub has it, our question, our gold
ROWS: dict[str, tuple[dict[str, object], str, str]] = {
    "openai/gsm8k": ({"question": "q", "answer": "two\n#### 1,234"}, "q", "1234"),
    "hendrycks/competition_math": (BOXED, "p", "\\frac{1}{2}"),
    "EleutherAI/hendrycks_math": (BOXED, "p", "\\frac{1}{2}"),
    "DigitalLearningGmbH/MATH-lighteval": (BOXED, "p", "\\frac{1}{2}"),
    "HuggingFaceH4/MATH-500": (PLAIN | {"level": 4, "subject": "Geometry", "unique_id": "u"}, "p", "7"),
    "AI-MO/aimo-validation-aime": (PLAIN | {"id": 3}, "p", "7"),
    "HuggingFaceH4/aime_2024": (PLAIN | {"id": 3}, "p", "7"),
    "Maxwell-Jia/AIME_2024": ({"Problem": "p", "Answer": 7, "ID": "2024-I-1", "Solution": "s"}, "p", "7"),
    "opencompass/AIME2025": ({"question": "q", "answer": "70"}, "q", "70"),
    "math-ai/aime25": (PLAIN | {"id": "0"}, "p", "7"),
    "yentinglin/aime_2025": (PLAIN | {"id": 0}, "p", "7"),
    "ChilleD/SVAMP": (
        {"Body": "Ann has 2", "Question": "How many?", "Answer": "2.0"},
        "Ann has 2. How many?",
        "2.0",
    ),
    "EleutherAI/asdiv": (
        {"body": "Red.", "question": "Or not?", "answer": "9 (apples)"},
        "Red. Or not?",
        "9",
    ),
    "ChilleD/MultiArith": ({"question": "q", "final_ans": "4"}, "q", "4"),
    "deepmind/aqua_rat": (
        {"question": "q", "options": ["A)x", "B)y"], "rationale": "r", "correct": "B"},
        "q",
        "B",
    ),
    "tau/commonsense_qa": ({"question": "q", "id": "i"} | LETTERS, "q", "B"),
    "allenai/openbookqa": ({"question_stem": "q", "id": "i"} | LETTERS, "q", "B"),
    "ChilleD/StrategyQA": ({"question": "q", "answer": False, "qid": "i"}, "q", "False"),
    "open-r1/OpenR1-Math-220k": (PLAIN | {"uuid": "u"}, "p", "7"),
}


class FakeHub:
    """Gives the same row for each configuration and remembers what it was asked."""

    def __init__(self, row: Mapping[str, object], fault: Exception | None = None) -> None:
        self._row = row
        self._fault = fault
        self.calls: list[tuple[str, str | None, str, bool]] = []

    def __call__(
        self, hub_id: str, config: str | None, split: str, *, is_streamed: bool
    ) -> Iterator[Mapping[str, object]]:
        self.calls.append((hub_id, config, split, is_streamed))
        if self._fault is not None:
            raise self._fault
        yield self._row


def test_every_data_set_of_the_table_is_tried_here() -> None:
    assert set(ROWS) == set(HUB_MAPPINGS)


@pytest.mark.parametrize("hub_id", list(ROWS))
def test_a_row_from_the_hub_becomes_a_problem(hub_id: str) -> None:
    row, question, gold = ROWS[hub_id]
    hub, mapping = FakeHub(row), HUB_MAPPINGS[hub_id]
    found = list(read_hub(ProblemsSection(source=hub_id), load=hub))
    assert [call[1] for call in hub.calls] == list(mapping.configs or (None,))
    for problem in found:
        assert isinstance(problem, Problem)
        assert (problem.question, problem.gold, problem.source) == (question, gold, hub_id.split("/")[1])
        assert problem.split == mapping.split
        assert problem.choices == (("x", "y") if mapping.choices else ())


@pytest.mark.parametrize("hub_id", list(ROWS))
def test_a_saved_copy_of_a_data_set_is_read_like_the_hub(tmp_path: Path, hub_id: str) -> None:
    datasets = pytest.importorskip("datasets")
    row, question, gold = ROWS[hub_id]
    folder = tmp_path / hub_id.split("/")[1]
    datasets.Dataset.from_list([row, row]).save_to_disk(str(folder))
    found = list(read_problems(ProblemsSection(source=str(folder), limit=1)))
    assert len(found) == 1 and isinstance(found[0], Problem)
    assert (found[0].question, found[0].gold) == (question, gold)


@pytest.mark.parametrize(
    "hub_id",
    [
        "openai/gsm8k",
        "hendrycks/competition_math",
        "AI-MO/aimo-validation-aime",
        "ChilleD/SVAMP",
        "EleutherAI/asdiv",
        "ChilleD/MultiArith",
        "deepmind/aqua_rat",
        "allenai/openbookqa",
        "ChilleD/StrategyQA",
    ],
)
def test_a_folder_of_another_name_is_known_by_its_columns(tmp_path: Path, hub_id: str) -> None:
    datasets = pytest.importorskip("datasets")
    row, question, gold = ROWS[hub_id]
    datasets.DatasetDict({"dev": datasets.Dataset.from_list([row])}).save_to_disk(str(tmp_path / "copy"))
    (found,) = read_problems(ProblemsSection(source=str(tmp_path / "copy")))
    assert isinstance(found, Problem)
    assert (found.question, found.gold, found.split) == (question, gold, "dev")


def test_a_folder_in_our_own_shape_needs_no_mapping(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    rows = [{"question": "q", "gold": "B", "choices": ["A. x", "B. y"]}]
    datasets.Dataset.from_list(rows).save_to_disk(str(tmp_path / "copy"))
    (found,) = read_problems(ProblemsSection(source=str(tmp_path / "copy")))
    assert isinstance(found, Problem)
    assert (found.gold, found.choices, found.source) == ("B", ("x", "y"), "copy")


def test_a_folder_of_parquet_files_is_read_by_split(tmp_path: Path) -> None:
    import pyarrow
    import pyarrow.parquet

    (tmp_path / "gsm8k" / "main").mkdir(parents=True)
    for split in ("train", "test"):
        rows = [{"question": f"{split}?", "answer": "#### 5"}]
        path = tmp_path / "gsm8k" / "main" / f"{split}-00000-of-00001.parquet"
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), path)
    source = str(tmp_path / "gsm8k")
    for section in (ProblemsSection(source=source), ProblemsSection(source=source, split="test")):
        (found,) = read_problems(section)
        assert isinstance(found, Problem) and found.gold == "5"
        assert found.question == f"{section.split or 'train'}?"
    with pytest.raises(InputError, match="no split 'dev'"):
        list(read_problems(ProblemsSection(source=source, split="dev")))


def test_a_folder_without_data_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds neither"):
        list(read_problems(ProblemsSection(source=str(tmp_path))))


def test_a_missing_file_is_told_as_such() -> None:
    with pytest.raises(MissingError, match="no file"):
        list(read_problems(ProblemsSection(source="data/none.jsonl")))


def test_name_licence_and_limit_of_a_section_hold_for_a_file(tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl"
    path.write_text('{"question": "a"}\n{}\n{"question": "b"}\n{"question": "c"}\n', encoding="utf-8")
    section = ProblemsSection(source=str(path), name="mine", licence="CC0", limit=2)
    first, complaint, second = read_problems(section)
    assert isinstance(first, Problem) and isinstance(second, Problem) and isinstance(complaint, RowComplaint)
    assert (first.source, first.licence, second.question) == ("mine", "CC0", "b")


@pytest.mark.parametrize(
    "fault", [ConnectionError("offline"), ValueError("no such split"), RuntimeError("x")]
)
def test_a_hub_that_cannot_be_had_names_the_remedy(fault: Exception) -> None:
    hub = FakeHub({}, fault)
    with pytest.raises(MissingError) as caught:
        list(read_hub(ProblemsSection(source="openai/gsm8k", limit=3), load=hub))
    assert caught.value.hint == "download the file and name it as source: path"
    assert hub.calls == [("openai/gsm8k", "main", "train", True)]


def test_an_unknown_id_needs_columns() -> None:
    with pytest.raises(ConfigError, match="did you mean openai/gsm8k"):
        read_hub(ProblemsSection(source="openai/gsm8"), load=FakeHub({}))
    section = ProblemsSection(source="some/thing", columns={"question": "q", "gold": "a"})
    (found,) = read_hub(section, load=FakeHub({"q": "x", "a": 5}))
    assert isinstance(found, Problem) and (found.question, found.gold, found.source) == ("x", "5", "thing")


def test_a_solution_without_an_answer_is_a_complaint() -> None:
    hub = FakeHub({"question": "q", "answer": "no mark"})
    (found,) = read_hub(ProblemsSection(source="openai/gsm8k"), load=hub)
    assert isinstance(found, RowComplaint) and (found.reason, found.line) == ("no_answer_found", 1)


@pytest.mark.parametrize(
    ("text", "gold"),
    [
        ("\\boxed{\\{1,2\\}}", "\\{1,2\\}"),
        ("\\boxed{a} then \\fbox{b{c}}", "b{c}"),
        ("\\boxed{good} and \\boxed{never closed", "good"),
        ("$\\boxed 2$", "2"),
        ("none", ""),
    ],
)
def test_the_last_balanced_box_counts(text: str, gold: str) -> None:
    assert last_box(text) == gold


def test_a_hostile_solution_costs_linear_time() -> None:
    assert last_box("\\boxed{" * 200_000) == ""
    assert last_box("\\boxed{" * 200_000 + "7" + "}" * 200_000) == "7"


def test_thousands_and_units_go() -> None:
    assert read_gold("x #### 12,345,678", GoldRule.AFTER_HASHES) == "12345678"
    assert read_gold("1,2 #### 1,2", GoldRule.AFTER_HASHES) == "1,2"
    assert read_gold("40 (apples)", GoldRule.WITHOUT_UNIT) == "40"
