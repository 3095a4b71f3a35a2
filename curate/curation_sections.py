"""The sections of the run file from problems to exports: one model each, a default and a sentence per key.

They only name settings; `curate/config.py` reads the file, and the stages do the work.
"""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, JsonValue, field_validator, model_validator

from curate.answer_settings import ListOrder, Percent, Rounding, Units
from curate.section import Section
from curate.types import Limits, Price, Sampling, Style, Teacher, TraceFormat

Money = Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=9)]


class AnswersSection(Section):
    """How the answers of a source are compared, where it differs from others."""

    rounding: Rounding = Field(
        "exact", description="exact, or gold_places: the gold was rounded to the places it shows"
    )
    percent: Percent = Field("either", description="either: n% equals n and n/100; hundredth: n/100 only")
    list_order: ListOrder = Field("any", description="any, or given: the order of a bare list counts")
    units: Units = Field("optional", description="optional, or required: a bare number decides nothing")


class ProblemsSection(Section):
    """Where problems come from: a hub id with a built-in mapping, `builtin`, or a file."""

    source: str = Field(min_length=1, description="hub id, `builtin`, or a JSONL, CSV or Parquet file")
    split: str | None = Field(None, description="split of a hub data set; null takes its training split")
    limit: int | None = Field(None, ge=1, description="at most this many problems, the first ones")
    columns: dict[str, str] = Field(default_factory=dict, description="our field: column of the file")
    name: str | None = Field(None, description="name of the source in the store; null takes the file's")
    licence: str | None = Field(None, description="licence to record when the source states none")
    answers: AnswersSection | None = Field(None, description="how its answers are compared")


class PriceSection(Section):
    """USD per million tokens."""

    input: Money = Field(description="prompt tokens")
    output: Money = Field(description="answer tokens, reasoning among them")
    cached_input: Money | None = Field(None, description="prompt tokens read from the vendor's cache")
    batch_factor: Annotated[Decimal, Field(gt=0, le=1)] = Field(
        Decimal("0.5"), description="what a batch transport pays of the price"
    )


class SamplingSection(Section):
    """Sampling parameters; null leaves one out of the request."""

    temperature: float | None = Field(None, ge=0, le=5, description="softmax temperature")
    top_p: float | None = Field(None, gt=0, le=1, description="nucleus share")
    max_tokens: int | None = Field(None, ge=1, description="most tokens of one answer, reasoning included")
    seed: int | None = Field(None, description="base seed; sample i is asked with seed + i")
    stop: tuple[str, ...] = Field((), description="stop strings")
    extra: dict[str, JsonValue] = Field(default_factory=dict, description="body fields sent as they are")


class LimitsSection(Section):
    """What a teacher may be asked at once and per minute."""

    concurrency: int = Field(64, ge=1, le=4096, description="requests on the wire at once")
    requests_per_minute: int | None = Field(None, ge=1, description="null: no limit")
    tokens_per_minute: int | None = Field(None, ge=1, description="prompt and answer tokens; null: no limit")
    connect_timeout_s: float = Field(10.0, gt=0, description="seconds to open a connection")
    request_timeout_s: float = Field(600.0, gt=0, description="seconds for a whole answer")
    max_response_bytes: int = Field(16 * 1024 * 1024, ge=1024, description="a longer body is a fault")
    max_attempts: int = Field(6, ge=1, description="tries per request; 429s do not count")
    retry_wall_s: float = Field(1800.0, gt=0, description="seconds after which a request is given up")
    give_up_s: float = Field(900.0, gt=0, description="seconds of faults only after which the run stops")
    adapt_to_latency: bool = Field(
        False, description="ask less at once when answers get three times slower; for self-hosted servers"
    )


class TeacherSection(Section):
    """One model at one endpoint, under a name of your own."""

    alias: str = Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")
    model: str = Field(min_length=1, description="the vendor's name of the model")
    base_url: str = Field(description="up to and with /v1; `embedded` for the embedded teacher")
    api_key_env: str | None = Field(None, description="NAME of the environment variable with the key")
    transport: Literal["chat", "openai", "batch"] = Field(
        "chat", description="chat: aiohttp; openai: the SDK; batch: the Batch API at half price"
    )
    price: PriceSection | None = Field(None, description="without it tokens are counted, cost is null")
    sampling: SamplingSection = SamplingSection()
    limits: LimitsSection = LimitsSection()
    weight: int = Field(1, ge=1, le=1000, description="share of the work when several teachers run")
    system: str | None = Field(None, description="replaces the system text of every prompt")
    knows: tuple[str, ...] = Field(
        (), description="JSONL files of problems with true solutions; only for the embedded teacher"
    )

    @field_validator("base_url")
    @classmethod
    def _url_is_http(cls, value: str) -> str:
        if value != "embedded" and not re.match(r"^https?://[^/\s]+", value):
            raise ValueError("must be `embedded` or start with http:// or https://")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _only_embedded_knows(self) -> TeacherSection:
        if self.knows and self.base_url != "embedded":
            raise ValueError("knows: only `base_url: embedded` is told solutions; a model has its own")
        return self

    @field_validator("api_key_env")
    @classmethod
    def _names_a_variable(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", value):
            raise ValueError("must be the NAME of an environment variable, not the key itself")
        return value

    def teacher(self) -> Teacher:
        """Give the domain value."""
        sampling = self.sampling
        return Teacher.of(
            alias=self.alias,
            model=self.model,
            base_url=self.base_url,
            sampling=Sampling(
                sampling.temperature,
                sampling.top_p,
                sampling.max_tokens,
                sampling.seed,
                sampling.stop,
                sampling.extra,
            ),
            limits=Limits(**self.limits.model_dump()),
            price=Price(**self.price.model_dump()) if self.price else None,
            api_key_env=self.api_key_env,
            transport="embedded" if self.base_url == "embedded" else self.transport,
            weight=self.weight,
            system=self.system,
            knows=self.knows,
        )


class PromptSection(Section):
    """One prompt: every problem is asked with each of these."""

    format: Literal["cot", "pot", "eot"] = Field(description="form of reasoning")
    granularity: int | None = Field(None, ge=1, le=6, description="1 shortest to 6 longest; null: unsaid")
    style: Style = Field(Style.PLAIN, description="presentation of the reasoning")
    shots: int = Field(0, ge=0, le=8, description="worked examples of our own before the problem")
    with_gold: bool = Field(False, description="show the gold; such traces never pass `verified`")
    suffix: bool = Field(False, description="append the task suffix of study B to the question")
    template: str | None = Field(None, description="a template file of your own")
    weight: int = Field(1, ge=1, le=1000, description="share of the work among prompts")

    @property
    def trace_format(self) -> TraceFormat:
        return TraceFormat(self.format)


class VerifierAgentSection(Section):
    """A second model that says CORRECT or INCORRECT; it never overrules a rule."""

    teacher: str = Field(description="alias of a teacher")
    with_gold: bool = Field(True, description="show it the gold answer")
    when: Literal["undecided", "always"] = Field(
        "undecided", description="ask only where rules are not decisive"
    )


class CriticAgentSection(Section):
    """A model that names the first wrong step and sends the trace back to the solver."""

    teacher: str = Field(description="alias of a teacher")
    rounds: int = Field(1, ge=1, le=5, description="most repair rounds per trace")


class CompressorAgentSection(Section):
    """A model that rewrites verified reasoning at shrinking lengths."""

    teacher: str = Field(description="alias of a teacher")
    words: tuple[Annotated[int, Field(ge=5, le=5000)], ...] = Field(
        (220, 140, 100, 70, 50, 31), min_length=1, description="asked length of each level in words"
    )
    source: Literal["previous", "first"] = Field("previous", description="what a level is rewritten from")


class AgentsSection(Section):
    """Second models in the loop (Baral et al. 2026); each call is an ordinary request with its own cost."""

    verifier: VerifierAgentSection | None = None
    critic: CriticAgentSection | None = None
    compressor: CompressorAgentSection | None = None


class GenerateSection(Section):
    """How much is asked, and when asking stops."""

    samples: int = Field(1, ge=1, le=10_000, description="answers per problem, prompt and teacher")
    max_usd: Money | None = Field(
        None, description="never spend more in this run; needs prices and max_tokens"
    )
    max_usd_per_teacher: dict[str, Money] = Field(default_factory=dict, description="alias: cap in USD")
    stop_after_verified: int | None = Field(
        None, ge=1, description="stop a problem and form once this many verified traces exist"
    )
    hopeless_below: float = Field(
        0.33,
        gt=0,
        lt=1,
        description="with stop_after_verified: give a problem up when the upper 95 % Wilson bound of its "
        "pass rate is below this",
    )
    cascade: bool = Field(
        False, description="ask the next, dearer teacher only what the cheaper left unsolved"
    )
    agents: AgentsSection | None = None


class VerifySection(Section):
    """How traces are checked."""

    workers: int | None = Field(None, ge=1, le=512, description="processes; null: one per core")
    run_programs_twice: bool = Field(True, description="run each accepted program a second time")
    program_timeout_s: float = Field(5.0, ge=0.05, le=3600, description="wall seconds a program may take")


class FilterSection(Section):
    """Which traces may enter an export."""

    policy: str = Field("verified", description="`all`, `verified`, `strict`, a study, or a policy file")
    decontaminate: tuple[str, ...] = Field(
        (), description="benchmarks that must not be trained on: a name, a file, or name=file"
    )
    benchmarks_dir: Path | None = Field(
        None, description="folder with files of benchmarks; null: TRACEMILL_BENCHMARKS, then the hub"
    )


ExportFormat = Literal[
    "messages",
    "prompt-completion",
    "alpaca",
    "sharegpt",
    "llamafactory",
    "llamafactory-dpo",
    "llamafactory-kto",
    "axolotl",
    "openai",
    "openai-dpo",
    "dpo",
    "kto",
    "seq2seq",
    "hf",
]
AnyFormat = ExportFormat | Literal["parquet"]
"""Formats of training sets, and the store's own tables."""
ReasoningMode = Literal["inline", "think", "drop"]


class ExportSection(Section):
    """One data set to write."""

    format: AnyFormat = Field(description="shape of the rows")
    out: Path = Field(description="folder to write; must not exist or be empty")
    seed: int = Field(0, ge=0, description="order of the rows")
    reasoning: ReasoningMode = Field(
        "inline", description="captured reasoning: as text before the answer, in think tags, or left out"
    )
    parts: int = Field(1, ge=1, le=100_000, description="parquet: files of each table, cut by problem")
    students: tuple[str, ...] = Field(
        (),
        description="llamafactory: students that get a training file each, as `model` or `model=template`; "
        "none means the seven of study C",
    )
