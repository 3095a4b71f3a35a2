"""Numbers that come from elsewhere: which file and column a rule asks for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ScoreFile:
    """A column of numbers; without a path it is one that an import kept beside its traces."""

    name: str
    path: str | None
    column: str
