"""One row of a hub data set under our names, by its mapping.

In: a row's values and a `HubMapping`. Out: values in the shape that `problem_of` reads.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from curate.sources.fields import FieldFault, as_text
from curate.sources.hub_table import GoldRule, HubMapping

_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))", re.ASCII)
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_BOX = re.compile(r"\\(?:boxed|fbox)\s*(?:\{|\s([^\s${}]+))")
_ENDS = (".", "?", "!", ",", ";", ":")


def map_values(values: Mapping[str, object], mapping: HubMapping) -> dict[str, object]:
    """Give the row under our names.

    Raises:
        FieldFault: for a question or a gold answer that is not where the mapping says.
    """
    mapped: dict[str, object] = {"question": _question(values, mapping)}
    for ours in ("choices", "level", "subject", "solution", "origin_id"):
        theirs: str = getattr(mapping, ours)
        if theirs and values.get(theirs) is not None:
            mapped[ours] = values[theirs]
    if values.get(mapping.gold) is not None:
        mapped["gold"] = read_gold(as_text(values[mapping.gold], mapping.gold), mapping.rule)
    return mapped


def read_gold(text: str, rule: GoldRule) -> str:
    """Take the gold answer out of its column's text.

    Raises:
        FieldFault: where the rule finds none.
    """
    if rule is GoldRule.AFTER_HASHES:
        _, mark, tail = text.rpartition("####")
        return _found(_THOUSANDS.sub("", tail.strip()) if mark else "", "####")
    if rule is GoldRule.LAST_BOX:
        return _found(last_box(text), "\\boxed")
    if rule is GoldRule.WITHOUT_UNIT:
        number, opening, _ = text.rpartition("(")
        return number.strip() if opening and text.rstrip().endswith(")") and number.strip() else text
    return text


def last_box(text: str) -> str:
    """Give what stands in the last \\boxed{...} whose braces balance, or empty text; in linear time."""
    boxes = {match.end(): match.group(1) for match in _BOX.finditer(text)}
    best, gold = max(((end, bare) for end, bare in boxes.items() if bare), default=(-1, ""))
    opened: list[int] = []
    for brace in _BRACE.finditer(text):
        if brace.group() == "{":
            opened.append(brace.end())
        elif brace.group() == "}" and opened:
            start = opened.pop()
            if start in boxes and start > best:
                best, gold = start, text[start : brace.start()].strip()
    return gold


def _question(values: Mapping[str, object], mapping: HubMapping) -> str:
    parts = []
    for name in mapping.question:
        value = values.get(name)
        if value is None:
            raise FieldFault("missing_field", f"the row has no {name!r}")
        if not isinstance(value, str):
            raise FieldFault("wrong_type", f"{name!r} is not text")
        parts.append(value.strip())
    body = [part if part.endswith(_ENDS) else f"{part}." for part in parts[:-1] if part]
    return " ".join([*body, parts[-1]])


def _found(gold: str, mark: str) -> str:
    if not gold:
        raise FieldFault("no_answer_found", f"the solution holds no answer after {mark}")
    return gold
