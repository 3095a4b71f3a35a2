"""The two sides of a training example: the plain question, and the trace with or without its reasoning.

The teacher's own prompt is not part of an example: a student is asked the question as a person would ask it.
Text is passed on byte for byte; nothing is escaped, trimmed inside, or translated.
"""

from __future__ import annotations

from string import ascii_uppercase

from curate.answers.thinking import hide_thinking
from curate.curation_sections import ReasoningMode
from curate.export.rows import ExportRow


def prompt_text(row: ExportRow) -> str:
    """Give the question, with its options on lettered lines below it when there are any.

    Options beyond the alphabet are numbered.
    """
    if not row.choices:
        return row.question
    marks = [*ascii_uppercase, *map(str, range(27, len(row.choices) + 1))]
    lines = [f"({mark}) {choice}" for mark, choice in zip(marks, row.choices, strict=False)]
    return "\n".join([row.question, *lines])


def answer_text(row: ExportRow, mode: ReasoningMode) -> str:
    """Give what the student is to write; empty when nothing remains.

    Reasoning that stands in think tags inside the text is treated like reasoning that the vendor kept apart.
    """
    text, reasoning = row.text, row.reasoning
    if not reasoning and "<" in text and "hink" in text:
        said = hide_thinking(text)
        text, reasoning = (said.text, said.hidden) if said.hidden else (text, "")
    text, reasoning = text.strip(), reasoning.strip()
    if mode == "drop" or not reasoning:
        return text
    if mode == "think":
        return f"<think>\n{reasoning}\n</think>\n\n{text}"
    return f"{reasoning}\n\n{text}" if text else reasoning
