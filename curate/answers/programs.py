"""Take the program out of a PoT answer: fenced or bare, cut where run-on text stops it from parsing.

In: the visible text. Out: source that parses and does something, or None. The text is parsed and never run.
Blocks of one answer keep their state, so several fences are joined in order.
"""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass
from textwrap import dedent

from curate.answers.fences import split_fences

_PYTHON = frozenset({"", "python", "py", "python3", "tool_code"})
_CODE_LINE = re.compile(
    r"(?:def |import |from \w+ import|class |for |while |if |print\(|#|[A-Za-z_]\w*\s*=(?!=))"
)
_TILDES = re.compile(r"^[ \t]*~~~+", re.MULTILINE)
_PROMPT = re.compile(r"(?:>>>|\.\.\.)(?: |$)")
_MAX_PROGRAM = 100_000
_MAX_CUTS = 24
_ACTIVE = (
    ast.Assign,
    ast.AugAssign,
    ast.AnnAssign,
    ast.FunctionDef,
    ast.For,
    ast.While,
    ast.If,
    ast.With,
    ast.Try,
)


@dataclass(frozen=True, slots=True)
class FoundProgram:
    """A program and the code of how it was found; `prose` is the text around its fences."""

    program: str | None
    note: str
    prose: str = ""


def find_program(text: str) -> FoundProgram:
    """Extract the program from a visible text."""
    if len(text) > _MAX_PROGRAM:
        return FoundProgram(None, "too_long")
    if "~~~" in text and "```" not in text:
        text = _TILDES.sub("```", text)
    if "```" in text:
        fenced = split_fences(text)
        # Models that number their steps indent a whole fence.
        blocks = [dedent(body) for language, body in fenced.blocks if language in _PYTHON and body.strip()]
        prose = fenced.prose
        if len(blocks) > 1 and _is_program(joined := "\n".join(blocks)):
            return FoundProgram(joined, "fences", prose)
        for block in reversed(blocks):
            found = _cut(block)
            if found is not None:
                return FoundProgram(found[0], "fence" + found[1], prose)
    found = _cut(text) or _cut_front(text)
    if found is None:
        return FoundProgram(None, "no_program")
    return FoundProgram(found[0], "bare" + found[1])


def count_statements(program: str) -> int:
    """Count the lines that hold code."""
    return sum(1 for line in program.split("\n") if (bare := line.strip()) and bare[0] != "#")


def _cut_front(text: str) -> tuple[str, str] | None:
    lines = text.split("\n")
    for at, line in enumerate(lines[:40]):
        if at and _CODE_LINE.match(line):
            found = _cut("\n".join(lines[at:]))
            return (found[0], "_after_text" + found[1]) if found else None
    return None


def _cut(source: str) -> tuple[str, str] | None:
    """Give the longest useful beginning that parses, with a note; bounded tries, each at an error's line."""
    source = _without_prompts(source.strip("\n"))
    fault = _fault_line(source)
    if fault == 0:
        return (source, "") if _does_something(source) else None
    lines = source.split("\n")
    keep = len(lines)
    for _ in range(_MAX_CUTS):
        keep = min(keep - 1, fault - 1) if fault > 0 else keep - 1
        if keep <= 0:
            return None
        beginning = "\n".join(lines[:keep]).rstrip()
        fault = _fault_line(beginning)
        if fault == 0:
            return (beginning, "_cut") if _does_something(beginning) else None
    return None


def _without_prompts(source: str) -> str:
    """Take what was typed out of a copied session; what it printed is not part of it."""
    lines = source.split("\n")
    first = next((line for line in lines if line.strip()), "")
    if not first.startswith(">>>"):
        return source
    return "\n".join(line[4:] for line in lines if _PROMPT.match(line))


def _is_program(source: str) -> bool:
    return _fault_line(source) == 0 and _does_something(source)


def _fault_line(source: str) -> int:
    """Give the line where parsing stops, 0 when all of it parses, -1 when it cannot be told."""
    try:
        _parse(source)
    except SyntaxError as error:
        return error.lineno or -1
    except (MemoryError, RecursionError, ValueError):
        return -1
    return 0


def _does_something(source: str) -> bool:
    for node in _parse(source).body:
        if isinstance(node, _ACTIVE):
            return True
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call | ast.BinOp):
            return True
    return False


def _parse(source: str) -> ast.Module:
    if "\\" not in source:
        return ast.parse(source)
    with warnings.catch_warnings():  # an invalid escape in a model's string is not our user's business
        warnings.simplefilter("ignore")
        return ast.parse(source)
