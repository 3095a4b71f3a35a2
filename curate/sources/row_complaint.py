"""A row that could not be taken: where it stands and why."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RowComplaint:
    """One refused or repaired row. `line` counts from 1; 0 means the file as a whole.

    `reason` is one of: torn_line, not_json, not_an_object, missing_field, wrong_type, too_long, not_utf8,
    damaged_archive, bomb, empty_question, no_answer_found, cleaned,
    not_adapted, several_unknowns.
    `cleaned` is soft: the row was taken, with NUL bytes or lone surrogates replaced by U+FFFD.
    """

    path: str
    line: int
    reason: str
    message: str
