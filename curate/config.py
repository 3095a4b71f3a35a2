"""The run file: YAML read into models, every fault named at once with its file and key.

The shape is fixed (docs/reference/run-file.md). A key that changes no result does not exist. API keys never
stand here: `api_key_env` names the environment variable that holds one.
This module reads the file; it looks up no environment variable, opens no store and contacts no teacher.
"""

from __future__ import annotations

import difflib
import re
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal, get_args

import yaml
from pydantic import (
    BaseModel,
    Field,
    JsonValue,
    ValidationError,
    field_validator,
    model_validator,
)

from curate.answer_settings import ListOrder, Percent, Rounding, Units
from curate.errors import ConfigError
from curate.ids import canonical_json, content_id
from curate.section import Section
from curate.training_sections import EvaluateSection, FinetuneSection
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

    @field_validator("base_url")
    @classmethod
    def _url_is_http(cls, value: str) -> str:
        if value != "embedded" and not re.match(r"^https?://[^/\s]+", value):
            raise ValueError("must be `embedded` or start with http:// or https://")
        return value.rstrip("/")

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

    policy: str = Field("verified", description="`all`, `verified`, `strict`, or a policy file")
    decontaminate: tuple[str, ...] = Field((), description="benchmarks that must not be trained on")


class ExportSection(Section):
    """One data set to write."""

    format: Literal[
        "messages",
        "prompt-completion",
        "alpaca",
        "sharegpt",
        "llamafactory",
        "axolotl",
        "openai",
        "dpo",
        "hf",
    ] = Field(description="shape of the rows")
    out: Path = Field(description="folder to write; must not exist or be empty")
    seed: int = Field(0, ge=0, description="order of the rows")
    reasoning: Literal["inline", "think", "drop"] = Field(
        "inline", description="captured reasoning: as text before the answer, in think tags, or left out"
    )


class RunFile(Section):
    """A whole run: from problems to exports."""

    store: Path = Field(description="folder of the store")
    problems: tuple[ProblemsSection, ...] = Field(min_length=1)
    teachers: tuple[TeacherSection, ...] = Field(min_length=1)
    prompts: tuple[PromptSection, ...] = Field((PromptSection(format="cot"),), min_length=1)
    generate: GenerateSection = GenerateSection()
    verify: VerifySection = VerifySection()
    filter: FilterSection = FilterSection()
    export: tuple[ExportSection, ...] = ()
    finetune: FinetuneSection | None = None
    evaluate: EvaluateSection | None = None

    @model_validator(mode="after")
    def _names_agree(self) -> RunFile:
        aliases = [teacher.alias for teacher in self.teachers]
        twice = sorted({alias for alias in aliases if aliases.count(alias) > 1})
        if twice:
            raise ValueError(f"teachers: the alias {twice[0]!r} is used twice; give each teacher its own")
        named = {
            f"generate.max_usd_per_teacher.{alias}": alias for alias in self.generate.max_usd_per_teacher
        }
        agents = self.generate.agents
        for role in ("verifier", "critic", "compressor"):
            section = getattr(agents, role) if agents else None
            if section is not None:
                named[f"generate.agents.{role}.teacher"] = section.teacher
        for key, alias in named.items():
            if alias not in aliases:
                raise ValueError(f"{key}: there is no teacher {alias!r}; teachers are {', '.join(aliases)}")
        self._check_caps()
        return self

    def _check_caps(self) -> None:
        for teacher in self.teachers:
            capped = self.generate.max_usd is not None or teacher.alias in self.generate.max_usd_per_teacher
            if not capped or teacher.base_url == "embedded":
                continue
            if teacher.price is None:
                raise ValueError(
                    f"generate.max_usd: a cap needs a price, and teacher {teacher.alias!r} has none"
                )
            bounds = {"max_tokens", "max_completion_tokens"} & teacher.sampling.extra.keys()
            if teacher.sampling.max_tokens is None and not bounds:
                raise ValueError(
                    f"generate.max_usd: a cap needs sampling.max_tokens; teacher {teacher.alias!r} has none"
                )

    def config_hash(self) -> str:
        """Identify the configuration, for the record of a run."""
        return content_id("config", canonical_json(self.model_dump(mode="json")))


def read_run_file(path: Path) -> RunFile:
    """Read and check a run file; relative paths in it are taken from its own folder.

    Raises:
        ConfigError: with every fault at once, each with its key path, and the nearest valid key.
    """
    data = read_yaml(path)
    if not isinstance(data, dict):
        raise ConfigError(f"{path}: expected keys such as `store:` and `teachers:`", "see `tracemill init`")
    try:
        run = RunFile.model_validate(data)
    except ValidationError as error:
        raise ConfigError(describe_faults(path, error, RunFile), "correct the keys named above") from None
    return _resolve_paths(run, path.parent)


class TrainingFile(Section):
    """A file for those who bring their own export: only what training and evaluation need."""

    store: Path | None = Field(None, description="store in which the student is recorded; null: none")
    export: tuple[ExportSection, ...] = ()
    finetune: FinetuneSection | None = None
    evaluate: EvaluateSection | None = None


def read_training_file(path: Path) -> TrainingFile:
    """Read what training and evaluation need, from a whole run file or from one with only those sections.

    Raises:
        ConfigError: with every fault at once, as `read_run_file`.
    """
    data = read_yaml(path)
    if isinstance(data, dict) and not {"teachers", "problems"} & data.keys():
        try:
            bare = TrainingFile.model_validate(data)
        except ValidationError as error:
            raise ConfigError(
                describe_faults(path, error, TrainingFile), "correct the keys named above"
            ) from None
        return _anchor_training(bare, path.parent)
    run = read_run_file(path)
    return TrainingFile(store=run.store, export=run.export, finetune=run.finetune, evaluate=run.evaluate)


def _anchor_training(file: TrainingFile, folder: Path) -> TrainingFile:
    return file.model_copy(
        update={
            "store": folder / file.store if file.store else None,
            "export": tuple(e.model_copy(update={"out": folder / e.out}) for e in file.export),
            "finetune": file.finetune.anchored(folder) if file.finetune else None,
        }
    )


def _resolve_paths(run: RunFile, folder: Path) -> RunFile:
    """Anchor relative paths at the run file's folder, so that it works from anywhere."""

    def anchored(name: str) -> str:
        is_file = Path(name).suffix in FILE_SUFFIXES or (folder / name).is_file()
        return str(folder / name) if is_file and not Path(name).is_absolute() else name

    return run.model_copy(
        update={
            "store": folder / run.store,
            "problems": tuple(p.model_copy(update={"source": anchored(p.source)}) for p in run.problems),
            "export": tuple(e.model_copy(update={"out": folder / e.out}) for e in run.export),
            "finetune": run.finetune.anchored(folder) if run.finetune else None,
            "filter": run.filter.model_copy(
                update={
                    "policy": anchored(run.filter.policy),
                    "decontaminate": tuple(anchored(name) for name in run.filter.decontaminate),
                }
            ),
            "prompts": tuple(
                p.model_copy(update={"template": str(folder / p.template)}) if p.template else p
                for p in run.prompts
            ),
        }
    )


FILE_SUFFIXES = frozenset({".jsonl", ".json", ".csv", ".parquet", ".gz", ".zst", ".yaml", ".yml"})


class _Loader(yaml.SafeLoader):
    """YAML as people write it: `3e-4` is a number, a key given twice is a fault."""


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9]+)[eE][-+]?[0-9]+$"),
    list("-+0123456789."),
)


def _mapping_without_twins(loader: _Loader, node: yaml.MappingNode) -> dict[object, object]:
    seen: dict[object, yaml.Node] = {}
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        if isinstance(key, list | dict):
            raise ConfigError(f"line {key_node.start_mark.line + 1}: a key must be a word")
        if key in seen:
            raise ConfigError(f"line {key_node.start_mark.line + 1}: the key {key!r} is given twice")
        seen[key] = key_node
    return loader.construct_mapping(node, deep=True)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping_without_twins)


def read_yaml(path: Path) -> object:
    """Read a YAML file with numbers as people write them.

    Raises:
        ConfigError: when the file is missing, no UTF-8 text, or no YAML; the line is named.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such file", "`tracemill init` writes one") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}", "it must be a UTF-8 text file") from None
    try:
        return yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        what = getattr(error, "problem", None) or str(error)
        raise ConfigError(f"{path}{where}: not valid YAML: {what}", "check the indentation") from None
    except ConfigError as error:
        raise ConfigError(f"{path}, {error.message}", "remove one of the two") from None


def describe_faults(path: Path, error: ValidationError, model: type[BaseModel]) -> str:
    """Put every fault of a validation on a line of its own: file, key path, what is wrong, what was meant."""
    faults = error.errors()
    lines = []
    for fault in faults:
        if _is_shadow(fault["loc"], fault["type"], [other["loc"] for other in faults]):
            continue
        where = ".".join(str(part) for part in fault["loc"]) or "(file)"
        if fault["type"] == "extra_forbidden":
            known = sorted(_fields_at(model, fault["loc"][:-1]))
            near = difflib.get_close_matches(str(fault["loc"][-1]), known, n=1, cutoff=0.5)
            meant = f"did you mean `{near[0]}`?" if near else f"known keys are {', '.join(known)}"
            lines.append(f"{path}: {where}: unknown key; {meant}")
        elif fault["type"] == "missing":
            lines.append(f"{path}: {where}: this key is required")
        elif fault["type"] == "value_error":
            text = fault["msg"].removeprefix("Value error, ")
            lines.append(f"{path}: {text}" if where == "(file)" else f"{path}: {where}: {text}")
        else:
            lines.append(f"{path}: {where}: {fault['msg']}, got {_shown(fault['input'])}")
    return "\n".join(lines)


def _is_shadow(loc: tuple[int | str, ...], kind: str, others: list[tuple[int | str, ...]]) -> bool:
    """Say whether "too short" only follows from faults inside the same list."""
    return kind == "too_short" and any(len(o) > len(loc) and o[: len(loc)] == loc for o in others)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _fields_at(model: type[BaseModel], loc: tuple[int | str, ...]) -> set[str]:
    """Walk to the model that holds a key, through tuples and optional sections."""
    current: type[BaseModel] = model
    for part in loc:
        if isinstance(part, int):
            continue
        info = current.model_fields.get(part)
        inner = _inner_model(info.annotation) if info else None
        if inner is None:
            return set()
        current = inner
    return set(current.model_fields)


def _inner_model(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in get_args(annotation):
        found = _inner_model(argument)
        if found is not None:
            return found
    return None
