"""A store: one folder with a journal, its DuckDB projection, locks and exports.

    store/journal/<run>-<shard>-<n>.jsonl    the truth
    store/traces.duckdb                      a projection of it; may be deleted, is built again
    store/locks/  tmp/  exports/             helpers
    store/store.json                         says that this is a store, and of which version

`Store` is the only name that other layers need. It holds no open file itself: writers, readers and locks are
context managers of their own, so many processes can share one store.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from curate.errors import StoreBusyError, StoreError, UsageError
from curate.store.filelocks import FileLock, read_holder
from curate.store.folder import StoreFolder, make_folder, open_folder
from curate.store.journal import JournalWriter
from curate.store.outcomes import ProjectProgress, ProjectReport
from curate.store.scan import read_answered_ids, read_final_fault_ids
from curate.store.segments import repair_tails
from curate.store.tally import read_totals
from curate.store.totals import JournalTotals

if TYPE_CHECKING:
    import pandas

    from curate.queries_check import FailedCheck  # placeholder
    from curate.store.reader import Reader
