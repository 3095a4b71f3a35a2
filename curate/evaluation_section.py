"""The section `evaluate:` of the run file: what is measured, how it is asked, and how it is counted.

It only names settings; the work is in the package `evaluate`, which this one never imports.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from curate.curation_sections import TeacherSection
from curate.section import Section
from curate.training_sections import Rung
from curate.types import Style

Form = Literal["cot", "pot", "eot", "answer-only"]
PromptMode = Literal["auto", "question", "task", "instruct"]


class EvaluateSection(Section):
    """What a student is measured on, and how."""

    benchmarks: tuple[str, ...] = Field(
        ("gsm8k",), min_length=1, description="names of benchmarks, `name=path`, or problem files"
    )
    benchmarks_dir: Path | None = Field(
        None, description="folder with benchmark files; null: the variable TRACEMILL_BENCHMARKS, else the hub"
    )
    limit: int | None = Field(None, ge=1, description="only the first so many problems of each; a smoke test")
    student: str | None = Field(
        None,
        description="folder of a training or of a model, or a hub id; null: finetune.out of the same file",
    )
    seeds: tuple[int, ...] | None = Field(
        None, min_length=1, description="seeds of the training to measure; null: all of them"
    )
    weights: Literal["auto", "adapter", "merged"] = Field(
        "auto", description="auto: the merged model where there is one, else base and adapter"
    )
    base: bool = Field(False, description="measure the student before its training too, and compare")
    endpoint: TeacherSection | None = Field(
        None, description="a model behind an OpenAI-compatible endpoint, in place of a local student"
    )
    out: Path = Field(Path("evaluation"), description="folder for predictions, scores, tables and pictures")
    forms: tuple[Form, ...] = Field(("cot",), min_length=1, description="cot, pot, eot, answer-only")
    prompt: PromptMode = Field(
        "auto",
        description="question: as exports train it; task: with the form's text appended (study B); instruct: "
        "the prompt of teachers; auto: as the student was trained, else instruct",
    )
    granularity: int | None = Field(None, ge=1, le=6, description="level of detail that `instruct` asks for")
    style: Style = Field(Style.PLAIN, description="presentation that `instruct` asks for")
    shots: int = Field(0, ge=0, le=8, description="worked examples that `instruct` shows")
    template: str | None = Field(
        None, description="auto, plain, alpaca, or a Jinja file; null: as the student was trained"
    )
    thinking: bool | None = Field(
        None, description="turn a model's thinking on or off by its template; null: as the template has it"
    )
    fall_back: tuple[Form, ...] = Field(
        ("eot", "pot", "cot"),
        min_length=1,
        description="order of forms in the ensemble: the first that gives an answer; also breaks tied votes",
    )
    samples: int = Field(1, ge=1, le=10_000, description="answers per problem and form")
    temperature: float = Field(0.0, ge=0, le=5, description="0 is greedy; several samples need more")
    top_p: float = Field(1.0, gt=0, le=1, description="nucleus share")
    top_k: int | None = Field(None, ge=1, description="only the k likeliest tokens; null: all")
    seed: int = Field(0, ge=0, description="of sampling and of the bootstrap")
    max_tokens: int = Field(1024, ge=1, description="most new tokens of an answer")
    budgets: tuple[int, ...] = Field(
        (), description="token limits at which accuracy is told, from the same answers"
    )
    force_answer: bool = Field(
        False, description="at each budget also ask a cut answer for its result at once"
    )
    numerics: Rung = Field(
        "auto", description="auto: as trained; without a training bf16 on a GPU, fp32 here"
    )
    batching: Literal["auto", "sorted", "continuous"] = Field(
        "auto", description="auto: continuous on a GPU, batches sorted by length on a CPU"
    )
    batch_size: int = Field(32, ge=1, description="answers that are written at once")
    threads: int | None = Field(None, ge=1, description="CPU threads of the model; null: 1 without a GPU")
    workers: int | None = Field(None, ge=1, le=512, description="processes that score; null: one per core")
    cross_check: bool = Field(False, description="let math-verify judge beside our rules, and tell both")
    allow_seen: bool = Field(
        False, description="measure a student on problems it was trained on, which says nothing of others"
    )

    @model_validator(mode="after")
    def _goes_together(self) -> EvaluateSection:
        if self.samples > 1 and self.temperature == 0:
            raise ValueError(
                f"samples: {self.samples} greedy answers to one problem are all the same; set temperature"
            )
        if len(set(self.forms)) < len(self.forms):
            raise ValueError("forms: a form is given twice")
        if self.endpoint is not None and self.student is not None:
            raise ValueError("endpoint and student: name one of the two, each is a model to measure")
        if self.endpoint is not None and self.budgets:
            raise ValueError(
                "budgets: they cut an answer at its tokens, which an endpoint does not tell; measure the "
                "model as a local student, or set max_tokens and evaluate once per budget"
            )
        if any(budget < 1 or budget > self.max_tokens for budget in self.budgets):
            raise ValueError(f"budgets: each must be between 1 and max_tokens ({self.max_tokens})")
        if self.force_answer and not self.budgets:
            raise ValueError("force_answer: it needs budgets, at which an answer is forced")
        return self

    def anchored(self, folder: Path) -> EvaluateSection:
        """Take relative paths from the run file's folder."""

        def local(name: str | None) -> str | None:
            return str(folder / name) if name and (folder / name).exists() else name

        def benchmark(entry: str) -> str:
            name, sign, path = entry.rpartition("=")
            is_file = (folder / path).is_file()
            return f"{name}{sign}{folder / path if is_file else path}"

        return self.model_copy(
            update={
                "out": folder / self.out,
                "benchmarks_dir": folder / self.benchmarks_dir if self.benchmarks_dir else None,
                "benchmarks": tuple(benchmark(entry) for entry in self.benchmarks),
                "student": local(self.student),
                "template": local(self.template),
            }
        )
