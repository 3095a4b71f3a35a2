"""Compose templates out of the pieces in files: format, granularity, style, shots, suffix, gold.

In: a section of the run file, or a role. Out: `PromptTemplate`s, whose id is the hash of their content.
"""

from __future__ import annotations

from curate.curation_sections import PromptSection
from curate.prompts.library import agent_key, read_agents, read_parts, read_shots
from curate.prompts.own import read_own_template
from curate.types import PromptTemplate, Role, Style, TraceFormat

FORMATS = (TraceFormat.COT, TraceFormat.POT, TraceFormat.EOT)
LEVELS = (None, 1, 2, 3, 4, 5, 6)
STYLES = (Style.PLAIN, Style.SUB_QUESTIONS, Style.REPHRASE, Style.SYMBOLIC)


def select_template(section: PromptSection) -> PromptTemplate:
    """Give the template that a run file asks for.

    Raises:
        ConfigError: when a template file of the user's own has a fault.
    """
    if section.template is not None:
        return read_own_template(section)
    return compose(section)


def compose(section: PromptSection) -> PromptTemplate:
    """Put a solver's prompt together."""
    parts, form = read_parts(), section.format
    is_bare = section.style is Style.ANSWER_ONLY
    lines = [parts.answer_only if is_bare else parts.formats[form]]
    if section.granularity is not None and not is_bare:
        lines.append(parts.granularity[section.granularity])
    if not is_bare:
        lines.append(parts.styles[section.style])
    if section.with_gold:
        lines.append(parts.gold)
    question = "Problem:\n{{question}}" + (f"\n{parts.suffixes[form]}" if section.suffix else "")
    return PromptTemplate.of(
        name=name_of(section),
        format=section.trace_format,
        granularity=section.granularity,
        style=section.style,
        system=parts.system,
        user="\n".join(line for line in lines if line) + "\n\n" + question,
        shots=tuple((shot.question, shot.answers[form]) for shot in read_shots()[: section.shots]),
        with_gold=section.with_gold,
    )


def name_of(section: PromptSection) -> str:
    """Name a prompt by what it asks for: `cot-3-rephrase`, `pot`, `eot-suffix`."""
    parts: list[str] = [section.format]
    parts += [str(section.granularity)] if section.granularity is not None else []
    parts += [str(section.style)] if section.style is not Style.PLAIN else []
    parts += [f"{section.shots}shot"] if section.shots else []
    parts += ["suffix"] if section.suffix else []
    parts += ["gold"] if section.with_gold else []
    return "-".join(parts)


def agent_template(role: Role, *, with_gold: bool = False) -> PromptTemplate:
    """Give the template of a second model; `with_gold` shows a verifier the gold."""
    with_gold = with_gold and role is Role.VERIFIER
    return PromptTemplate.of(
        name=agent_key(role, with_gold=with_gold),
        format=TraceFormat.COT,
        granularity=None,
        style=Style.PLAIN,
        system=read_parts().system,
        user=read_agents()[agent_key(role, with_gold=with_gold)],
        role=role,
        with_gold=with_gold,
    )


def list_templates() -> list[PromptTemplate]:
    """Give all templates that ship: the grid of forms, levels and styles, variants, and the agents'."""
    sections = [
        PromptSection(format=form, granularity=level, style=style)
        for form in ("cot", "pot", "eot")
        for level in LEVELS
        for style in STYLES
        if form == "cot" or style is Style.PLAIN
    ]
    sections.append(PromptSection(format="cot", style=Style.ANSWER_ONLY))
    sections += [PromptSection(format=form, suffix=True) for form in ("cot", "pot", "eot")]
    sections += [PromptSection(format=form, with_gold=True) for form in ("cot", "pot", "eot")]
    agents = [agent_template(role) for role in (Role.VERIFIER, Role.CRITIC, Role.REPAIR, Role.COMPRESSOR)]
    return [compose(section) for section in sections] + [
        *agents,
        agent_template(Role.VERIFIER, with_gold=True),
    ]
