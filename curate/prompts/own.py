"""A template file of the user: YAML with `user` (holding {{question}}), optionally `system` and `name`."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, ValidationError, field_validator

from curate.curation_sections import PromptSection
from curate.errors import ConfigError
from curate.section import Section
from curate.types import PromptTemplate
from curate.yaml_files import describe_faults, read_yaml


class _OwnTemplate(Section):
    """What a template file holds."""

    user: str = Field(description="text with {{question}}")
    system: str = Field("", description="system text")
    name: str | None = Field(None, description="label; null takes the file's name")

    @field_validator("user")
    @classmethod
    def _holds_the_question(cls, value: str) -> str:
        if "{{question}}" not in value:
            raise ValueError("must hold {{question}}, where the problem is put in")
        return value


def read_own_template(section: PromptSection) -> PromptTemplate:
    """Read the file that a prompt section names; format, granularity and style come from the section.

    Raises:
        ConfigError: with every fault of the file.
    """
    path = Path(section.template or "")
    data = read_yaml(path)
    if not isinstance(data, dict):
        raise ConfigError(f"{path}: expected keys such as `user:`", "write `user: ...{{question}}...`")
    try:
        own = _OwnTemplate.model_validate(data)
    except ValidationError as error:
        raise ConfigError(
            describe_faults(path, error, _OwnTemplate), "correct the keys named above"
        ) from None
    return PromptTemplate.of(
        name=own.name or path.stem,
        format=section.trace_format,
        granularity=section.granularity,
        style=section.style,
        system=own.system,
        user=own.user,
        with_gold="{{gold}}" in own.user,
    )
