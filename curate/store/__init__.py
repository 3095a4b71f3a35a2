"""The store: a journal that holds the truth, and a DuckDB file that is a projection of it.

`from curate.store import Store` is all that most callers need. Names are looked up lazily, so that
importing this package loads neither duckdb nor pyarrow.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from curate.store.journal import JournalWriter
    from curate.store.outcomes import Damage, ProjectProgress, ProjectReport, TornTail
    from curate.store.reader import Reader
    from curate.store.run_id import new_run_id
    from curate.store.store import FailedCheck, Store
    from curate.store.totals import JournalTotals, SpendCell

_HOME = {
    "Damage": "outcomes",
    "FailedCheck": "store",
    "JournalTotals": "totals",
    "JournalWriter": "journal",
    "ProjectProgress": "outcomes",
    "ProjectReport": "outcomes",
    "Reader": "reader",
    "SpendCell": "totals",
    "Store": "store",
    "TornTail": "outcomes",
    "new_run_id": "run_id",
}
__all__ = [
    "Damage",
    "FailedCheck",
    "JournalTotals",
    "JournalWriter",
    "ProjectProgress",
    "ProjectReport",
    "Reader",
    "SpendCell",
    "Store",
    "TornTail",
    "new_run_id",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
