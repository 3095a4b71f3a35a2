"""The task text of a question: what tells a student of several forms which one to answer in (study B)."""

from __future__ import annotations

from dataclasses import replace

from curate.prompts import student_suffix
from finetune.data.exports import TrainingRow


def with_task(row: TrainingRow) -> TrainingRow:
    """Append the form's text to the prompt; a form without one is left alone."""
    suffix = student_suffix(row.form)
    return replace(row, prompt=f"{row.prompt}\n{suffix}") if suffix else row
