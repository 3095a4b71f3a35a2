"""A model behind an OpenAI-compatible endpoint, asked through curate's generation engine.

So it is crash-safe and resumable, its limits, retries and prices are those of a teacher, and no answer is
bought twice. The requests have a store of their own, inside the evaluation's folder: a benchmark's problems
must never stand among the traces that are trained on. vLLM serves a student this way.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from curate.errors import ConfigError, IncompleteError, MissingError
from curate.evaluation_section import EvaluateSection
from curate.ids import content_id
from curate.stages.engine.progress import GenerationProgress
from curate.stages.engine.session import RunOrder, open_session
from curate.stages.engine.world import World
from curate.stages.stop import StopSignal
from curate.stages.units import ListedWork, Unit
from curate.store import Store
from curate.teachers.bodies import build_request
from curate.teachers.probe import probe_endpoint
from curate.types import FinishReason, Json, Message, PromptTemplate, Request, Style, Teacher, sampling_json
from evaluate.backend import Candidate, OnAnswer, OnProgress
from evaluate.prompts import Mode, instruct_template
from evaluate.types import FORMATS, Answer, Ask
from queries import load_query

FOLDER = "endpoint"


def endpoint_candidate(
    section: EvaluateSection, stop: StopSignal | None = None, tell: OnProgress | None = None
) -> Candidate:
    """Make the candidate of a section with an endpoint; nothing is sent yet."""
    if section.endpoint is None:
        raise ConfigError("evaluate.endpoint is not set", "name a model and its base_url")
    mode: Mode = "instruct" if section.prompt == "auto" else section.prompt
    teacher = _teacher_of(section)
    return Candidate(
        teacher.alias,
        teacher.model,
        "behind an endpoint",
        mode,
        lambda: EndpointBackend(section, teacher, mode, stop or StopSignal(), tell),
    )


def _teacher_of(section: EvaluateSection) -> Teacher:
    """Give the endpoint as a teacher; what its own sampling leaves open is the section's."""
    assert section.endpoint is not None
    teacher = section.endpoint.teacher()
    said = teacher.sampling
    extra: dict[str, Json] = dict(said.extra)
    if section.thinking is not None:
        extra.setdefault("chat_template_kwargs", {"enable_thinking": section.thinking})
    sampling = replace(
        said,
        temperature=section.temperature if said.temperature is None else said.temperature,
        top_p=(section.top_p if section.top_p < 1 else None) if said.top_p is None else said.top_p,
        max_tokens=section.max_tokens if said.max_tokens is None else said.max_tokens,
        extra=extra,
    )
    return Teacher.of(
        alias=teacher.alias,
        model=teacher.model,
        base_url=teacher.base_url,
        sampling=sampling,
        limits=teacher.limits,
        price=teacher.price,
        api_key_env=teacher.api_key_env,
        transport=teacher.transport,
        system=teacher.system,
    )


class EndpointBackend:
    """One model at one endpoint."""

    def __init__(
        self,
        section: EvaluateSection,
        teacher: Teacher,
        mode: Mode,
        stop: StopSignal,
        tell: OnProgress | None = None,
        world: World | None = None,
    ) -> None:
        """Look whether the endpoint answers and knows the model, before anything is asked.

        Raises:
            MissingError: when it does not, or refuses the key.
        """
        self._section, self._teacher, self._mode, self._stop = section, teacher, mode, stop
        self._world = world or World()
        self._tell = tell or (lambda stage, done, total: None)
        probe = probe_endpoint(teacher, self._world.environ if world else os.environ)
        if not probe.is_usable:
            raise MissingError(f"the endpoint of {teacher.alias}: {probe.message}", probe.hint)

    @property
    def identity(self) -> Mapping[str, Json]:
        """Give what decides its answers."""
        return {
            "kind": "endpoint",
            "model": self._teacher.model,
            "base_url": self._teacher.base_url,
            "sampling": sampling_json(self._teacher.sampling),
            "system": self._teacher.system,
        }

    def render(self, messages: Sequence[Message]) -> str:
        """Give the body as it is sent."""
        return self._request(messages, "", "cot", 0).body.decode()

    def answer(self, asks: Sequence[Ask], on_answer: OnAnswer) -> None:
        """Ask what the store of this evaluation lacks, and give all answers.

        Raises:
            IncompleteError: when answers are missing that the same command may still get.
        """
        if not asks:
            return
        store = Store.open(Path(self._section.out) / FOLDER, create=True)
        units = [self._unit(ask) for ask in asks]
        run_id = store.new_run_id(time.time(), secrets.token_hex(3))
        order = RunOrder(run_id, "evaluate", content_id("config", self._teacher.teacher_id), (self._teacher,))
        reasons: list[str] = []
        with open_session(
            store, order, world=self._world, stop=self._stop, on_progress=self._on_progress
        ) as session:
            outcome = session.ask(ListedWork(tuple(units)))
            reasons += sorted({lane.ended_because for lane in outcome.lanes if lane.ended_because})
        answered = _read_answers(store)
        n_missing = 0
        for ask, unit in zip(asks, units, strict=True):
            found = answered.get(unit.request.request_id)
            if found is None:
                n_missing += 1
            else:
                on_answer(replace(found, key=ask.key))
        if n_missing:
            why = f": {'; '.join(reasons)}" if reasons else ""
            raise IncompleteError(
                f"{n_missing:,} of {len(asks):,} answers of {self._teacher.alias} are missing{why}",
                "run the same command again; nothing is asked twice",
            )

    def cut(self, answer: Answer, n_tokens: int) -> tuple[str, tuple[int, ...]]:
        """Refuse: an endpoint does not tell its tokens."""
        raise ConfigError("an endpoint's answer cannot be cut at its tokens", "measure a local student")

    def encode(self, text: str) -> tuple[int, ...]:
        """Refuse: an endpoint does not tell its tokens."""
        raise ConfigError("an endpoint's tokens are not known", "measure a local student")

    def _on_progress(self, now: GenerationProgress) -> None:
        spent = "" if not now.money.spent_usd else f", {now.money.spent_usd:.4f} USD"
        self._tell(f"{self._teacher.alias}: answers{spent}", now.done, now.total or 0)

    def _unit(self, ask: Ask) -> Unit:
        request = self._request(ask.messages, ask.item.problem.problem_id, ask.form, ask.sample)
        return Unit(request, ask.item.problem, self._template(ask))

    def _request(self, messages: Sequence[Message], problem_id: str, form: str, sample: int) -> Request:
        return build_request(
            self._teacher,
            messages,
            problem_id=problem_id,
            template_id="",
            format=FORMATS[form],  # type: ignore[index]
            sample_index=sample,
        )

    def _template(self, ask: Ask) -> PromptTemplate:
        if self._mode == "instruct":
            return instruct_template(ask.form, self._section)
        return PromptTemplate.of(
            name=f"{self._mode}-{ask.form}",
            format=FORMATS[ask.form],
            granularity=None,
            style=Style.PLAIN,
            system="",
            user="{{question}}",
        )


def _read_answers(store: Store) -> dict[str, Answer]:
    """Give all answers and final refusals of a store, by request; keys are set by the caller."""
    found: dict[str, Answer] = {}
    with store.read() as reader:
        for request_id, text, reasoning, reason, n_tokens, cost in reader.rows(
            load_query("answers_by_run", "stages").sql
        ):
            found[str(request_id)] = Answer(
                "",
                str(text or ""),
                int(str(n_tokens or 0)),
                FinishReason(str(reason)),
                reasoning=str(reasoning or ""),
                cost_usd=None if cost is None else Decimal(str(cost)),
            )
        for request_id, error in reader.rows(load_query("final_faults", "stages").sql):
            found.setdefault(
                str(request_id), Answer("", "", 0, FinishReason.OTHER, fault=str(error or "refused"))
            )
    return found
