"""The domain in frozen values: what travels between modules.

Money is Decimal USD, times are UTC seconds since the epoch (float) unless a name says otherwise.
Nothing here reads a file, a clock or the network. Identities are built by the `of` constructors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Literal, TypeAlias

from curate.ids import canonical_json, content_id, normalise_text

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


class TraceFormat(StrEnum):
    """The form of reasoning asked for; `other` is for imported text mixed with code."""

    COT = "cot"
    POT = "pot"
    EOT = "eot"
    OTHER = "other"


class Style(StrEnum):
    """How the reasoning is presented at a fixed granularity (Chen et al. 2025, section 3)."""

    PLAIN = "plain"
    SUB_QUESTIONS = "sub-questions"
    REPHRASE = "rephrase"
    SYMBOLIC = "symbolic"
    ANSWER_ONLY = "answer-only"


class Role(StrEnum):
    """Which agent a request plays; an ordinary trace comes from a solver."""

    SOLVER = "solver"
    VERIFIER = "verifier"
    CRITIC = "critic"
    REPAIR = "repair"
    COMPRESSOR = "compressor"


class VerdictStatus(StrEnum):
    """What a check found. Only `incorrect` means wrong; the last four mean that nobody knows."""

    CORRECT = "correct"
    INCORRECT = "incorrect"
    NO_ANSWER = "no_answer"
    ERROR = "error"
    TIMEOUT = "timeout"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Problem:
    """One question with its gold answer. `choices` are the options' texts without their letters."""

    problem_id: str
    source: str
    question: str
    gold: str | None
    choices: tuple[str, ...] = ()
    split: str = ""
    subject: str = ""
    level: str = ""
    licence: str = ""
    solution: str = ""
    origin_id: str = ""

    @classmethod
    def of(
        cls,
        *,
        source: str,
        question: str,
        gold: str | None,
        choices: tuple[str, ...] = (),
        split: str = "",
        subject: str = "",
        level: str = "",
        licence: str = "",
        solution: str = "",
        origin_id: str = "",
    ) -> Problem:
        """Build a problem; its id is the hash of the normalised text, the options and the source."""
        options = "\x1e".join(normalise_text(choice) for choice in choices)
        problem_id = content_id("problem", source, normalise_text(question), options)
        return cls(
            problem_id, source, question, gold, choices, split, subject, level, licence, solution,
            origin_id,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Message:
    """One chat message."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class PromptTemplate:
    """A prompt before a problem is put in. `template_id` is the hash of all that the text depends on.

    `user` holds the marks ``{{question}}`` and, where used, ``{{gold}}``, ``{{answer}}``,
    ``{{reasoning}}``, ``{{feedback}}``, ``{{n_words}}``; they are replaced as data, never formatted.
    """

    template_id: str
    name: str
    format: TraceFormat
    granularity: int | None
    style: Style
    system: str
    user: str
    shots: tuple[tuple[str, str], ...] = ()
    role: Role = Role.SOLVER
    with_gold: bool = False

    @classmethod
    def of(
        cls,
        *,
        name: str,
        format: TraceFormat,
        granularity: int | None,
        style: Style,
        system: str,
        user: str,
        shots: tuple[tuple[str, str], ...] = (),
        role: Role = Role.SOLVER,
        with_gold: bool = False,
    ) -> PromptTemplate:
        """Build a template with the id of its content; the name is a label and not part of it."""
        content = canonical_json([format, granularity, style, system, user, list(shots), role, with_gold])
        return cls(
            content_id("template", content), name, format, granularity, style, system, user, shots,
            role, with_gold,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Price:
    """USD per million tokens. Reasoning counts as output. `batch_factor` applies to batch transports."""

    input: Decimal
    output: Decimal
    cached_input: Decimal | None = None
    batch_factor: Decimal = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one teacher may be asked at once and per minute; None means no limit but concurrency."""

    concurrency: int = 64
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    connect_timeout_s: float = 10.0
    request_timeout_s: float = 600.0
    max_response_bytes: int = 16 * 1024 * 1024
    max_attempts: int = 6
    give_up_s: float = 900.0
    retry_wall_s: float = 1800.0
    adapt_to_latency: bool = False


@dataclass(frozen=True, slots=True)
class Sampling:
    """Sampling parameters as sent. None is left out of the body; `extra` is sent as it is."""

    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    seed: int | None = None
    stop: tuple[str, ...] = ()
    extra: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Teacher:
    """A model at an endpoint. The id covers model, endpoint and sampling; an alias is only a label."""

    teacher_id: str
    alias: str
    model: str
    base_url: str
    sampling: Sampling
    limits: Limits = Limits()
    price: Price | None = None
    api_key_env: str | None = None
    transport: Literal["chat", "openai", "batch", "embedded"] = "chat"
    weight: int = 1
    system: str | None = None
    knows: tuple[str, ...] = ()
    """Files of solved problems, for the embedded teacher only."""

    @classmethod
    def of(
        cls,
        *,
        alias: str,
        model: str,
        base_url: str,
        sampling: Sampling,
        limits: Limits | None = None,
        price: Price | None = None,
        api_key_env: str | None = None,
        transport: Literal["chat", "openai", "batch", "embedded"] = "chat",
        weight: int = 1,
        system: str | None = None,
        knows: tuple[str, ...] = (),
    ) -> Teacher:
        """Build a teacher; prices, limits, keys, transport and alias change no answer and no id."""
        content = canonical_json([model, base_url.rstrip("/"), sampling_json(sampling), system])
        return cls(
            content_id("teacher", content), alias, model, base_url.rstrip("/"), sampling,
            limits or Limits(), price, api_key_env, transport, weight, system, knows,
        )  # fmt: skip


def sampling_json(sampling: Sampling) -> dict[str, Json]:
    """Give the sampling parameters as they stand in a request body, absent ones left out."""
    body: dict[str, Json] = {}
    if sampling.temperature is not None:
        body["temperature"] = sampling.temperature
    if sampling.top_p is not None:
        body["top_p"] = sampling.top_p
    if sampling.max_tokens is not None:
        body["max_tokens"] = sampling.max_tokens
    if sampling.seed is not None:
        body["seed"] = sampling.seed
    if sampling.stop:
        body["stop"] = list(sampling.stop)
    body.update(sampling.extra)
    return body


@dataclass(frozen=True, slots=True)
class Request:
    """The exact bytes to send and where; `request_id` covers both and the sample index.

    The lineage (problem, template, parent, role) says why it is asked and is not part of the identity.
    """

    request_id: str
    teacher: Teacher
    url: str
    body: bytes
    sample_index: int
    problem_id: str
    template_id: str
    format: TraceFormat
    role: Role = Role.SOLVER
    parent_trace_id: str | None = None
    n_prompt_tokens_estimated: int = 0

    @staticmethod
    def identity(url: str, body: bytes, sample_index: int) -> str:
        """Hash what decides the answer: the URL, the body's bytes and the sample index."""
        return content_id("request", url, body, sample_index)


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the vendor reported them, or as estimated when it reported none."""

    n_tokens_in: int = 0
    n_tokens_cached: int = 0
    n_tokens_out: int = 0
    n_tokens_reasoning: int = 0
    is_estimated: bool = False


class FinishReason(StrEnum):
    """Why an answer ended, over all vendors."""

    STOP = "stop"
    LENGTH = "length"
    REFUSED = "refused"
    TOO_LONG = "too_long"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Completion:
    """One answer as read from a response body: text and reasoning apart."""

    text: str
    reasoning: str
    finish_reason: FinishReason
    usage: Usage
    model_reported: str = ""
    system_fingerprint: str = ""
    reasoning_source: Literal["", "reasoning_content", "reasoning", "parts", "tags"] = ""
    is_reasoning_open: bool = False


class ParseState(StrEnum):
    """What was found when a trace's text was read."""

    OK = "ok"
    EMPTY = "empty"
    NO_ANSWER = "no_answer"
    NO_PROGRAM = "no_program"
    NO_EQUATIONS = "no_equations"
    TRUNCATED = "truncated"
    REFUSED = "refused"
    API_ERROR = "api_error"


@dataclass(frozen=True, slots=True)
class ParsedTrace:
    """What one text holds. `answer_note` is the code of extraction (which anchor, which repair)."""

    state: ParseState
    stated_answer: str | None = None
    answer_note: str = ""
    program: str | None = None
    equations: str | None = None
    n_steps: int = 0


@dataclass(frozen=True, slots=True)
class ImportedTrace:
    """A trace that somebody else made; `label` is their claim and never our verdict."""

    trace_id: str
    problem_id: str
    source: str
    teacher: str
    format: TraceFormat
    text: str
    reasoning: str = ""
    granularity: int | None = None
    style: str = ""
    label: bool | None = None
    label_by: str = ""
    origin_id: str = ""
    extra: Mapping[str, Json] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        *,
        problem_id: str,
        source: str,
        teacher: str,
        format: TraceFormat,
        text: str,
        reasoning: str = "",
        granularity: int | None = None,
        style: str = "",
        label: bool | None = None,
        label_by: str = "",
        origin_id: str = "",
        extra: Mapping[str, Json] | None = None,
    ) -> ImportedTrace:
        """Build an imported trace; the origin's id is in the hash, so its repeated samples stay apart."""
        trace_id = content_id("trace", source, origin_id, problem_id, teacher, format, text, reasoning)
        return cls(
            trace_id, problem_id, source, teacher, format, text, reasoning, granularity, style, label,
            label_by, origin_id, extra or {},
        )  # fmt: skip


def generated_trace_id(request_id: str) -> str:
    """Give the id of the trace that is parsed from the answer to one request."""
    return content_id("trace", request_id)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One check of one trace. `reason` is from a closed set, `decided_by` names the path that settled it."""

    trace_id: str
    verifier: str
    verifier_version: str
    status: VerdictStatus
    reason: str
    decided_by: str = ""
    detail: Mapping[str, Json] = field(default_factory=dict)
    cpu_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Decision:
    """What one rule of a policy says of one trace. Nothing is deleted by it."""

    trace_id: str
    rule_id: str
    rule: str
    is_dropped: bool
    value: float | None = None
    threshold: float | None = None
    evidence: Mapping[str, Json] = field(default_factory=dict)
