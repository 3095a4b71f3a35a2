"""Prompts: templates as files with a content id, rendered with problems as data."""
