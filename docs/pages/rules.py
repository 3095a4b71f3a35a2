"""The page of the filter rules: what each looks at, its parameters, and the policies that ship."""

from __future__ import annotations

import inspect
from pathlib import Path

from pydantic_core import PydanticUndefined

from curate.filters.rules import RULES

POLICIES = Path(__file__).parents[2] / "curate" / "filters" / "policies"
HEAD = """# Filter rules

A policy is an ordered list of these. Nothing is deleted: a rule leaves a row per trace that it drops, with
the value, the threshold and the evidence. This page is written by `python docs/build.py`.
"""


def rules_page() -> str:
    """Describe every rule, and list the policies."""
    lines = [HEAD]
    for name, rule in sorted(RULES.items()):
        lines += [f"## `{name}`", "", _prose(rule), ""]
        fields = {key: field for key, field in rule.model_fields.items() if key not in ("name", "version")}
        if fields:
            lines += ["| parameter | default | meaning |", "| --- | --- | --- |"]
            for key, field in fields.items():
                default = "required" if field.default is PydanticUndefined else f"`{field.default}`"
                lines.append(
                    f"| `{key}` | {default} | {(field.description or '').replace('|', chr(92) + '|')} |"
                )
            lines.append("")
    lines.append("## Policies that ship\n")
    for path in sorted(POLICIES.glob("*.yaml")):
        lines += [f"### `{path.stem}`", "", "```yaml", path.read_text(encoding="utf-8").strip(), "```", ""]
    return "\n".join(lines).rstrip() + "\n"


def _prose(rule: type) -> str:
    """Give the module's docstring, which holds definition and source, without the first line's quotes."""
    text = inspect.getdoc(inspect.getmodule(rule)) or inspect.getdoc(rule) or ""
    return text.strip()
