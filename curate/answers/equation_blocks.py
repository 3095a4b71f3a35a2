"""Take the equation system out of an EoT answer: a fenced block, the lines after XoT's header, or bare lines.

In: the visible text. Out: the lines as they stand, comments included, up to the ``ans = ...`` line. Whether
they are a valid system is for the solver to say; prose inside the block stays in it and is refused there.
"""

from __future__ import annotations

import re

from curate.answers.fences import split_fences

_HEADER = re.compile(
    r"system of (?:linear )?equations\s*:?\s*(?:\(do not simplify\))?\s*:?[ \t]*\n?", re.IGNORECASE
)
_ANS = re.compile(r"^[ \t]*ans[ \t]*=", re.MULTILINE)
_LINE = re.compile(
    r"\s*(?:$|[#%]|(?:real|int|nat)\s+[A-Za-z]|[^=<>!]{1,400}(?:=|<=?|>=?|!=)\s*[^=]|[\d(+\-*/. )]{1,400}$)"
)
_PROSE = re.compile(r"[A-Za-z]{2,}\s+[A-Za-z]{2,}\s+[A-Za-z]{2,}")
_MAX_BLOCK = 20_000
_MAX_SEARCHED = 200_000


def find_equations(text: str) -> str | None:
    """Extract the lines of the equation system, or None when there are none."""
    text = text[-_MAX_SEARCHED:]
    if "```" in text:
        blocks = [body for _, body in split_fences(text).blocks if "=" in body]
        stated = [block for block in blocks if _ANS.search(block)]
        if blocks:
            return (stated or blocks)[-1].strip("\n") or None
    header = _last_header(text)
    lines = text[header:].split("\n")
    last = max((at for at, line in enumerate(lines) if _ANS.match(line)), default=-1)
    body = lines[: last + 1] if last >= 0 else lines
    return _trimmed(body)


def count_equations(block: str) -> int:
    """Count the lines that hold an equation, a constraint or a domain."""
    return sum(1 for line in block.split("\n") if (bare := line.strip()) and bare[0] not in "#%")


def _last_header(text: str) -> int:
    end = 0
    for match in _HEADER.finditer(text[-_MAX_BLOCK:]):
        end = match.end()
    return end + max(0, len(text) - _MAX_BLOCK)


def _trimmed(lines: list[str]) -> str | None:
    """Keep the run of equation lines at the end; blank and comment lines around it are dropped."""
    while lines and not _is_statement(lines[-1]):
        lines.pop()
    first = len(lines)
    for at in range(len(lines) - 1, -1, -1):
        if not _is_line(lines[at]):
            break
        if _is_statement(lines[at]):
            first = at
    block = "\n".join(line.rstrip() for line in lines[first:])
    return block or None


def _is_statement(line: str) -> bool:
    bare = line.strip()
    return (
        bool(bare) and bare[0] not in "#%" and ("=" in bare or "<" in bare or ">" in bare) and _is_line(line)
    )


def _is_line(line: str) -> bool:
    bare = line.strip()
    if not bare or bare[0] in "#%":
        return True
    return _LINE.match(bare) is not None and not _PROSE.search(bare.split("#", 1)[0])
