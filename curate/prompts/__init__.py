"""Prompts: pieces in files, composed into templates with a content id, rendered with problems as data."""

from curate.prompts.compose import agent_template, list_templates, select_template
from curate.prompts.library import student_suffix
from curate.prompts.render import question_text, render_prompt

__all__ = [
    "agent_template",
    "list_templates",
    "question_text",
    "render_prompt",
    "select_template",
    "student_suffix",
]
