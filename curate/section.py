"""The base of every section of the run file: frozen, and an unknown key is a fault."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """What all sections share."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)
