"""The run file: YAML read into models, every fault named at once with its file and key.

The shape is fixed (docs/reference/run-file.md). A key that changes no result does not exist. API keys never
stand here: `api_key_env` names the environment variable that holds one.
This module reads the file; it looks up no environment variable, opens no store and contacts no teacher.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, model_validator

from curate.curation_sections import (
    ExportSection,
    FilterSection,
    GenerateSection,
    ProblemsSection,
    PromptSection,
    TeacherSection,
    VerifySection,
)
from curate.errors import ConfigError
from curate.evaluation_section import EvaluateSection
from curate.ids import canonical_json, content_id
from curate.section import Section
from curate.training_sections import FinetuneSection
from curate.yaml_files import describe_faults, read_yaml

FILE_SUFFIXES = frozenset({".jsonl", ".json", ".csv", ".parquet", ".gz", ".zst", ".yaml", ".yml"})


Study = Literal["shu2025", "zhu2024", "chen2025", "baral2026"]


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
    study: Study | None = Field(
        None, description="a study whose published figures are printed beside this run's, at its end"
    )

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
    return parse_run_file(data, path)


def parse_run_file(data: Mapping[str, object], path: Path) -> RunFile:
    """Check values as a run file; `path` says where they come from and what relative paths are taken from.

    Raises:
        ConfigError: as `read_run_file`.
    """
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
    study: Study | None = None


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
    return TrainingFile(
        store=run.store, export=run.export, finetune=run.finetune, evaluate=run.evaluate, study=run.study
    )


def _anchor_training(file: TrainingFile, folder: Path) -> TrainingFile:
    return file.model_copy(
        update={
            "store": folder / file.store if file.store else None,
            "export": tuple(e.model_copy(update={"out": folder / e.out}) for e in file.export),
            "finetune": file.finetune.anchored(folder) if file.finetune else None,
            "evaluate": file.evaluate.anchored(folder) if file.evaluate else None,
        }
    )


def _resolve_paths(run: RunFile, folder: Path) -> RunFile:
    """Anchor relative paths at the run file's folder, so that it works from anywhere."""

    def anchored(name: str) -> str:
        is_file = Path(name).suffix in FILE_SUFFIXES or (folder / name).is_file()
        return str(folder / name) if is_file and not Path(name).is_absolute() else name

    def benchmark(entry: str) -> str:
        name, sign, path = entry.rpartition("=")
        return f"{name}{sign}{anchored(path)}"

    return run.model_copy(
        update={
            "store": folder / run.store,
            "problems": tuple(p.model_copy(update={"source": anchored(p.source)}) for p in run.problems),
            "teachers": tuple(
                t.model_copy(update={"knows": tuple(anchored(name) for name in t.knows)}) if t.knows else t
                for t in run.teachers
            ),
            "export": tuple(e.model_copy(update={"out": folder / e.out}) for e in run.export),
            "finetune": run.finetune.anchored(folder) if run.finetune else None,
            "evaluate": run.evaluate.anchored(folder) if run.evaluate else None,
            "filter": run.filter.model_copy(
                update={
                    "policy": anchored(run.filter.policy),
                    "decontaminate": tuple(benchmark(entry) for entry in run.filter.decontaminate),
                    "benchmarks_dir": folder / run.filter.benchmarks_dir
                    if run.filter.benchmarks_dir
                    else None,
                }
            ),
            "prompts": tuple(
                p.model_copy(update={"template": str(folder / p.template)}) if p.template else p
                for p in run.prompts
            ),
        }
    )
