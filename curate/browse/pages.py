"""Templates of the local page, and what they show text with: everything is escaped, nothing is inline."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from curate.report.maths import show_answer, show_maths
from curate.report.show import show_number, show_text

if TYPE_CHECKING:
    from jinja2 import Environment

ASSETS = {"browse.css": "text/css", "browse.js": "text/javascript"}
_GOOD, _BAD = ("correct", "kept", "accept"), ("incorrect", "reject", "dropped")


def render(template: str, **values: object) -> str:
    """Render one page."""
    return _environment().get_template(template).render(**values)


def read_asset(name: str) -> str:
    """Read the style or the script."""
    return (files("curate.browse") / "files" / name).read_text(encoding="utf-8")


def colour(word: str) -> str:
    """Give the colour of a badge: good, bad, or open for what is neither."""
    return "good" if word in _GOOD else "bad" if word in _BAD else "open"


def drop_colour(decision: str) -> str:
    """Give the colour of a decision: all names but two are rules that drop."""
    return {"kept": "good", "undecided": "plain"}.get(decision, "bad")


def show_cell(value: object, most: int = 400) -> str:
    """Put a cell of a result on the page, cut where it is long."""
    text = show_number(value)
    return text if len(text) <= most else f"{text[:most]} …"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("curate.browse", "files"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(text=show_text, maths=show_maths, answer=show_answer, number=show_number)
    environment.filters.update(cell=show_cell, colour=colour, drop_colour=drop_colour)
    return environment
