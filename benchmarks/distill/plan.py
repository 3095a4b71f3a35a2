"""What is run: sizes, arms and settings, for the measured run and for the smoke version.

An arm is one training from the same start: which rows it sees, and how it is asked afterwards. All arms of
equal steps see the same teachers' answers to the same questions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from curate.evaluation_section import Form
from curate.types import Json

Corpus = Literal["start", "answers", "raw", "curated"]
TrainedForm = Literal["cot", "pot", "eot"]


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of everything; `n_train` questions are asked of the teacher, `n_test` are held out."""

    n_train: int
    n_test: int
    n_sums: int
    n_changes: int
    n_layers: int
    hidden: int
    start_steps: int
    arm_steps: int
    batch_size: int
    learning_rate: float

    def as_json(self) -> dict[str, Json]:
        """Give the values for the record of a run."""
        return dict(asdict(self))


@dataclass(frozen=True, slots=True)
class Arm:
    """One training and its measurement; `views` are read off its evaluation, the first is its headline."""

    name: str
    title: str
    corpus: Corpus
    train_forms: tuple[TrainedForm, ...] | None
    ask_forms: tuple[Form, ...]
    is_headline: bool

    @property
    def has_task_text(self) -> bool:
        """Say whether each form's text is appended to its questions."""
        return self.train_forms is not None


ARMS: tuple[Arm, ...] = (
    Arm("answers", "answers only", "answers", None, ("answer-only",), is_headline=True),
    Arm("raw", "raw CoT", "raw", ("cot",), ("cot",), is_headline=True),
    Arm("curated", "curated CoT", "curated", ("cot",), ("cot",), is_headline=True),
    Arm("pot", "curated PoT", "curated", ("pot",), ("pot",), is_headline=False),
    Arm("eot", "curated EoT", "curated", ("eot",), ("eot",), is_headline=False),
    Arm(
        "together",
        "together",
        "curated",
        ("cot", "pot", "eot"),
        ("cot", "pot", "eot"),
        is_headline=False,
    ),
)

FULL = Sizes(
    n_train=6000,
    n_test=300,
    n_sums=12000,
    n_changes=4,
    n_layers=4,
    hidden=128,
    start_steps=600,
    arm_steps=150,
    batch_size=32,
    learning_rate=3e-3,
)
"""Found on other problems (seed 11, 3 changes) by the loss of training: the start knows its sums after about 550
steps (0.05 a token), the curated arm its steps after 150 (0.01). All before was slow because batches were
grouped by length: then long bare sums and short answers come in blocks of 25 batches, one unlearns the other,
and bare sums still stood at 0.8 a token after 530 steps. With 300 steps an arm, and the problems of seed 0, answers
only came to 61, raw CoT to 297 and curated CoT to 300 of 300: near the ceiling nothing tells raw and curated
apart. Hence half the steps, and the problems of another seed.
"""
SMOKE = Sizes(
    n_train=48,
    n_test=6,
    n_sums=48,
    n_changes=2,
    n_layers=1,
    hidden=64,
    start_steps=80,
    arm_steps=80,
    batch_size=8,
    learning_rate=3e-3,
)
TEACHER = "embedded-weak"
POLICY = "strict"
"""What `curated` is: a right answer is not enough, the steps must hold and none may lean on the given answer."""
MAX_NEW_TOKENS = 120
PROGRAM_TIMEOUT_S = 0.5
"""Some programs never end, as real ones do; the true ones need milliseconds."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything of one run stands."""

    root: Path

    def problems(self, split: str) -> Path:
        """Give the file of problems of a split."""
        return self.root / "problems" / f"{split}.jsonl"

    def export(self, corpus: Corpus) -> Path:
        """Give the folder of an export."""
        return self.root / "exports" / corpus

    def store(self, name: str) -> Path:
        """Give the folder of a store."""
        return self.root / "stores" / name

    def student(self, name: str) -> Path:
        """Give the folder of a training."""
        return self.root / "students" / name

    def evaluation(self, name: str) -> Path:
        """Give the folder of an evaluation."""
        return self.root / "evaluations" / name

    @property
    def base(self) -> Path:
        """Give the folder of the student with random weights."""
        return self.root / "students" / "made"

    @property
    def trained_start(self) -> Path:
        """Give the folder of the weights that every arm starts from."""
        return self.student("start") / "seed-0" / "model"


def chosen_arms(parts: Mapping[str, bool]) -> tuple[Arm, ...]:
    """Give the arms of the wanted parts, `headline` and `forms`."""
    return tuple(arm for arm in ARMS if parts["headline" if arm.is_headline else "forms"])
