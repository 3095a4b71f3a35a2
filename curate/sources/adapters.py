"""Named rewritings of imported rows whose texts are in a notation of their own.

In: a row as its file has it. Out: the row with its response rewritten (the original stands in `extra`), or a
complaint that says why it could not be. No adapter looks at the gold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from curate.errors import UsageError
from curate.sources.human_equations import adapt_equations
from curate.sources.row_complaint import RowComplaint
from curate.sources.trace_rows import TraceRow

Adapter = Callable[[TraceRow], TraceRow | RowComplaint]


def adapt_human_equations(row: TraceRow) -> TraceRow | RowComplaint:
    """Rewrite equations that people wrote into EoT/1; a row that asks for several values is refused."""
    adapted = adapt_equations(row.response)
    if adapted.note:
        return RowComplaint(
            row.source, row.line, "not_adapted", f"the equations cannot be rewritten: {adapted.note}"
        )
    if len(adapted.systems) > 1:
        names = ", ".join(adapted.unknowns)
        return RowComplaint(
            row.source, row.line, "several_unknowns", f"the values of {names} are asked; EoT/1 has one answer"
        )
    return replace(row, response=adapted.systems[0], extra={**row.extra, "original": row.response})


ADAPTERS: Mapping[str, Adapter] = {"human-equations": adapt_human_equations}


def find_adapter(name: str) -> Adapter:
    """Find an adapter by its name.

    Raises:
        UsageError: when there is none; the message lists them.
    """
    if name not in ADAPTERS:
        raise UsageError(f"there is no adapter {name!r}", f"adapters are {', '.join(ADAPTERS)}")
    return ADAPTERS[name]
