"""Which benchmark a name means: its file in a folder of benchmarks, and its data set on the hub.

In: a name. Out: a `BenchmarkSource`. Nothing here reads a file. The files are those of the shape that
docs/evaluation.md describes; of AIME 2022-2024 the order is that of aimo-validation-aime, whose first 20
problems study A measured on.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BenchmarkSource:
    """One benchmark. `files` are stems to look for, the first that is there; empty fields select nothing.

    `split` and `year` keep the rows that say so (rows that say nothing stay); `order` is the column of the
    benchmark's own order; `first` cuts after so many problems.
    """

    name: str
    title: str
    files: tuple[str, ...]
    hub_id: str = ""
    hub_split: str = ""
    split: str = ""
    year: str = ""
    order: str = ""
    first: int | None = None


_AIME = ("aime_2022_2024", "aimo-validation-aime", "aimo_validation_aime")
_AIMO = "AI-MO/aimo-validation-aime"

_SOURCES = (
    BenchmarkSource("gsm8k", "GSM8K test", ("gsm8k_test",), "openai/gsm8k", "test", split="test"),
    BenchmarkSource("gsm8k_train", "GSM8K train", ("gsm8k_train",), "openai/gsm8k", "train"),
    BenchmarkSource("math500", "MATH-500", ("math500",), "HuggingFaceH4/MATH-500", "test"),
    BenchmarkSource(
        "aime_2022_2024", "AIME 2022-2024", _AIME, _AIMO, "train", order="aimo_validation_index"
    ),
    BenchmarkSource(
        "aime_2022_2024_first20", "AIME 2022-2024, the first 20 of aimo-validation-aime", _AIME, _AIMO,
        "train", order="aimo_validation_index", first=20,
    ),
    BenchmarkSource(
        "aime_2024", "AIME 2024", ("aime_2024", *_AIME), "HuggingFaceH4/aime_2024", "train", year="2024"
    ),
    BenchmarkSource("aime_2025", "AIME 2025", ("aime_2025",), "math-ai/aime25", "test"),
    BenchmarkSource("aime_1983_2021", "AIME 1983-2021", ("aime_1983_2021",)),
    BenchmarkSource(
        "svamp", "SVAMP, the 300 test problems", ("svamp",), "ChilleD/SVAMP", "test", split="test"
    ),
    BenchmarkSource("svamp_all", "SVAMP, all 1,000 problems", ("svamp",)),
    BenchmarkSource("asdiv", "ASDiv", ("asdiv",), "EleutherAI/asdiv", "validation"),
    BenchmarkSource("multiarith", "MultiArith", ("multiarith",), "ChilleD/MultiArith", "test"),
    BenchmarkSource("aqua", "AQuA-RAT test", ("aqua_test",), "deepmind/aqua_rat", "test", split="test"),
    BenchmarkSource(
        "commonsenseqa", "CommonsenseQA, the labelled dev set", ("commonsenseqa",), "tau/commonsense_qa",
        "validation",
    ),
    BenchmarkSource("openbookqa", "OpenBookQA test", ("openbookqa",), "allenai/openbookqa", "test"),
    BenchmarkSource("strategyqa", "StrategyQA", ("strategyqa",), "ChilleD/StrategyQA", "test"),
)  # fmt: skip

BENCHMARKS = {source.name: source for source in _SOURCES}
ALIASES = {
    "gsm8k_test": "gsm8k",
    "math-500": "math500",
    "math_500": "math500",
    "aime24": "aime_2024",
    "aime25": "aime_2025",
    "aime_first20": "aime_2022_2024_first20",
    "aqua_test": "aqua",
    "aqua_rat": "aqua",
    "csqa": "commonsenseqa",
    "obqa": "openbookqa",
    "multi_arith": "multiarith",
}
