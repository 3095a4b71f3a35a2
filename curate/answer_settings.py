"""How the answers of a source are to be compared where data sets differ: rounding, percent, lists, units.

These are decisions of a data set, not guesses about an answer. Each has a default; what differs from it has a
canonical text ("rounding=gold_places"), which stands in the version of every verdict made under it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal, get_args

from curate.errors import UsageError

Rounding = Literal["exact", "gold_places"]
Percent = Literal["either", "hundredth"]
ListOrder = Literal["any", "given"]
Units = Literal["optional", "required"]


@dataclass(frozen=True, slots=True)
class AnswerSettings:
    """The policies of one source.

    * `rounding`: `exact` (a decimal that shows six places of an endless gold passes all the same), or
      `gold_places`: the gold itself was rounded; an answer less than one unit of its last shown place away
      is equal. A gold without decimals is never taken for a rounded one.
    * `percent`: `either`: n% equals n and n/100; `hundredth`: n% equals n/100 only.
    * `list_order`: `any`: a bare list is a multiset; `given`: its order counts.
    * `units`: `optional`: a bare number equals the number with any unit; `required`: it decides nothing.
    """

    rounding: Rounding = "exact"
    percent: Percent = "either"
    list_order: ListOrder = "any"
    units: Units = "optional"

    @property
    def text(self) -> str:
        """Give the canonical text of what differs from the defaults, "" for none.

        >>> AnswerSettings(rounding="gold_places", list_order="given").text
        'list_order=given,rounding=gold_places'
        """
        own = {field.name: getattr(self, field.name) for field in fields(self)}
        default = {field.name: field.default for field in fields(self)}
        return ",".join(f"{name}={own[name]}" for name in sorted(own) if own[name] != default[name])


DEFAULT_SETTINGS = AnswerSettings()
_VALUES: dict[str, tuple[str, ...]] = {
    "rounding": get_args(Rounding),
    "percent": get_args(Percent),
    "list_order": get_args(ListOrder),
    "units": get_args(Units),
}


def parse_settings(text: str) -> AnswerSettings:
    """Read the canonical text, in any order.

    Raises:
        UsageError: for an unknown setting or value; the message lists the known ones.

    >>> parse_settings("rounding=gold_places").rounding
    'gold_places'
    """
    values: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, value = (piece.strip() for piece in part.partition("="))
        if value not in _VALUES.get(name, ()):
            known = "; ".join(f"{key}: {', '.join(choices)}" for key, choices in _VALUES.items())
            raise UsageError(f"{part!r} is no answer setting", f"settings are {known}")
        values[name] = value
    return AnswerSettings(**values)  # type: ignore[arg-type]


KNOWN_SOURCES = {
    "draw1k": AnswerSettings(rounding="gold_places"),
    "alg514": AnswerSettings(rounding="gold_places"),
    "human_equations": AnswerSettings(rounding="gold_places"),
    "theoremqa_errors": AnswerSettings(rounding="gold_places"),
}
"""Sources whose golds are decimals of exact values (DRAW-1K and ALG514 store floats, TheoremQA rounds)."""
