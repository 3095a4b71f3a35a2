"""How the columns of known hub data sets become ours, as a table.

In: a hub id. Out: its `HubMapping`. Nothing here reads a data set.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class GoldRule(StrEnum):
    """How the gold answer stands in its column."""

    PLAIN = "plain"
    AFTER_HASHES = "after_hashes"
    LAST_BOX = "last_box"
    WITHOUT_UNIT = "without_unit"


@dataclass(frozen=True, slots=True)
class HubMapping:
    """One data set. `question` names the columns that are joined; an empty name means that there is none."""

    hub_id: str
    question: tuple[str, ...]
    gold: str
    rule: GoldRule = GoldRule.PLAIN
    choices: str = ""
    level: str = ""
    subject: str = ""
    solution: str = ""
    origin_id: str = ""
    configs: tuple[str, ...] = ()
    split: str = "train"
    licence: str = ""

    @property
    def name(self) -> str:
        """The last part of the id, which is the name of the source in a store."""
        return self.hub_id.rpartition("/")[2]

    @property
    def needed(self) -> frozenset[str]:
        """The columns without which a row cannot be read."""
        return frozenset({*self.question, self.gold, self.choices} - {""})


_MATH_PARTS = (
    "algebra", "counting_and_probability", "geometry", "intermediate_algebra", "number_theory", "prealgebra",
    "precalculus",
)  # fmt: skip


def _math(hub_id: str, configs: tuple[str, ...] = ()) -> HubMapping:
    return HubMapping(
        hub_id, ("problem",), "solution", GoldRule.LAST_BOX, level="level", subject="type",
        solution="solution", configs=configs, licence="MIT",
    )  # fmt: skip


_MAPPINGS = (
    HubMapping(
        "openai/gsm8k", ("question",), "answer", GoldRule.AFTER_HASHES, solution="answer", configs=("main",),
        licence="MIT",
    ),
    _math("hendrycks/competition_math"),
    _math("EleutherAI/hendrycks_math", _MATH_PARTS),
    _math("DigitalLearningGmbH/MATH-lighteval"),
    HubMapping(
        "HuggingFaceH4/MATH-500", ("problem",), "answer", level="level", subject="subject",
        solution="solution", origin_id="unique_id", split="test",
    ),
    HubMapping(
        "AI-MO/aimo-validation-aime", ("problem",), "answer", solution="solution", origin_id="id",
        licence="Apache-2.0",
    ),
    HubMapping("HuggingFaceH4/aime_2024", ("problem",), "answer", solution="solution", origin_id="id"),
    HubMapping(
        "Maxwell-Jia/AIME_2024", ("Problem",), "Answer", solution="Solution", origin_id="ID", licence="MIT"
    ),
    HubMapping(
        "opencompass/AIME2025", ("question",), "answer", configs=("AIME2025-I", "AIME2025-II"), split="test",
        licence="MIT",
    ),
    HubMapping("math-ai/aime25", ("problem",), "answer", origin_id="id", split="test", licence="Apache-2.0"),
    HubMapping("yentinglin/aime_2025", ("problem",), "answer", solution="solution", origin_id="id"),
    HubMapping(
        "ChilleD/SVAMP", ("Body", "Question"), "Answer", subject="Type", solution="Equation", origin_id="ID",
        licence="MIT",
    ),
    HubMapping(
        "EleutherAI/asdiv", ("body", "question"), "answer", GoldRule.WITHOUT_UNIT, subject="solution_type",
        solution="formula", split="validation", licence="CC BY-NC 4.0",
    ),
    HubMapping("ChilleD/MultiArith", ("question",), "final_ans"),
    HubMapping(
        "deepmind/aqua_rat", ("question",), "correct", choices="options", solution="rationale",
        configs=("raw",), licence="Apache-2.0",
    ),
    HubMapping(
        "tau/commonsense_qa", ("question",), "answerKey", choices="choices", subject="question_concept",
        origin_id="id", licence="MIT",
    ),
    HubMapping(
        "allenai/openbookqa", ("question_stem",), "answerKey", choices="choices", origin_id="id",
        configs=("main",),
    ),
    HubMapping("ChilleD/StrategyQA", ("question",), "answer", origin_id="qid", licence="MIT"),
    HubMapping(
        "open-r1/OpenR1-Math-220k", ("problem",), "answer", subject="problem_type", solution="solution",
        origin_id="uuid", configs=("default",), licence="Apache-2.0",
    ),
)  # fmt: skip

HUB_MAPPINGS = {mapping.hub_id: mapping for mapping in _MAPPINGS}
