"""The records of the journal, one JSON object per line, told apart by `kind`.

| kind | written |
| --- | --- |
| run | when a command that writes starts, stops or hits a cap |
| problem, template, teacher | before the first record that names their id |
| sent | before the bytes of a request leave |
| answer | as soon as a response body is read, before it is parsed |
| fault | when an attempt ends without a usable answer |
| batch | around each step of a batch endpoint |
| trace | an imported trace |
| complaint | a line of an import that was refused, with its place and reason |
| verdicts | all checks of one trace by one verifier run |
| policy, decisions | a policy, and what its rules say of a block of traces |
| features | what was measured of a block of texts |
| similar | which groups of texts were compared, and the pairs found |
| measures | numbers of traces or problems, measured over a corpus or brought from elsewhere |
| export | an export that was completed |
| mark | a person's word on a trace |
| evaluation, suite, predictions, scores | what a student answered to a benchmark, and what that counts as |
| student | a training that came to its end, with the traces it saw |

The dataclasses say what stands in a record; `at` is UTC seconds. Money is a decimal string in JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar, Literal

from curate.types import (
    Decision,
    ImportedTrace,
    Json,
    Problem,
    PromptTemplate,
    Request,
    Teacher,
    Usage,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A command that writes to the store started, stopped or hit its cap."""

    kind: ClassVar = "run"
    run_id: str
    event: Literal["start", "stop", "cap", "interrupt"]
    at: float
    command: str
    config_hash: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    max_usd: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ProblemRecord:
    """A problem entered the store."""

    kind: ClassVar = "problem"
    problem: Problem


@dataclass(frozen=True, slots=True)
class TemplateRecord:
    """A prompt template was used for the first time in this store."""

    kind: ClassVar = "template"
    template: PromptTemplate


@dataclass(frozen=True, slots=True)
class TeacherRecord:
    """A teacher was used for the first time in this store, or under a new alias or price."""

    kind: ClassVar = "teacher"
    teacher: Teacher


@dataclass(frozen=True, slots=True)
class SentRecord:
    """An attempt is about to leave; `reserved_usd` is its worst case, None without a price."""

    kind: ClassVar = "sent"
    request: Request
    attempt: int
    run_id: str
    at: float
    reserved_usd: Decimal | None
    wave: int = 0
    has_body: bool = True
    """False from the second attempt on: the body stands in the first `sent` record of the id."""


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """A response body arrived; `response` is kept byte for byte when it is one line of JSON."""

    kind: ClassVar = "answer"
    request_id: str
    attempt: int
    run_id: str
    at: float
    http_status: int
    response: bytes
    headers: Mapping[str, str]
    latency_ms: float
    usage: Usage
    cost_usd: Decimal | None


@dataclass(frozen=True, slots=True)
class FaultRecord:
    """An attempt ended without an answer; `is_final` means the row is given up, with its reason."""

    kind: ClassVar = "fault"
    request_id: str
    attempt: int
    run_id: str
    at: float
    error_class: str
    http_status: int | None
    message: str
    is_maybe_billed: bool
    is_final: bool


@dataclass(frozen=True, slots=True)
class BatchRecord:
    """A step of a batch job; written before the next step is taken."""

    kind: ClassVar = "batch"
    content_hash: str
    state: Literal[
        "preparing", "uploaded", "submitted", "completed", "failed", "expired", "cancelled", "collected"
    ]
    run_id: str
    at: float
    teacher_id: str
    file_id: str = ""
    batch_id: str = ""
    request_ids: tuple[str, ...] = ()
    message: str = ""
    attempt: int = 1
    """Which try this is of its rows, all of them alike; a later run that collects them needs it."""


@dataclass(frozen=True, slots=True)
class TraceRecord:
    """An imported trace."""

    kind: ClassVar = "trace"
    trace: ImportedTrace
    run_id: str


@dataclass(frozen=True, slots=True)
class ComplaintRecord:
    """A line of an import that could not be taken."""

    kind: ClassVar = "complaint"
    run_id: str
    path: str
    line: int
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class VerdictsRecord:
    """All checks of one trace by one run of the verifiers."""

    kind: ClassVar = "verdicts"
    trace_id: str
    run_id: str
    at: float
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class PolicyRecord:
    """A policy: ordered rules, each with its parameters."""

    kind: ClassVar = "policy"
    policy_id: str
    name: str
    rules: tuple[Mapping[str, Json], ...]
    """Each: rule_id, name, version, params."""
    at: float


@dataclass(frozen=True, slots=True)
class DecisionsRecord:
    """What a policy says of a block of traces; the last record of a pass has `is_last`."""

    kind: ClassVar = "decisions"
    policy_id: str
    run_id: str
    at: float
    decisions: tuple[Decision, ...]
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class FeaturesRecord:
    """Measures of a block of texts; `columns` names what stands in a row, the trace's id first."""

    kind: ClassVar = "features"
    version: str
    run_id: str
    at: float
    columns: tuple[str, ...]
    rows: tuple[tuple[Json, ...], ...]


@dataclass(frozen=True, slots=True)
class SimilarRecord:
    """Groups that were compared whole and their similar pairs.

    A group is its id, the hash of its members and their number; a pair is two ids, the smaller first, and
    their similarity.
    """

    kind: ClassVar = "similar"
    scope: Literal["traces", "problems"]
    method: str
    run_id: str
    at: float
    groups: tuple[tuple[str, str, int], ...]
    pairs: tuple[tuple[str, str, float], ...]


@dataclass(frozen=True, slots=True)
class MeasuresRecord:
    """A number per id under one name; `note` is what a person can check it by."""

    kind: ClassVar = "measures"
    name: str
    run_id: str
    at: float
    rows: tuple[tuple[str, float, str], ...]


@dataclass(frozen=True, slots=True)
class ExportRecord:
    """An export that stands complete under its final name."""

    kind: ClassVar = "export"
    export_id: str
    run_id: str
    at: float
    path: str
    format: str
    policy_id: str
    n_rows: int
    sha256: str
    manifest: Mapping[str, Json]
    trace_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MarkRecord:
    """A person's word on a trace; the last one stands."""

    kind: ClassVar = "mark"
    trace_id: str
    at: float
    mark: Literal["accept", "reject", "none"]
    comment: str = ""


@dataclass(frozen=True, slots=True)
class AnswerSettingsRecord:
    """How the answers of a source are compared, as canonical text; the last one stands."""

    kind: ClassVar = "answers"
    source: str
    settings: str
    run_id: str
    at: float


@dataclass(frozen=True, slots=True)
class EvaluationRecord:
    """A finished evaluation: its settings, and each model that was measured."""

    kind: ClassVar = "evaluation"
    evaluation_id: str
    run_id: str
    at: float
    name: str
    settings: Mapping[str, Json]
    versions: Mapping[str, str]
    models: tuple[Mapping[str, Json], ...]
    """Each: label, model_id, name, weights, training, seed, export_id, prompt_mode, identity."""


@dataclass(frozen=True, slots=True)
class SuiteRecord:
    """A block of a benchmark's problems, as they were measured; they never become problems of the store."""

    kind: ClassVar = "suite"
    suite_id: str
    benchmark: str
    items: tuple[Mapping[str, Json], ...]


@dataclass(frozen=True, slots=True)
class PredictionsRecord:
    """A block of answers to benchmarks; they never become traces."""

    kind: ClassVar = "predictions"
    predictions: tuple[Mapping[str, Json], ...]


@dataclass(frozen=True, slots=True)
class ScoresRecord:
    """What a block of answers of one model counts as."""

    kind: ClassVar = "scores"
    evaluation_id: str
    model: str
    suite_id: str
    scores: tuple[Mapping[str, Json], ...]


@dataclass(frozen=True, slots=True)
class StudentSeed:
    """One seed of a training; losses are means over trained tokens (nats)."""

    seed: int
    n_steps: int
    best_step: int | None
    train_loss: float
    validation_loss: float | None
    n_tokens: int
    seconds: float
    cpu_s: float
    is_stopped_early: bool


@dataclass(frozen=True, slots=True)
class StudentRow:
    """What became of one row of the export; `reason` says why it was dropped."""

    trace_id: str
    part: Literal["train", "validation", "dropped"]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StudentRecord:
    """A student whose seeds are all trained; trained again with more seeds, the last record stands."""

    kind: ClassVar = "student"
    student_id: str
    run_id: str
    at: float
    path: str
    base: str
    preset: str
    objective: str
    method: str
    rung: str
    template: str
    export_id: str
    manifest_sha256: str
    settings: Mapping[str, Json]
    versions: Mapping[str, str]
    seeds: tuple[StudentSeed, ...]
    rows: tuple[StudentRow, ...]


Record = (
    RunRecord
    | ProblemRecord
    | TemplateRecord
    | TeacherRecord
    | SentRecord
    | AnswerRecord
    | FaultRecord
    | BatchRecord
    | TraceRecord
    | ComplaintRecord
    | VerdictsRecord
    | PolicyRecord
    | DecisionsRecord
    | FeaturesRecord
    | SimilarRecord
    | MeasuresRecord
    | ExportRecord
    | MarkRecord
    | AnswerSettingsRecord
    | EvaluationRecord
    | SuiteRecord
    | PredictionsRecord
    | ScoresRecord
    | StudentRecord
)
